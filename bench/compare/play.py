"""Play scenarios with contestants, one after another, each judged by the tenant's journal."""

import argparse
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from itertools import product
from pathlib import Path

from .contestant import CONTESTANTS, Contestant
from .judgement import ContestantRun, Row, bound_of, judge
from .scenario import SCENARIOS, Scenario
from .script import run_script
from .service import run_service
from .service_options import cannot_run
from .stage import Stage, staged


async def play_all(given: argparse.Namespace) -> AsyncIterator[Row]:
    """Play every scenario with every contestant that takes part, one after another."""
    with tempfile.TemporaryDirectory(prefix="compare-") as folder:
        for scenario, contestant in product(SCENARIOS, CONTESTANTS):
            if not _is_played(scenario, contestant, given):
                continue
            began = time.monotonic()
            row = await play(scenario.at_most(given.users), contestant, Path(folder))
            print(f"{time.monotonic() - began:5.1f} s  {_line(row)}", flush=True)
            yield row


def _is_played(scenario: Scenario, contestant: Contestant, given: argparse.Namespace) -> bool:
    """Tell whether a contestant takes part in a scenario, and whether the command line asks for both."""
    if given.scenarios and scenario.name not in given.scenarios:
        return False
    if scenario.by_name_only and not given.scenarios:
        return False
    if given.only and contestant.name not in given.only:
        return False
    return contestant.takes_part(scenario.name)


async def play(scenario: Scenario, contestant: Contestant, folder: Path) -> Row:
    """Play one scenario with one contestant, and judge it by the tenant's journal."""
    row = Row(scenario=scenario.name, contestant=contestant.name, users=scenario.size)
    if why := cannot_run(contestant):
        return replace(row, cannot=why)
    most = contestant.most.get(scenario.name, scenario.size)
    if most < scenario.size:
        row = replace(row, factor=scenario.size / most)
        scenario = scenario.at_most(most)
    run: Callable[[Contestant, Stage, Path], Awaitable[ContestantRun]] = (
        run_service if contestant.identities else run_script
    )
    try:
        async with staged(scenario) as stage:
            ran = await run(contestant, stage, folder)
            journal, accepted = await stage.journal(), await stage.accepted()
    except (OSError, RuntimeError, TimeoutError) as error:
        return replace(row, cannot=f"failed: {type(error).__name__}: {error}"[:200])
    columns = judge(stage.truth, journal, accepted, ran)
    writes = journal["revokes"]["accepted"]
    identities = max(1, contestant.identities)
    return replace(row, **columns, bound=bound_of(writes, scenario.burst, scenario.rate, identities))


def _line(row: Row) -> str:
    if row.cannot:
        return f"{row.scenario:9} {row.contestant:10} {row.cannot}"
    ratio = f"{100 * row.ratio:.1f} %" if row.ratio else ""
    waits = [round(wait, 2) for wait in row.waits]
    return (
        f"{row.scenario:9} {row.contestant:10} {row.seconds or 0:7.2f} s, end {row.until_end or 0:7.2f} s {ratio:8} "
        f"x{row.factor:.0f} {row.requests} requests {row.throttled} x 429, "
        f"missed {row.missed} ({row.unreported} silent), twice {row.twice}, "
        f"protected {row.protected_touched}, guests {row.guests_done}, read {row.read_back}, "
        f"{row.cpu:.1f} s CPU, {row.megabytes:.0f} MB {waits} {row.note} {row.left}"
    )
