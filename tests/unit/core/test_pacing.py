"""The write quota as one value: reserved slots never exceed the bucket, and shift for what comes in between."""

import pytest
from hypothesis import given, strategies as st

from revoker.core.pacing import Pace, Quota, charged, pushed_back, reserve

GRAPH = Quota(burst=3000, rate=20, reserve=0.1)
SLACK = 1e-6

RESERVATIONS = st.lists(
    st.tuples(st.floats(0, 600), st.lists(st.integers(1, 20), max_size=40), st.sampled_from([1.0, 0.9, 0.5])),
    max_size=6,
)


def slots_of(quota: Quota, reservations: list[tuple[float, list[int], float]]) -> list[tuple[float, int, float]]:
    """Return (slot, writes, share) of all reservations, each some seconds after the one before."""
    pace, now, reserved = Pace(), 0.0, []
    for pause, writes, share in reservations:
        now += pause
        reservation = reserve(pace, now, writes, quota, share=share)
        reserved += [(slot, count, share) for slot, count in zip(reservation.slots, writes, strict=True)]
        pace = reservation.pace
    return reserved


@given(st.integers(20, 200), st.floats(0.5, 50), RESERVATIONS, st.sampled_from([1.0, 0.5]))
def test_no_window_holds_more_than_the_bucket(
    burst: int, rate: float, reservations: list[tuple[float, list[int], float]], share: float
) -> None:
    """In any window of t seconds, no more than share * burst + rate * t writes fall due, and each batch's own."""
    quota = Quota(burst=burst, rate=rate, reserve=0)
    reserved = sorted(slots_of(quota, [(pause, writes, share) for pause, writes, _ in reservations]))
    bucket = max(share * burst, 20)

    for index, (opens, _, _) in enumerate(reserved):
        total = 0
        for closes, writes, _ in reserved[index:]:
            total += writes
            assert total <= bucket + rate * (closes - opens) + SLACK


@given(st.floats(0.5, 50), RESERVATIONS)
def test_slots_are_never_in_the_past_and_keep_their_order(
    rate: float, reservations: list[tuple[float, list[int], float]]
) -> None:
    """Slots reserved together fall due in the order given, none in the past; the timestamp only rises."""
    pace, now = Pace(), 0.0
    for pause, writes, share in reservations:
        now += pause
        made = reserve(pace, now, writes, Quota(100, rate, 0.1), share=share)

        assert sorted(made.slots) == list(made.slots)
        assert all(slot >= now for slot in made.slots)
        assert made.pace.full_at >= max(pace.full_at, now)
        pace = made.pace


@pytest.mark.parametrize(
    ("full_at", "writes", "share", "full_after", "slots"),
    [
        (0, [], 1.0, 1000, []),
        (0, [20], 1.0, 1001, [1000]),
        (0, [20] * 150, 1.0, 1150, [1000] * 150),
        (0, [20] * 152, 1.0, 1152, [*[1000] * 150, 1001, 1002]),
        (0, [20] * 137, 0.9, 1137, [*[1000] * 135, 1001, 1002]),
        (1150, [20], 1.0, 1151, [1001]),
        (1150, [20], 0.9, 1151, [1016]),
        (900, [20], 1.0, 1001, [1000]),
    ],
)
def test_the_documented_quota(
    full_at: float, writes: list[int], share: float, full_after: float, slots: list[float]
) -> None:
    """3,000 at once, then 20 a second; a share of 0.9 leaves 300 for urgent writes."""
    made = reserve(Pace(full_at), 1000, writes, GRAPH, share=share)

    assert (full_after, slots) == (made.pace.full_at, list(made.slots))


@given(RESERVATIONS)
def test_a_share_leaves_room(reservations: list[tuple[float, list[int], float]]) -> None:
    """However much is reserved with a share of 0.9, a tenth of the bucket may be written beside it at any moment."""
    quota = Quota(burst=200, rate=5, reserve=0.1)
    reserved = slots_of(quota, [(pause, writes, 0.9) for pause, writes, _ in reservations])
    for closes, _, _ in reserved:
        for opens, _, _ in reserved:
            due = sum(writes for slot, writes, _ in reserved if opens <= slot <= closes)
            assert due + 20 <= 200 + 5 * max(0, closes - opens) + SLACK


@pytest.mark.parametrize(
    ("full_at", "retry_after", "first_slot", "shifted"),
    [(0, 10, 1011, 10), (1160, 10, 1021, 10), (1500, 10, 1361, 10), (0, 0, 1001, 0)],
)
def test_a_429_empties_the_bucket(full_at: float, retry_after: float, first_slot: float, shifted: float) -> None:
    """After a 429 no slot comes before Retry-After is over, and reserved slots shift by as much."""
    moved = pushed_back(Pace(full_at), 1000, retry_after, GRAPH)

    assert [first_slot] == list(reserve(moved, 1000, [20], GRAPH).slots)
    assert shifted == moved.shifted


@given(st.floats(0, 10_000), st.floats(0, 10_000), st.floats(0, 10_000), st.floats(0, 100))
def test_one_refusal_counts_once(full_at: float, now: float, retry_after: float, later: float) -> None:
    """Workers that saw the same 429 push no further than the one that was told to wait longest, and never back."""
    once = pushed_back(Pace(full_at), now, retry_after + later, GRAPH)

    assert once == pushed_back(once, now + later, retry_after, GRAPH) or later > 0
    assert once.shifted == pushed_back(once, now, retry_after, GRAPH).shifted
    assert once.full_at >= full_at


@given(st.lists(st.integers(1, 20), min_size=1, max_size=40), st.lists(st.integers(1, 20), max_size=10))
def test_slots_shift_by_what_is_charged(planned: list[int], urgent: list[int]) -> None:
    """Slots reserved before, shifted by what was charged since, keep to the bucket."""
    quota = Quota(burst=40, rate=5, reserve=0.0)
    made = reserve(Pace(), 0.0, planned, quota)
    pace = made.pace
    for writes in urgent:
        pace = charged(pace, 0.0, writes, quota)
    last = made.slots[-1] + pace.shifted

    assert sum(planned) + sum(urgent) <= max(40, *planned) + 5 * last + SLACK
