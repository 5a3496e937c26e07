"""A pool: no limit is exceeded, the identity that is free first gets the batch, a refusal moves that one's slots."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st
from support.pools import GRAPH, NAMES, pool_of

from revoker.core.availability import unavailable
from revoker.core.pacing import Pace, Quota, charged, pushed_back, reserve
from revoker.core.pool import UNNAMED, Paces, Pool
from revoker.core.pool_slots import (
    PoolSlot,
    charge_writes,
    give_back_slots,
    reserve_slots,
)
from revoker.core.told_to_wait import (
    next_turn_of_identity,
    next_turn_of_tenant,
    pushed_back_all,
    pushed_back_identity,
)

SLACK = 1e-6

WORK = st.lists(
    st.tuples(
        st.floats(0, 300),
        st.lists(st.integers(1, 20), min_size=1, max_size=30),
        st.sampled_from(["bulk", "all", "urgent"]),
    ),
    max_size=6,
)


def slots_of(pool: Pool, work: list[tuple[float, list[int], str]]) -> list[tuple[float, int, str]]:
    """Return (slot, writes, identity) of all that was reserved, each some seconds after the one before."""
    paces, now, due = Paces(), 0.0, []
    for pause, writes, kind in work:
        now += pause
        share = pool.quota.bulk_share if kind == "bulk" else 1.0
        reserved = reserve_slots(paces, now, writes, pool, share=share)
        due += [(slot.at, count, slot.identity) for slot, count in zip(reserved.slots, writes, strict=True)]
        paces = reserved.paces
    return due


def assert_kept(due: list[tuple[float, int]], burst: float, rate: float) -> None:
    """Hold that no window of t seconds has more than burst + rate * t writes."""
    ordered = sorted(due)
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
    due = slots_of(pool, work)

    for name in pool.identities:
        assert_kept([(slot, writes) for slot, writes, identity in due if identity == name], burst, rate)


@given(st.integers(40, 200), st.floats(0.5, 20), st.floats(1, 3), st.lists(st.integers(1, 20), max_size=60))
def test_what_is_reserved_together_keeps_the_tenants_limit(
    burst: int, rate: float, rates: float, writes: list[int]
) -> None:
    """Ten identities of which the tenant lets fewer write: its bucket is not exceeded."""
    tenant = Quota(2 * burst, rates * rate, 0)
    due = slots_of(pool_of(10, Quota(burst, rate, 0.1), tenant), [(0.0, writes, "all")])

    assert_kept([(slot, count) for slot, count, _ in due], tenant.burst, tenant.rate)


@given(WORK, st.floats(0, 1))
def test_one_identity_is_paced_as_ever(work: list[tuple[float, list[int], str]], lead: float) -> None:
    """A pool of one gives the slots of its own bucket alone, to the last digit; the tenant's limit is not asked."""
    pool, paces, pace, now = pool_of(1, tenant=Quota(100, 0.1, 0)), Paces(), Pace(), 0.0
    for pause, writes, kind in work:
        now += pause
        if kind == "urgent":
            paces = charge_writes(paces, now, writes, pool).paces
            for count in writes:
                pace = charged(pace, now, count, GRAPH)
        else:
            reserved = reserve_slots(paces, now, writes, pool, share=0.9, lead=lead)
            alone = reserve(pace, now, writes, GRAPH, share=0.9, lead=lead)
            assert list(alone.slots) == [slot.at for slot in reserved.slots]
            paces, pace = reserved.paces, alone.pace
        paces, pace = pushed_back_identity(paces, now, 3, pool, "a"), pushed_back(pace, now, 3, GRAPH)

        assert pace == paces.of["a"]


