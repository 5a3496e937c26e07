"""The run over time against the write quota, as the lines of a drawing. Pure.

A drawing of 720 by 220 units: time runs to the right, users upwards.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from revoker.core.pacing import Quota
from revoker.views.evidence.moments import length

WIDTH, HEIGHT = 720, 220
LEFT, RIGHT, TOP, BOTTOM = 64, 704, 14, 184
_MOST_POINTS = 100


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis, in units of the drawing."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Three lines as points of SVG polylines, the axes' marks, and the same in words."""

    signed_out: str
    confirmed: str
    quota: str
    across: tuple[Tick, ...]
    upwards: tuple[Tick, ...]
    words: str


@dataclass(frozen=True, slots=True)
class _Frame:
    """How seconds and users become units of the drawing."""

    seconds: float
    users: float

    def point(self, second: float, users: float) -> str:
        across = LEFT + (RIGHT - LEFT) * min(second / self.seconds, 1)
        upwards = BOTTOM - (BOTTOM - TOP) * min(users / self.users, 1)
        return f"{across:.1f},{upwards:.1f}"


def picture(signed_out: Sequence[float], confirmed: Sequence[float], quota: Quota) -> Picture | None:
    """Return the drawing; moments are seconds since the start, in order. None where no user was signed out."""
    if not signed_out:
        return None
    end = max([1.0, *signed_out, *confirmed])
    top = _round_up(len(signed_out))
    frame = _Frame(end, top)
    return Picture(
        signed_out=" ".join(_climb(signed_out, end, frame)),
        confirmed=" ".join(_climb(confirmed, end, frame)),
        quota=" ".join(_bound(quota, frame)),
        across=_across(end),
        upwards=_upwards(top),
        words=_words(signed_out, confirmed, quota),
    )


def _climb(moments: Sequence[float], end: float, frame: _Frame) -> Iterator[str]:
    """Yield the points of a growing number: at most a hundred, evenly spread over the users."""
    if not moments:
        return
    yield frame.point(0, 0)
    yield frame.point(moments[0], 0)  # nothing before the first: a slope from the start would show users that were not
    many = len(moments)
    step = max(1, many // _MOST_POINTS)
    # 5,842 users make steps of 58: users 1, 59, 117 … and always the last one, so that the line ends where it ended.
    for place in [*range(0, many - 1, step), many - 1]:
        yield frame.point(moments[place], place + 1)
    yield frame.point(end, many)


def _bound(quota: Quota, frame: _Frame) -> Iterator[str]:
    """Yield the points of what the quota allows: the burst at once, then its rate. Empty where it is above the frame.

    3,000 at once and 20 a second, drawn up to 5,000 users: the line leaves the frame after 100 seconds.
    """
    if quota.burst >= frame.users:
        return
    full = (frame.users - quota.burst) / quota.rate
    yield frame.point(0, 0)
    yield frame.point(0, quota.burst)
    last = min(full, frame.seconds)
    yield frame.point(last, quota.burst + quota.rate * last)


def _round_up(number: int) -> int:
    """Return the next number of one digit and zeros, or 1.5 or 2.5 times ten to some power: 2,922 becomes 3,000."""
    power = 1
    while number > 10 * power:
        power *= 10
    for tenths in (10, 15, 20, 25, 30, 40, 50, 60, 80, 100):
        if number * 10 <= tenths * power and tenths * power % 20 == 0:
            return tenths * power // 10
    return 10 * power


def _across(end: float) -> tuple[Tick, ...]:
    """Return five marks of time; below ten seconds with tenths, which whole seconds would show as 0, 1, 1 and 1."""
    marks: list[Tick] = []
    for quarter in range(5):
        at = end * quarter / 4
        label = f"{at:.1f} s" if end < 10 else length(at)
        marks.append(Tick(LEFT + (RIGHT - LEFT) * quarter / 4, label))
    return (Tick(LEFT, "start"), *marks[1:])


def _upwards(top: int) -> tuple[Tick, ...]:
    low, high = Tick(BOTTOM, "0"), Tick(TOP, f"{top:,}")
    if top == 1:
        return low, high
    return low, Tick((BOTTOM + TOP) / 2, f"{top // 2:,}"), high


def _words(signed_out: Sequence[float], confirmed: Sequence[float], quota: Quota) -> str:
    """Return what the picture shows as sentences, for readers that do not see it."""
    many = len(signed_out)
    said = [f"{_users(many)} signed out within {_about(signed_out[-1])} of the start,"]
    said.append(f"half of them within {_about(signed_out[(many - 1) // 2])}.")
    if confirmed:
        said.append(f"{_users(len(confirmed))} confirmed, the last after {_about(confirmed[-1])}.")
    said.append(f"The quota allows {quota.burst:,.0f} at once, then {quota.rate:g} a second")
    waited = (many - quota.burst) / quota.rate
    if waited > 0:
        said[-1] += f": {many:,} users take {length(waited)} at least"
    said[-1] += "."
    return " ".join(said)


def _users(number: int) -> str:
    return "1 user was" if number == 1 else f"{number:,} users were"


def _about(seconds: float) -> str:
    """Return a length of time, a second at least: nothing happens within 0 s."""
    return length(max(1.0, seconds))
