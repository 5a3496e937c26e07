"""`make faults`: many scenarios on real parts; one that fails prints the command that plays it again.

python tests/faults/run.py                        those with a name, then seeds 0 to 199
python tests/faults/run.py --first 200 --seeds 50
python tests/faults/run.py --seed 7 | --mode storage-stops
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from play import Seen, play  # noqa: E402 - the checkout is put on the path first
from programme import PROGRAMME  # noqa: E402
from scenario import Scenario, draw  # noqa: E402
from secrecy import told  # noqa: E402
from stage import Stage, stage  # noqa: E402
from verdict import judge  # noqa: E402


class Tally:
    """What was played and what came of it."""

    def __init__(self) -> None:
        self.played = 0
        self.failed: list[str] = []
        self.users: Counter[str] = Counter()
        self.broken: Counter[str] = Counter()
        self._began = time.time()

    def note(self, scenario: Scenario, seen: Seen, complaints: list[str]) -> None:
        """Count a scenario, and print its line."""
        self.played += 1
        self.users.update(line["outcome"] for report in seen.reports for line in report["users"])
        what = " ".join(type(misfortune).__name__ for misfortune in scenario.misfortunes)
        what += f"; {scope.field}" if (scope := scenario.asks[0].scope) else ""
        name = scenario.name or f"seed {scenario.seed}"
        print(f"{name}: {seen.seconds:.1f} s, {len(seen.reports)} runs, {what}", flush=True)
        if complaints:
            self.failed.append(scenario.command)
            print("  " + "\n  ".join([*complaints, str(scenario.misfortunes), scenario.command]), flush=True)

    def close(self, breaches: list[str]) -> int:
        """Print the sums and return the command's status."""
        print(f"{self.played} scenarios in {time.time() - self._began:.0f} s, {len(self.failed)} failed")
        print(f"{self.users.total()} users: {dict(self.users.most_common())}")
        print(f"broken: {dict(self.broken.most_common())}")
        print(f"log: {len(breaches)} lines tell a secret", *breaches[:20], sep="\n  ")
        print(*self.failed, sep="\n")
        return 1 if self.failed or breaches else 0


async def run(waiting: list[Scenario], log: Path) -> Tally:
    """Play them all; a stage on which one failed is left for a new one."""
    tally = Tally()
    while waiting:
        with tempfile.TemporaryDirectory(prefix="faults-") as folder:
            async with stage(Path(folder), log) as made:
                await _play(waiting, made, tally)
            tally.broken += made.broken
    return tally


async def _play(waiting: list[Scenario], made: Stage, tally: Tally) -> None:
    while waiting:
        scenario = waiting.pop(0)
        seen = await play(scenario, made)
        complaints = judge(scenario, seen)
        tally.note(scenario, seen, complaints)
        if complaints:
            return


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="make faults", description="Break everything on purpose.")
    parser.add_argument("--seeds", type=int, default=200, help="how many, from --first on")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, help="only this one")
    parser.add_argument("--mode", choices=PROGRAMME, help="only this one")
    given = parser.parse_args()
    seeds = [given.seed] if given.seed is not None else range(given.first, given.first + given.seeds)
    named = [] if given.seed is not None or given.first else [*PROGRAMME.values()]
    chosen = [PROGRAMME[given.mode]] if given.mode else [*named, *map(draw, seeds)]
    log = ROOT / ".local" / "faults.log"
    log.parent.mkdir(exist_ok=True)
    log.unlink(missing_ok=True)
    tally = asyncio.run(run(chosen, log))
    return tally.close(told(log.read_text(errors="replace").splitlines()))


if __name__ == "__main__":
    sys.exit(main())
