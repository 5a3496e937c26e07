"""`make faults`: many seeded scenarios on real parts; a failing seed prints the one command that replays it.

python tests/faults/run.py [--seeds 200] [--first 0] [--seed N]
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

from play import play  # noqa: E402 - the checkout is put on the path first
from scenario import draw  # noqa: E402
from stage import stage  # noqa: E402
from verdict import judge  # noqa: E402


async def run(seeds: list[int], log: Path) -> int:
    """Play all seeds; a stage on which one failed is left for a new one."""
    waiting, failed, outcomes, broken = list(seeds), [], Counter(), Counter()
    began = time.time()
    while waiting:
        with tempfile.TemporaryDirectory(prefix="faults-") as folder:
            async with stage(Path(folder), log) as made:
                while waiting:
                    seed = waiting.pop(0)
                    scenario = draw(seed)
                    seen = await play(scenario, made)
                    outcomes.update(
                        f"{line['outcome']} {line['reason'] or ''}".strip()
                        for report in seen.reports
                        for line in report["users"]
                    )
                    complaints = judge(scenario, seen)
                    kinds = " ".join(type(told).__name__ for told in scenario.misfortunes)
                    print(f"seed {seed}: {seen.seconds:.1f} s, {len(seen.reports)} runs, {kinds}", flush=True)
                    if complaints:
                        failed.append(seed)
                        for text in complaints:
                            print(f"  {text}")
                        print(f"  {scenario.misfortunes}")
                        print(f'  again: make faults ARGS="--seed {seed}"', flush=True)
                        break
                broken += made.broken
    print(f"{len(seeds)} scenarios in {time.time() - began:.0f} s, {len(failed)} failed {failed}")
    print(f"users: {dict(outcomes)}")
    print(f"broken: {dict(broken)}")
    return 1 if failed else 0


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--seeds", type=int, default=200, help="how many, from --first on")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, help="only this one")
    given = parser.parse_args()
    seeds = [given.seed] if given.seed is not None else list(range(given.first, given.first + given.seeds))
    log = ROOT / ".local" / "faults.log"
    log.parent.mkdir(exist_ok=True)
    log.unlink(missing_ok=True)
    return asyncio.run(run(seeds, log))


if __name__ == "__main__":
    sys.exit(main())
