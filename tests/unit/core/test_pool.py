"""A pool: no limit is exceeded, the identity that is free first gets the batch, a refusal moves that one's slots."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from revoker.core.pacing import Pace, Quota, charged, pushed_back, reserve
from revoker.core.place import (
    Place,
    charge_places,
    pushed_back_for,
    pushed_back_for_all,
    reserve_places,
    set_aside,
    unfit,
)
from revoker.core.pool import UNNAMED, Paces, Pool

GRAPH = Quota(burst=3000, rate=20, reserve=0.1)
TENANT = Quota(burst=16_200, rate=54, reserve=0)
NAMES = tuple("abcdefghij")
SLACK = 1e-6

WORK = st.lists(
    st.tuples(
        st.floats(0, 300),
        st.lists(st.integers(1, 20), min_size=1, max_size=30),
        st.sampled_from(["bulk", "all", "urgent"]),
    ),
    max_size=6,
)


def pool_of(size: int, quota: Quota = GRAPH, tenant: Quota = TENANT) -> Pool:
    """Return a pool of so many identities."""
    return Pool(quota, tenant, NAMES[:size])


def sold(pool: Pool, work: list[tuple[float, list[int], str]]) -> list[tuple[float, int, str]]:
    """Return (slot, writes, identity) of all that was reserved, each purchase some seconds after the one before."""
    paces, now, sales = Paces(), 0.0, []
    for pause, writes, kind in work:
        now += pause
        share = pool.quota.bulk_share if kind == "bulk" else 1.0
        placed = reserve_places(paces, now, writes, pool, share=share)
        sales += [(place.slot, count, place.identity) for place, count in zip(placed.places, writes, strict=True)]
        paces = placed.paces
    return sales


def assert_kept(sales: list[tuple[float, int]], burst: float, rate: float) -> None:
    """Hold that no window of t seconds has more than burst + rate * t writes."""
    ordered = sorted(sales)
    for index, (opens, _) in enumerate(ordered):
        total = 0
        for closes, writes in ordered[index:]:
            total += writes
            assert total <= max(burst, 20) + rate * (closes - opens) + SLACK


@given(st.integers(2, 10), st.integers(40, 200), st.floats(0.5, 20), st.floats(1, 6), st.floats(1, 3), WORK)
def test_no_window_holds_more_than_an_identity_may_write(
    size: int, burst: int, rate: float, bursts: float, rates: float, work: list[tuple[float, list[int], str]]
) -> None:
    """Whatever is reserved, and when, the bucket of each identity is kept."""
    pool = pool_of(size, Quota(burst, rate, 0.1), Quota(int(bursts * burst), rates * rate, 0))
    sales = sold(pool, work)

    for name in pool.identities:
        assert_kept([(slot, writes) for slot, writes, identity in sales if identity == name], burst, rate)


@given(st.integers(40, 200), st.floats(0.5, 20), st.floats(1, 3), st.lists(st.integers(1, 20), max_size=60))
def test_what_is_reserved_together_keeps_the_tenants_limit(
    burst: int, rate: float, rates: float, writes: list[int]
) -> None:
    """Ten identities of which the tenant lets fewer write: its bucket is not exceeded."""
    tenant = Quota(2 * burst, rates * rate, 0)
    sales = sold(pool_of(10, Quota(burst, rate, 0.1), tenant), [(0.0, writes, "all")])

    assert_kept([(slot, count) for slot, count, _ in sales], tenant.burst, tenant.rate)


@given(WORK, st.floats(0, 1))
def test_one_identity_is_paced_as_ever(work: list[tuple[float, list[int], str]], lead: float) -> None:
    """A pool of one gives the slots of its own bucket alone, to the last digit; the tenant's limit is not asked."""
    pool, paces, pace, now = pool_of(1, tenant=Quota(100, 0.1, 0)), Paces(), Pace(), 0.0
    for pause, writes, kind in work:
        now += pause
        if kind == "urgent":
            paces = charge_places(paces, now, writes, pool).paces
            for count in writes:
                pace = charged(pace, now, count, GRAPH)
        else:
            placed = reserve_places(paces, now, writes, pool, share=0.9, lead=lead)
            bought = reserve(pace, now, writes, GRAPH, share=0.9, lead=lead)
            assert list(bought.slots) == [place.slot for place in placed.places]
            paces, pace = placed.paces, bought.pace
        paces, pace = pushed_back_for(paces, now, 3, pool, "a"), pushed_back(pace, now, 3, GRAPH)

        assert pace == paces.of["a"]


