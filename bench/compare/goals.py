"""What was to be reached, beside what was measured; where a goal is not met, the page says why. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .judgement import Row
from .results import rows_by_place
from .shown import title_of
from .table import Table, number, percent
from .text import TEXT

type _Rows = Mapping[tuple[str, str], Row]


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal, what was measured of it, and whether that is enough; `why` names the text that is shown if not."""

    goal: str
    measured: str
    met: bool
    why: str = ""


def goals_section(results: Mapping[str, Any]) -> str:
    """Return every goal whose rows were measured, and the reasons of those that are not met."""
    found = goals(rows_by_place(results))
    if not found:
        return ""
    table = Table("goal", "measured", "met")
    reasons: dict[str, None] = {}
    for each in found:
        table.add(each.goal, each.measured, "yes" if each.met else "**no**")
        if not each.met and each.why:
            reasons[TEXT[each.why].strip()] = None
    return "\n\n".join([TEXT["goals"].format(table=table.text()).strip(), *reasons])


def goals(rows: _Rows) -> list[Goal]:
    """Return the goals of which both sides were measured."""
    return [
        *_bounds(rows),
        *_faster(rows),
        *_refusals(rows),
        *_losses(row for (_, name), row in rows.items() if name == "revoker"),
        *_cpu(rows),
    ]


def _bounds(rows: _Rows) -> Iterable[Goal]:
    for scenario, most, what in (
        ("tenant", 1.03, "20,000 users in at most 103 % of the bound"),
        ("storm", 1.06, "the same with 2 % faults in at most 106 %"),
    ):
        row = rows.get((scenario, "revoker"))
        if row is not None and row.ratio is not None:
            yield Goal(what, percent(row.ratio), row.ratio <= most, "above_bound")


def _faster(rows: _Rows) -> Iterable[Goal]:
    for scenario, quick, slow, least, what in (
        ("crowd", "revoker", "guidance", 50, "3,000 users at least 50 times as fast as one by one"),
        ("tenant", "revoker3", "revoker", 2.6, "three identities at least 2.6 times as fast as one"),
    ):
        one, other = rows.get((scenario, quick)), rows.get((scenario, slow))
        if one is not None and other is not None and one.seconds and other.seconds:
            times = other.seconds * other.factor / (one.seconds * one.factor)
            yield Goal(what, f"{times:,.1f} times", times >= least)


def _refusals(rows: _Rows) -> Iterable[Goal]:
    for scenario, speed in (("tenant", "a tenth of its time"), ("day", "its own speed")):
        ours = rows.get((scenario, "revoker"))
        for name in ("sdk32", "batches"):
            row = rows.get((scenario, name))
            if ours is None or row is None:
                continue
            mine, theirs = ours.throttled * ours.factor, row.throttled * row.factor
            yield Goal(
                f"20,000 users, quota at {speed}: a hundredth of the 429s of {title_of(name)}",
                f"{number(mine)} against {number(theirs)}",
                mine * 100 <= theirs,
                f"refused_{scenario}",
            )


def _losses(ours: Iterable[Row]) -> Iterable[Goal]:
    rows = list(ours)
    for column, what, why in (
        ("missed", "nobody missed", ""),
        ("twice", "nobody revoked twice", "called_again"),
        ("protected_touched", "no protected account touched", ""),
    ):
        found = [f"{number(getattr(row, column))} in `{row.scenario}`" for row in rows if getattr(row, column)]
        if rows:
            yield Goal(f"{what}, in any scenario", ", ".join(found) or "0", not found, why)


def _cpu(rows: _Rows) -> Iterable[Goal]:
    ours, other = rows.get(("tenant", "revoker")), rows.get(("tenant", "sdk32"))
    if ours is not None and other is not None:
        mine, theirs = 1000 * ours.cpu * ours.factor / ours.users, 1000 * other.cpu * other.factor / other.users
        yield Goal(
            f"less CPU for 1,000 users than {title_of('sdk32')}", f"{mine:.1f} s against {theirs:.1f} s", mine < theirs
        )
