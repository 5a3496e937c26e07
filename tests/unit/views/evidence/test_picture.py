"""The picture of a run over time: lines that only climb, inside the frame, and the same in words."""

import pytest
from hypothesis import given, strategies as st

from revoker.core.pacing import Quota
from revoker.views.evidence.picture import BOTTOM, LEFT, RIGHT, TOP, picture

QUOTA = Quota(burst=3000, rate=20, reserve=0.1)
MOMENTS = st.lists(st.floats(0, 100_000), min_size=1, max_size=400).map(sorted)


def points(line: str) -> list[tuple[float, float]]:
    """Return the points of a line."""
    return [tuple(map(float, point.split(","))) for point in line.split()]


@given(MOMENTS, MOMENTS, st.integers(1, 500))
def test_lines_climb_inside_the_frame(signed_out: list[float], confirmed: list[float], burst: int) -> None:
    """Time never runs back and users never become fewer."""
    drawn = picture(signed_out, confirmed, Quota(burst=burst, rate=20, reserve=0.1))
    assert drawn
    for line in (drawn.signed_out, drawn.confirmed, drawn.quota):
        found = points(line)
        assert found == sorted(found, key=lambda point: (point[0], -point[1]))
        assert all(LEFT <= across <= RIGHT and TOP <= up <= BOTTOM for across, up in found)
        assert len(found) <= 203


@pytest.mark.parametrize(("users", "drawn"), [(10, ""), (3000, ""), (5000, "64.0,184.0 64.0,82.0 704.0,14.0")])
def test_the_quota_is_drawn_where_it_bounds(users: int, drawn: str) -> None:
    """3,000 at once bound no run of 3,000; of 5,000 users the last comes after 100 seconds."""
    moments = [max(0.0, (number - 3000) / 20) for number in range(1, users + 1)]
    found = picture(moments, [], QUOTA)

    assert found
    assert drawn == found.quota


def test_the_picture_in_words() -> None:
    """A reader who does not see the picture has its numbers."""
    found = picture([0.0] * 3000 + [number / 20 for number in range(1, 2001)], [130.0], QUOTA)

    assert found
    assert (
        "5,000 users were signed out within 1:40 min of the start, half of them within 1 s. 1 user was confirmed, "
        "the last after 2:10 min. The quota allows 3,000 at once, then 20 a second: 5,000 users take 1:40 min at least."
    ) == found.words


def test_a_run_without_a_call_has_no_picture() -> None:
    """Nothing is drawn of a dry run."""
    assert picture([], [], QUOTA) is None


@pytest.mark.parametrize(
    ("end", "labels"),
    [
        (1.0, ["start", "0.2 s", "0.5 s", "0.8 s", "1.0 s"]),
        (30.0, ["start", "8 s", "15 s", "22 s", "30 s"]),
        (7200.0, ["start", "30:00 min", "1:00:00 h", "1:30:00 h", "2:00:00 h"]),
    ],
)
def test_the_marks_of_time_differ(end: float, labels: list[str]) -> None:
    """A run of a second has five marks that can be told apart."""
    found = picture([end], [], QUOTA)

    assert found
    assert labels == [tick.label for tick in found.across]


def test_nothing_is_confirmed_before_the_first_is() -> None:
    """The line stays on the ground until then: a slope from the start would show users that were not confirmed."""
    found = picture([0.0, 1.0], [30.0, 30.0], QUOTA)

    assert found
    assert ["64.0,184.0", "704.0,184.0", "704.0,99.0"] == found.confirmed.split()[:3]
