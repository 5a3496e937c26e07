"""Which call of the command measured which rows, and at which revision. Pure."""

from collections.abc import Mapping
from typing import Any

from .calls import Call, calls_in
from .contestant import taking_part
from .grown import grown_in
from .results import rows_in
from .table import Table, number, seconds
from .text import TEXT

type _Measured = dict[tuple[str, str], dict[str, list[str]]]


def newest_commit(results: Mapping[str, Any]) -> str:
    """Return the revision of the last call; older results have one for all."""
    calls = calls_in(results)
    if calls:
        return calls[-1].commit
    return str(results.get("commit", ""))


def calls_section(results: Mapping[str, Any]) -> str:
    """Return a line for each call of which something is still shown; empty where nothing was measured."""
    measured = _measured(results)
    if not measured:
        return ""
    calls = {call.began: call for call in calls_in(results)}
    table = Table("called", "with", "revision", "took", "measured")
    for began, commit in sorted(measured):
        call = calls.get(began)
        table.add(began or "not recorded", *_of(call), f"`{commit}`", _took(call), _listed(measured[began, commit]))
    return TEXT["calls"].format(table=table.text())


def _measured(results: Mapping[str, Any]) -> _Measured:
    """Return what each call measured: contestants by scenario, sizes, the profile."""
    found: _Measured = {}
    for row in rows_in(results):
        found.setdefault((row.call, row.commit), {}).setdefault(row.scenario, []).append(row.contestant)
    for size in grown_in(results):
        found.setdefault((size.call, size.commit), {}).setdefault("growth", []).append(number(size.users))
    for call in calls_in(results):
        if call.began == results.get("profile_call"):
            found.setdefault((call.began, call.commit), {})["profile"] = []
    return found


def _listed(measured: Mapping[str, list[str]]) -> str:
    """Write scenarios, each with its contestants unless all that take part are there: `storm (revoker)`."""
    parts = []
    for name, members in measured.items():
        if not members or set(members) == set(taking_part(name)):
            parts.append(name)
        else:
            parts.append(f"{name} ({', '.join(members)})")
    return "; ".join(parts)


def _of(call: Call | None) -> list[str]:
    if call is None:
        return ["not recorded"]
    return [f"`compare {call.arguments}`".replace(" `", "`")]


def _took(call: Call | None) -> str:
    if call is None or not call.took:
        return "-"
    return seconds(call.took)