@pytest.mark.parametrize(("size", "users", "seconds"), [(1, 100_000, 4865), (3, 100_000, 1557), (10, 100_000, 1557)])
def test_a_whole_tenant_by_the_documented_numbers(size: int, users: int, seconds: int) -> None:
    """100,000 users: 81 minutes as one identity, 26 as three; then nine tenths of the tenant's limit are used up."""
    reserved = reserve_slots(Paces(), 0.0, [20] * (users // 20), pool_of(size), share=0.9)

    assert seconds == round(max(slot.at for slot in reserved.slots))


def test_the_whole_pool_leaves_as_much_free_as_one_identity() -> None:
    """The first of three identities leaves 300 writes, the others none, and the tenant's bucket 300 of its own."""
    pool = pool_of(3)
    slots = reserve_slots(Paces(), 0.0, [20] * 500, pool, share=0.9).slots
    at_once = Counter(slot.identity for slot in slots if slot.at == 0)

    assert {"a": 135, "b": 150, "c": 150} == at_once
    assert pytest.approx(15_900 / 16_200) == pool.tenant_share(0.9)


@pytest.mark.parametrize(("without", "urgent"), [((), "a"), (("a",), "b")])
def test_urgent_writes_go_where_room_is_left(without: tuple[str, ...], urgent: str) -> None:
    """While a run uses up what it may, urgent writes go to the identity that keeps a part of its bucket free."""
    paces = reserve_slots(Paces(), 0.0, [20] * 1000, pool_of(3), share=0.9, without=without).paces
    reserved = charge_writes(paces, 1.0, [1] * 50, pool_of(3), without=without)

    assert {urgent} == {slot.identity for slot in reserved.slots}


def test_identities_take_turns() -> None:
    """Full buckets are used alike, and one with slots reserved already comes later."""
    pool = pool_of(3)
    reserved = reserve_slots(Paces(of={"a": Pace(full_at=1001.5)}), 1000.0, [20] * 5, pool)

    assert ["b", "c", "b", "c", "a"] == [slot.identity for slot in reserved.slots]


def test_urgent_work_takes_the_identity_that_is_free_soonest() -> None:
    """Its slots shift by the second that 20 writes take, and the others' do not: the tenant has room."""
    pool = pool_of(2)
    paces = Paces(of={"a": Pace(full_at=1200, shifted=7), "b": Pace(full_at=1100, shifted=5)})
    reserved = charge_writes(paces, 1000.0, [20], pool)

    assert (PoolSlot("b", 1000.0, 6.0),) == reserved.slots
    assert {"a": Pace(1200, 7), "b": Pace(1101, 6)} == reserved.paces.of


def test_urgent_work_shifts_every_slot_where_the_tenant_decides() -> None:
    """The tenant's bucket is used up by reserved slots: 54 writes of one identity take a second of all others."""
    pool = pool_of(2)
    paces = Paces(of={"a": Pace(full_at=1200), "b": Pace(full_at=1300)}, tenant=Pace(full_at=2000))
    after = charge_writes(paces, 1000.0, [54], pool).paces

    assert pytest.approx((2.7, 1.0)) == (after.of["a"].shifted, after.of["b"].shifted)
    assert pytest.approx((1202.7, 1301.0, 2001.0)) == (
        after.of["a"].full_at,
        after.of["b"].full_at,
        after.tenant.full_at,
    )


def test_urgent_work_shifts_no_slot_of_an_identity_that_has_no_room_longer() -> None:
    """A's own bucket is used up until 1,850 s, the tenant's until 1,706: A's slots leave the tenant room enough."""
    pool = pool_of(2)
    paces = Paces(of={"a": Pace(full_at=2000), "b": Pace(full_at=1300)}, tenant=Pace(full_at=2000))
    after = charge_writes(paces, 1000.0, [54], pool).paces

    assert (0.0, 2.7) == (after.of["a"].shifted, after.of["b"].shifted)


def test_batches_that_were_told_to_wait_take_turns() -> None:
    """Each is sent when the writes of the one before are back: 20 at 20/s of one identity, or at 54/s of the tenant."""
    pool, paces, tenant = pool_of(2), pushed_back_identity(Paces(), 1000.0, 5, pool_of(2), "a"), Paces()
    turns: list[tuple[float, float]] = []
    for _ in range(3):
        paces, own = next_turn_of_identity(paces, 1000.0, 5, 20, pool, "a", urgent=False)
        tenant, shared = next_turn_of_tenant(tenant, 1000.0, 5, 20, pool, urgent=False)
        turns.append((own, shared))

    assert pytest.approx([1005, 1006, 1007]) == [own for own, _ in turns]
    assert pytest.approx([1005, 1005 + 20 / 54, 1005 + 40 / 54]) == [shared for _, shared in turns]
    assert {"a"} == unavailable_of(paces, pool, 1007.5)
    assert 5.0 == paces.of["a"].shifted


def test_an_urgent_batch_that_was_told_to_wait_goes_first() -> None:
    """It waits for other urgent ones alone, and the next of the bulk lane waits for it."""
    pool, pace = pool_of(1), Paces()
    turns: list[float] = []
    for urgent in (False, False, True, True, False):
        pace, at = next_turn_of_identity(pace, 1000.0, 5, 20, pool, "a", urgent=urgent)
        turns.append(at)

    assert [1005, 1006, 1005, 1006, 1009] == turns
    assert [1005, 1006, 1007] == turns_of_tenant(urgent=True)


def test_a_429_of_an_application_shifts_its_slots_alone() -> None:
    """The other identities go on, and get the next batches."""
    pool = pool_of(2)
    paces = pushed_back_identity(Paces(), 1000.0, 30, pool, "a")
    reserved = reserve_slots(paces, 1000.0, [20] * 3, pool)

    assert ["b"] * 3 == [slot.identity for slot in reserved.slots]
    assert (30, {"b"}) == (paces.of["a"].shifted, set(NAMES[:2]) - unavailable_of(paces, pool))


def test_a_429_of_the_tenant_shifts_every_slot() -> None:
    """No identity may write before the tenant's wait is over."""
    pool = pool_of(2)
    paces = pushed_back_all(Paces(), 1000.0, 30, pool)
    [slot] = reserve_slots(paces, 1000.0, [20], pool).slots

    assert [30, 30] == [pace.shifted for pace in paces.of.values()]
    assert slot.at > 1030
    assert frozenset() == unavailable_of(paces, pool)


def test_a_batch_avoids_the_identities_that_refused_it() -> None:
    """As long as others are left."""
    pool = pool_of(3)
    [second] = reserve_slots(Paces(), 0.0, [20], pool, without={"a"}).slots
    [third] = charge_writes(Paces(), 0.0, [20], pool, without={"a", "b"}).slots
    [any_] = charge_writes(Paces(), 0.0, [20], pool, without={"a", "b", "c"}).slots

    assert ["b", "c", "a"] == [second.identity, third.identity, any_.identity]


def test_a_pace_from_before_there_was_a_pool_is_the_first_identitys() -> None:
    """A new deployment takes over what was reserved; a pace of its own counts more than an unnamed one."""
    old, pool = Pace(full_at=2000, shifted=3), pool_of(2)
    paces = Paces(of={UNNAMED: old})
    reserved = reserve_slots(paces, 1000.0, [20], pool)

    assert {"a": old, "b": Pace()} == paces.among(pool)
    assert old == paces.of_identity(UNNAMED, pool)
    assert {"a", "b"} == set(reserved.paces.of)
    assert Pace() == replace(paces, of={UNNAMED: old, "a": Pace()}).of_identity(UNNAMED, pool)


def test_slots_come_back_to_the_identity_that_held_them() -> None:
    """A has just made 3,000 writes, B's run of 6,000 is cancelled: A's bucket stays empty, and the tenant's fills."""
    pool = pool_of(2)
    paces = Paces(of={"a": Pace(full_at=1150), "b": Pace(full_at=1300)}, tenant=Pace(full_at=1167))
    after = give_back_slots(paces, 1000.0, {"b": 6000}, pool, 1000.0)

    assert {"a": Pace(full_at=1150), "b": Pace(full_at=1000)} == after.of
    assert pytest.approx(1167 - 6000 / 54) == after.tenant.full_at


def test_the_pool_shrinks_and_grows() -> None:
    """A former member keeps its pace for its return; a new one has a full bucket."""
    three, one = pool_of(3), pool_of(1)
    reserved = reserve_slots(Paces(), 0.0, [20] * 600, three).paces
    shrunk = reserve_slots(reserved, 0.0, [20], one)
    grown = reserve_slots(shrunk.paces, 0.0, [20], three)

    assert "a" == shrunk.slots[0].identity
    assert "b" == grown.slots[0].identity
    assert reserved.of["c"] == shrunk.paces.of["c"]


def unavailable_of(paces: Paces, pool: Pool, now: float = 1000.0) -> frozenset[str]:
    """Return the identities that an urgent batch avoids."""
    return unavailable(paces, pool, now, 0.0)


def turns_of_tenant(*, urgent: bool) -> list[float]:
    """Return the turns of three batches that were told to wait, 5 s each, at 20 writes a second for the tenant."""
    pool, paces = replace(pool_of(2), tenant=Quota(18_000, 20, 0.1)), Paces()
    turns: list[float] = []
    for _ in range(3):
        paces, at = next_turn_of_tenant(paces, 1000.0, 5, 20, pool, urgent=urgent)
        turns.append(at)
    return turns