@pytest.mark.parametrize(("size", "users", "seconds"), [(1, 100_000, 4865), (3, 100_000, 1557), (10, 100_000, 1557)])
def test_a_whole_tenant_by_the_documented_numbers(size: int, users: int, seconds: int) -> None:
    """100,000 users: 81 minutes as one identity, 26 as three; then nine tenths of the tenant's limit are used up."""
    placed = reserve_places(Paces(), 0.0, [20] * (users // 20), pool_of(size), share=0.9)

    assert seconds == round(max(place.slot for place in placed.places))


def test_the_whole_pool_leaves_as_much_free_as_one_identity() -> None:
    """The first of three identities leaves 300 writes, the others none, and the tenant's bucket 300 of its own."""
    pool = pool_of(3)
    places = reserve_places(Paces(), 0.0, [20] * 500, pool, share=0.9).places
    at_once = Counter(place.identity for place in places if place.slot == 0)

    assert {"a": 135, "b": 150, "c": 150} == at_once
    assert pytest.approx(15_900 / 16_200) == pool.tenant_share(0.9)


@pytest.mark.parametrize(("without", "urgent"), [((), "a"), (("a",), "b")])
def test_urgent_writes_go_where_room_is_left(without: tuple[str, ...], urgent: str) -> None:
    """While a run uses up what it may, urgent writes go to the identity that keeps a part of its bucket free."""
    paces = reserve_places(Paces(), 0.0, [20] * 1000, pool_of(3), share=0.9, without=without).paces
    placed = charge_places(paces, 1.0, [1] * 50, pool_of(3), without=without)

    assert {urgent} == {place.identity for place in placed.places}


def test_identities_take_turns() -> None:
    """Full buckets are used alike, and one with slots reserved already comes later."""
    pool = pool_of(3)
    placed = reserve_places(Paces(of={"a": Pace(full_at=1001.5)}), 1000.0, [20] * 5, pool)

    assert ["b", "c", "b", "c", "a"] == [place.identity for place in placed.places]


def test_urgent_work_takes_the_identity_that_is_free_soonest() -> None:
    """Its slots shift by the second that 20 writes take, and the others' do not: the tenant has room."""
    pool = pool_of(2)
    paces = Paces(of={"a": Pace(full_at=1200, shifted=7), "b": Pace(full_at=1100, shifted=5)})
    placed = charge_places(paces, 1000.0, [20], pool)

    assert (Place("b", 1000.0, 6.0),) == placed.places
    assert {"a": Pace(1200, 7), "b": Pace(1101, 6)} == placed.paces.of


def test_urgent_work_shifts_every_slot_where_the_tenant_decides() -> None:
    """The tenant's bucket is used up by reserved slots: 54 writes of one identity take a second of all others."""
    pool = pool_of(2)
    paces = Paces(of={"a": Pace(full_at=1200), "b": Pace(full_at=1300)}, tenant=Pace(full_at=2000))
    after = charge_places(paces, 1000.0, [54], pool).paces

    assert pytest.approx((2.7, 1.0)) == (after.of["a"].shifted, after.of["b"].shifted)
    assert pytest.approx((1202.7, 1301.0, 2001.0)) == (
        after.of["a"].full_at,
        after.of["b"].full_at,
        after.tenant.full_at,
    )


def test_a_429_of_an_application_shifts_its_slots_alone() -> None:
    """The other identities go on, and get the next batches."""
    pool = pool_of(2)
    paces = pushed_back_for(Paces(), 1000.0, 30, pool, "a")
    placed = reserve_places(paces, 1000.0, [20] * 3, pool)

    assert ["b"] * 3 == [place.identity for place in placed.places]
    assert (30, {"b"}) == (paces.of["a"].shifted, set(NAMES[:2]) - unfit_of(paces, pool))


def test_a_429_of_the_tenant_shifts_every_slot() -> None:
    """No identity may write before the tenant's wait is over."""
    pool = pool_of(2)
    paces = pushed_back_for_all(Paces(), 1000.0, 30, pool)
    [place] = reserve_places(paces, 1000.0, [20], pool).places

    assert [30, 30] == [pace.shifted for pace in paces.of.values()]
    assert place.slot > 1030
    assert frozenset() == unfit_of(paces, pool)


def test_an_identity_is_set_aside_for_fifteen_minutes() -> None:
    """It gets nothing until then, unless every other one is set aside too; and a second refusal does not prolong it."""
    pool = pool_of(2)
    paces = set_aside(Paces(), {"a": "forbidden"}, 1000.0)
    again = set_aside(paces, {"a": "no_token"}, 1500.0)
    none_left = set_aside(paces, {"b": "forbidden"}, 1000.0)

    assert [{"b"}, {"a", "b"}] == [identities(paces, pool, now) for now in (1899.9, 1900.0)]
    assert paces == again
    assert {"a", "b"} == identities(none_left, pool, 1001.0)
    assert {"c"} == set(set_aside(paces, {"c": "forbidden"}, 1901.0).aside)


def test_a_batch_avoids_the_identities_that_refused_it() -> None:
    """As long as others are left."""
    pool = pool_of(3)
    [second] = reserve_places(Paces(), 0.0, [20], pool, without={"a"}).places
    [third] = charge_places(Paces(), 0.0, [20], pool, without={"a", "b"}).places
    [any_] = charge_places(Paces(), 0.0, [20], pool, without={"a", "b", "c"}).places

    assert ["b", "c", "a"] == [second.identity, third.identity, any_.identity]


def test_a_pace_from_before_there_was_a_pool_is_the_first_identitys() -> None:
    """A new deployment takes over what was reserved; a pace of its own counts more than an unnamed one."""
    old, pool = Pace(full_at=2000, shifted=3), pool_of(2)
    paces = Paces(of={UNNAMED: old})
    placed = reserve_places(paces, 1000.0, [20], pool)

    assert {"a": old, "b": Pace()} == paces.among(pool)
    assert old == paces.of_identity(UNNAMED, pool)
    assert {"a", "b"} == set(placed.paces.of)
    assert Pace() == replace(paces, of={UNNAMED: old, "a": Pace()}).of_identity(UNNAMED, pool)


def test_the_pool_shrinks_and_grows() -> None:
    """A former member keeps its pace for its return; a new one has a full bucket."""
    three, one = pool_of(3), pool_of(1)
    reserved = reserve_places(Paces(), 0.0, [20] * 600, three).paces
    shrunk = reserve_places(reserved, 0.0, [20], one)
    grown = reserve_places(shrunk.paces, 0.0, [20], three)

    assert "a" == shrunk.places[0].identity
    assert "b" == grown.places[0].identity
    assert reserved.of["c"] == shrunk.paces.of["c"]


@pytest.mark.parametrize(("size", "burst", "rate"), [(1, 3000, 20), (2, 6000, 40), (3, 9000, 54), (10, 16_200, 54)])
def test_what_a_pool_may_write(size: int, burst: int, rate: float) -> None:
    """The sum of its identities, under our part of the tenant's limit."""
    assert Quota(burst, rate, 0.1) == pool_of(size).together
    assert rate == pool_of(size).writes_per_second


def unfit_of(paces: Paces, pool: Pool) -> frozenset[str]:
    """Return the identities that an urgent batch avoids at 1,000 s."""
    return unfit(paces, pool, 1000.0, urgent=True)


def identities(paces: Paces, pool: Pool, now: float) -> set[str]:
    """Return the identities that get batches."""
    return {place.identity for place in reserve_places(paces, now, [20] * 40, pool).places}
