"""The write quota as one timestamp: what is sold never exceeds the bucket."""

import pytest
from hypothesis import given, strategies as st

from revoker.pacing import Quota, pushed, reserve

GRAPH = Quota(burst=3000, rate=20, reserve=0.1)
SLACK = 1e-6

PURCHASES = st.lists(
    st.tuples(st.floats(0, 600), st.lists(st.integers(1, 20), max_size=40), st.sampled_from([1.0, 0.9, 0.5])),
    max_size=6,
)


def sold(quota: Quota, purchases: list[tuple[float, list[int], float]]) -> list[tuple[float, int, float]]:
    """Return (slot, writes, share) of all that was sold, each purchase some seconds after the one before."""
    full_at, now, sales = 0.0, 0.0, []
    for pause, writes, share in purchases:
        now += pause
        reservation = reserve(full_at, now, writes, quota, share=share)
        sales += [(slot, count, share) for slot, count in zip(reservation.slots, writes, strict=True)]
        full_at = reservation.full_at
    return sales


@given(st.integers(20, 200), st.floats(0.5, 50), PURCHASES, st.sampled_from([1.0, 0.5]))
def test_no_window_holds_more_than_the_bucket(
    burst: int, rate: float, purchases: list[tuple[float, list[int], float]], share: float
) -> None:
    """In any window of t seconds, no more than share * burst + rate * t writes fall due, and each batch's own."""
    quota = Quota(burst=burst, rate=rate, reserve=0)
    sales = sorted(sold(quota, [(pause, writes, share) for pause, writes, _ in purchases]))
    bucket = max(share * burst, 20)

    for index, (opens, _, _) in enumerate(sales):
        total = 0
        for closes, writes, _ in sales[index:]:
            total += writes
            assert total <= bucket + rate * (closes - opens) + SLACK


@given(st.floats(0.5, 50), PURCHASES)
def test_slots_are_never_in_the_past_and_keep_their_order(
    rate: float, purchases: list[tuple[float, list[int], float]]
) -> None:
    """Batches bought together fall due in the order given, none before the purchase; the timestamp only rises."""
    full_at, now = 0.0, 0.0
    for pause, writes, share in purchases:
        now += pause
        bought = reserve(full_at, now, writes, Quota(100, rate, 0.1), share=share)

        assert sorted(bought.slots) == list(bought.slots)
        assert all(slot >= now for slot in bought.slots)
        assert bought.full_at >= max(full_at, now)
        full_at = bought.full_at


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
    """3,000 at once, then 20 a second; a share of 0.9 leaves 300 for whoever cannot wait."""
    bought = reserve(full_at, 1000, writes, GRAPH, share=share)

    assert (full_after, slots) == (bought.full_at, list(bought.slots))


@given(PURCHASES)
def test_a_share_leaves_room(purchases: list[tuple[float, list[int], float]]) -> None:
    """However much a sweep buys with a share of 0.9, a tenth of the bucket may be written beside it at any moment."""
    quota = Quota(burst=200, rate=5, reserve=0.1)
    sales = sold(quota, [(pause, writes, 0.9) for pause, writes, _ in purchases])
    for closes, _, _ in sales:
        for opens, _, _ in sales:
            due = sum(writes for slot, writes, _ in sales if opens <= slot <= closes)
            assert due + 20 <= 200 + 5 * max(0, closes - opens) + SLACK


@pytest.mark.parametrize(
    ("full_at", "retry_after", "first_slot"),
    [(0, 10, 1011), (1160, 10, 1011), (1500, 10, 1351), (0, 0, 1001)],
)
def test_a_429_empties_the_bucket(full_at: float, retry_after: float, first_slot: float) -> None:
    """After a 429 nothing is sold before Retry-After is over; a timestamp further on stays."""
    moved = pushed(full_at, 1000, retry_after, GRAPH)

    assert [first_slot] == list(reserve(moved, 1000, [20], GRAPH).slots)


@given(st.floats(0, 10_000), st.floats(0, 10_000), st.floats(0, 10_000))
def test_pushing_twice_is_pushing_once(full_at: float, now: float, retry_after: float) -> None:
    """Two workers that saw the same 429 push no further than one, and never back."""
    once = pushed(full_at, now, retry_after, GRAPH)

    assert once == pushed(once, now, retry_after, GRAPH)
    assert once >= full_at
