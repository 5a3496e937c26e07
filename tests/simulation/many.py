"""`make simulate`: many worlds in virtual time; one that goes wrong prints the command that plays it again.

python tests/simulation/many.py                        seeds 0 to 1,999
python tests/simulation/many.py --first 2000 --seeds 500
python tests/simulation/many.py --seed 46              its log too
"""

import argparse
import asyncio
import logging
import sys
import time
import warnings
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from judgement import judge  # noqa: E402 - the checkout is put on the path first
from simulation import play  # noqa: E402

from revoker.core.run import Run  # noqa: E402


class Sums:
    """What was played and what came of it."""

    def __init__(self) -> None:
        self.failed: list[int] = []
        self.users: Counter[str] = Counter()
        self.happened: Counter[str] = Counter()

    async def add(self, seed: int) -> None:
        """Play a world and count it."""
        made, asks = await play(seed)
        for ask in asks:
            users = await made.world.users(ask.run) if isinstance(ask.run, Run) else []
            self.users.update(user.outcome.value for user in users)
        self.happened.update(made.rates.happened)
        if wrong := await judge(made, asks):
            self.failed.append(seed)
            print(f"seed {seed}", *wrong, f'make simulate ARGS="--seed {seed}"', sep="\n  ", flush=True)


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="make simulate", description="Deployments in virtual time.")
    parser.add_argument("--seeds", type=int, default=2000, help="how many, from --first on")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, help="only this one, with its log")
    told = parser.parse_args()
    seeds = range(told.first, told.first + told.seeds) if told.seed is None else [told.seed]
    warnings.simplefilter("ignore", RuntimeWarning)  # a job that died before it began was never awaited
    logging.basicConfig(format="%(message)s", level=logging.INFO if told.seed is not None else logging.CRITICAL)
    sums, began = Sums(), time.time()
    for seed in seeds:
        asyncio.run(sums.add(seed))
    print(f"{len(seeds)} worlds in {time.time() - began:.0f} s, {len(sums.failed)} failed")
    print(f"{sums.users.total()} users: {dict(sums.users.most_common())}")
    print(f"broken: {dict(sums.happened.most_common())}")
    return 1 if sums.failed else 0


if __name__ == "__main__":
    sys.exit(main())
