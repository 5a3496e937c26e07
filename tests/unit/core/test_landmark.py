"""A listing that leads back to itself is noticed, and one that does not is followed to its end."""

from itertools import count, islice

import pytest
from hypothesis import given, strategies as st

from revoker.core.landmark import Landmark


def followed(before: int, circle: int) -> int:
    """Return after how many links a circle of so many pages is noticed, with so many pages before it."""
    landmark, link = Landmark(), ""
    for number in islice(count(), 3 * (before + circle) + 3):
        following = f"page {number if number < before else before + (number - before) % circle}"
        if following == link or landmark.is_at(following):
            return number
        landmark, link = landmark.passed(following), following
    raise AssertionError("never noticed")


@given(st.integers(0, 300), st.integers(1, 300))
def test_a_circle_is_noticed(before: int, circle: int) -> None:
    """Within three times the pages there are, however long the way to the circle is and the circle itself."""
    assert 3 * max(before, circle, 1) >= followed(before, circle) - circle


@pytest.mark.parametrize(("before", "link"), [(0, 227), (1100, 2147)])
def test_the_examples_of_the_docstring(before: int, link: int) -> None:
    """A circle of 100 pages, from the start and after 1,100 pages; the first page is number 0 here."""
    assert link - 1 == followed(before, 100)


@pytest.mark.parametrize("pages", [1, 100, 5000])
def test_a_way_without_a_circle_is_not_taken_for_one(pages: int) -> None:
    """No link of a listing without repetition is at the landmark."""
    landmark = Landmark()
    for number in range(pages):
        assert not landmark.is_at(f"page {number}")
        landmark = landmark.passed(f"page {number}")
