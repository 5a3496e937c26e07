"""`docs/benchmark.md`, written from the results alone. Pure."""

from collections.abc import Mapping
from typing import Any

from .contestant import CONTESTANTS
from .goals import goals_section
from .grown import grown_in
from .page_calls import calls_section, newest_commit
from .page_growth import cost_section, growth_section
from .page_scenario import scenario_section
from .results import rows_in
from .scenario import SCENARIOS
from .table import Table, number, percent
from .text import TEXT


def page(results: Mapping[str, Any]) -> str:
    """Return the whole page."""
    rows, grown, newest = rows_in(results), grown_in(results), newest_commit(results)
    parts = [TEXT["introduction"].format(when=_when(results)), goals_section(results), _contestants()]
    for scenario in SCENARIOS:
        found = [row for row in rows if row.scenario == scenario.name]
        if found:
            parts.append(scenario_section(scenario, found, newest))
    parts += [growth_section(grown, newest), cost_section(grown), _profile(results), calls_section(results)]
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def _when(results: Mapping[str, Any]) -> str:
    machine = results.get("machine")
    if not machine:
        return "Nothing is measured yet"
    return (
        f"Measured on {results.get('date')} at revision {newest_commit(results)} on {machine.get('processor')}, "
        f"{machine.get('cores')} cores, {machine.get('gigabytes')} GB, {machine.get('system')}, "
        f"Python {machine.get('python')}"
    )


def _contestants() -> str:
    table = Table("contestant", "lines a person writes", "what it follows")
    for each in CONTESTANTS:
        table.add(each.title, number(each.lines), each.source)
    return TEXT["contestants"].format(table=table.text())


def _profile(results: Mapping[str, Any]) -> str:
    profile = results.get("profile", [])
    if isinstance(profile, str):
        return f"## Where the CPU goes\n\nNot measured: {profile}."
    if not profile:
        return ""
    table = Table("stage", "of all samples", "in it, most of the time is below")
    for each in profile:
        top = ", ".join(f"{place} {percent(share)}" for place, share in each["spent"])
        table.add(each["stage"], percent(each["share"]), top)
    return TEXT["profile"].format(table=table.text())
