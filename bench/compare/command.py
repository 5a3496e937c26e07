"""The command: which parts, scenarios and contestants; plays them and writes the results.

`--only` names contestants, `--scenarios` scenarios, `--parts` some of scenarios, growth, profile; each with commas.
`--parts none` measures nothing and writes the page again from the last results.
`--users N` plays everything with at most so many users. `--app checkout` serves this checkout instead of the package,
which is built first. What is left out is taken from the last results, so that a part can be measured again by itself.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from . import page, picture, readme
from .contestant import CONTESTANTS, Contestant
from .growth import SIZES, grow
from .judgement import Ran, Row, bound_of, judge
from .profile_run import profiled
from .results import RESULTS, ROOT, commit, latest, save, with_rows
from .scenario import SCENARIOS, Scenario
from .script import run_script
from .service import cannot_run, run_service
from .stage import Stage, staged

PARTS = ("scenarios", "growth", "profile")


def arguments(given: Sequence[str]) -> argparse.Namespace:
    """Read the command line of `compare`."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=compare", description=__doc__)
    parser.add_argument("--only", type=_names({each.name for each in CONTESTANTS}))
    parser.add_argument("--scenarios", type=_names({each.name for each in SCENARIOS}))
    parser.add_argument("--parts", type=_names({*PARTS, "none"}), default=list(PARTS))
    parser.add_argument("--sizes", type=_numbers, default=SIZES, help="of the tenants in the part growth")
    parser.add_argument("--users", type=int, default=10**9)
    parser.add_argument("--app", choices=("package", "checkout"), default="package")
    parser.add_argument("--into", type=Path, default=ROOT, help="the folder that gets results, page and pictures")
    return parser.parse_args(given)


def _names(known: set[str]) -> Callable[[str], list[str]]:
    def read(text: str) -> list[str]:
        found = text.split(",")
        if unknown := set(found) - known:
            message = f"no {', '.join(sorted(unknown))}: there are {', '.join(sorted(known))}"
            raise argparse.ArgumentTypeError(message)
        return found

    return read


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


async def play_all(given: argparse.Namespace) -> AsyncIterator[Row]:
    """Play every scenario with every contestant that takes part, one after another."""
    with tempfile.TemporaryDirectory(prefix="compare-") as folder:
        for scenario in SCENARIOS:
            if given.scenarios and scenario.name not in given.scenarios:
                continue
            if scenario.by_name_only and not given.scenarios:
                continue
            for contestant in CONTESTANTS:
                if given.only and contestant.name not in given.only:
                    continue
                if contestant.only and scenario.name not in contestant.only:
                    continue
                began = time.monotonic()
                row = await play(scenario.at_most(given.users), contestant, Path(folder))
                print(f"{time.monotonic() - began:5.1f} s  {_line(row)}", flush=True)
                yield row


async def play(scenario: Scenario, contestant: Contestant, folder: Path) -> Row:
    """Play one scenario with one contestant, and judge it by the tenant's journal."""
    row = Row(scenario=scenario.name, contestant=contestant.name, users=scenario.size)
    if why := cannot_run(contestant):
        return replace(row, cannot=why)
    most = contestant.most.get(scenario.name, scenario.size)
    if most < scenario.size:
        row = replace(row, factor=scenario.size / most)
        scenario = replace(scenario, named=most)
    run: Callable[[Contestant, Stage, Path], Awaitable[Ran]] = run_service if contestant.identities else run_script
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
    return (
        f"{row.scenario:9} {row.contestant:10} {row.seconds or 0:7.2f} s, end {row.until_end or 0:7.2f} s {ratio:8} "
        f"x{row.factor:.0f} {row.requests} requests {row.throttled} x 429, "
        f"missed {row.missed} ({row.unreported} silent), twice {row.twice}, "
        f"protected {row.protected_touched}, guests {row.guests_done}, read {row.read_back}, "
        f"{row.cpu:.1f} s CPU, {row.megabytes:.0f} MB {[round(wait, 2) for wait in row.waits]} {row.note} {row.left}"
    )


async def bench_compare(given: Sequence[str] = ()) -> None:
    """Run the command."""
    options = arguments(given)
    folder = options.into / RESULTS.relative_to(ROOT)
    if options.parts == ["none"]:
        write(latest(folder), options.into)
        return
    began = time.monotonic()
    if options.app == "package":
        _build()
    kept = latest(folder)
    if "scenarios" in options.parts:
        async for row in play_all(options):
            kept = with_rows(kept, [row])
            save(kept, folder)  # what is measured is kept, whatever comes after
    if "growth" in options.parts:
        before = {each["users"]: each for each in kept.get("growth", [])}
        grown = before | await _grown([size for size in options.sizes if size <= options.users])
        kept = {**kept, "growth": [grown[users] for users in sorted(grown)]}
    if "profile" in options.parts:
        found = await profiled()
        kept = {**kept, "profile": found if isinstance(found, str) else [asdict(each) for each in found]}
    kept["took"] = time.monotonic() - began
    path = save(kept, folder)
    write(latest(folder), options.into)
    print(f"compare  {kept['took']:.0f} s; {path}", flush=True)


async def _grown(sizes: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Measure tenants of these sizes, one after another."""
    found = {}
    for size in sizes:
        grown = await grow(size)
        found[size] = asdict(grown) | {"commit": commit()}
        print(f"growth   {grown}", flush=True)
    return found


def _build() -> None:
    """Build the package, as `make package` does, and have it served."""
    subprocess.run([sys.executable, "-m", "infra.package"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    os.environ["PACKAGE"] = "1"


def write(results: dict[str, Any], root: Path) -> None:
    """Write the page, its pictures, and the README's lines where there is a README."""
    docs = root / "docs"
    pictures = docs / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    (docs / "benchmark.md").write_text(page.page(results), encoding="utf-8")
    names, panels = readme.panels(results)
    drawn = picture.bars("Who is how fast, who loses whom", names, panels)
    (pictures / "benchmark.svg").write_text(drawn, encoding="utf-8")
    grown = results.get("growth") or []
    if len(grown) > 1:
        sizes = [each["users"] for each in grown]
        curves = {stage: [each[stage] for each in grown] for stage in page.STAGES}
        drawn = picture.lines("Seconds by users", sizes, curves)
        (pictures / "growth.svg").write_text(drawn, encoding="utf-8")
    front = root / "README.md"
    if front.exists():
        text = readme.with_lines(front.read_text(encoding="utf-8"), readme.readme_lines(results))
        front.write_text(text, encoding="utf-8")
