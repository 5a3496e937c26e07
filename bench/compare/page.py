"""`docs/benchmark.md`, written from the results alone. Pure."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .contestant import CONTESTANTS
from .fit import exponent
from .judgement import Row
from .price import SEEN, SOURCE, Counted, bill
from .results import row_of
from .scenario import SCENARIOS, Scenario
from .shown import HEADS, cells, in_order, title_of
from .table import number, percent, seconds, table

STAGES = ("plan", "run", "verify", "status", "report")
_TEXT = tomllib.loads((Path(__file__).parent / "text.toml").read_text(encoding="utf-8"))


def page(results: Mapping[str, Any]) -> str:
    """Return the whole page."""
    rows = [row_of(kept) for kept in results.get("rows", [])]
    parts = [_TEXT["introduction"].format(when=_when(results)), _contestants()]
    for scenario in SCENARIOS:
        found = [row for row in rows if row.scenario == scenario.name]
        if found:
            parts.append(_scenario(scenario, found))
    parts += [_growth(results.get("growth", [])), _cost(results.get("growth", [])), _profile(results)]
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def _when(results: Mapping[str, Any]) -> str:
    machine = results.get("machine")
    if not machine:
        return "Nothing is measured yet"
    return (
        f"Measured on {results.get('date')} at revision {results.get('commit')} on {machine.get('processor')}, "
        f"{machine.get('cores')} cores, {machine.get('gigabytes')} GB, {machine.get('system')}, "
        f"Python {machine.get('python')}"
    )


def _contestants() -> str:
    rows = [[each.title, number(each.lines), each.source] for each in CONTESTANTS]
    heads = ["contestant", "lines a person writes", "what it follows"]
    return str(_TEXT["contestants"]).format(table=table(heads, rows))


def _scenario(scenario: Scenario, rows: list[Row]) -> str:
    lines = [cells(row) for row in in_order(rows)]
    parts = [f"## {scenario.title[0].upper()}{scenario.title[1:]}", table(HEADS, lines)]
    if scenario.urgent:
        parts.append(table(["contestant", "five urgent users meanwhile: median", "longest"], _waits(rows)))
    if scenario.kill:
        left = [[title_of(row.contestant), row.left or "-", number(row.twice)] for row in in_order(rows)]
        parts.append(table(["contestant", "what is left after the kill", "revoked twice"], left))
        parts.append(str(_TEXT["killed"]).strip())
    notes = [f"{title_of(row.contestant)}: {row.note}." for row in in_order(rows) if row.note]
    return "\n\n".join(parts + notes)


def _waits(rows: list[Row]) -> list[list[str]]:
    found = []
    for row in in_order(rows):
        waits = sorted(row.waits)
        if waits:
            found.append([title_of(row.contestant), seconds(waits[len(waits) // 2]), seconds(waits[-1])])
    return found


def _growth(grown: list[Mapping[str, Any]]) -> str:
    if len(grown) < 2:
        return ""
    sizes = [each["users"] for each in grown]
    rows = [
        [
            number(each["users"]),
            *(seconds(each[stage]) for stage in STAGES),
            f"{each['report_bytes'] / 2**20:.1f} MB",
            f"{each['cpu']:.1f} s",
            f"{each['megabytes']:,.0f} MB",
        ]
        for each in grown
    ]
    slopes = [f"{exponent(sizes, [each[stage] for each in grown]):.2f}" for stage in STAGES]
    rows.append(["exponent", *slopes, "", "", ""])
    heads = ["users", *STAGES, "report", "CPU of the app", "its memory"]
    return str(_TEXT["growth"]).format(table=table(heads, rows))


def _cost(grown: list[Mapping[str, Any]]) -> str:
    rows = []
    for each in grown:
        if each["users"] not in {10_000, 100_000}:
            continue
        counted = Counted(
            users=each["users"],
            operations=each["operations"],
            executions=each["executions"],
            checking_seconds=each["verify"],
        )
        total = bill(counted)
        rows.append(
            [
                number(total.users),
                number(total.operations),
                number(total.polls),
                number(total.executions),
                number(total.gb_seconds),
                f"{total.dollars:.2f}",
            ]
        )
    if not rows:
        return ""
    heads = ["users", "storage operations", "polls of queues", "executions", "GB-seconds", "dollars"]
    return str(_TEXT["cost"]).format(table=table(heads, rows), seen=SEEN, source=SOURCE)


def _profile(results: Mapping[str, Any]) -> str:
    profile = results.get("profile", [])
    if isinstance(profile, str):
        return f"## Where the CPU goes\n\nNot measured: {profile}."
    if not profile:
        return ""
    rows = []
    for each in profile:
        top = ", ".join(f"{place} {percent(share)}" for place, share in each["spent"])
        rows.append([each["stage"], percent(each["share"]), top])
    heads = ["stage", "of all samples", "in it, most of the time is below"]
    return str(_TEXT["profile"]).format(table=table(heads, rows))
