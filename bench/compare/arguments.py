"""The command line: which parts, scenarios and contestants are measured.

`--only` names contestants, `--scenarios` scenarios, `--parts` some of scenarios, growth, profile; each with commas.
`--parts none` measures nothing and writes the page again from the last results.
`--users N` plays everything with at most so many users. `--app checkout` serves this checkout instead of the package,
which is built first. What is left out is taken from the last results, so that a part can be measured again by itself.
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from .contestant import CONTESTANTS
from .growth import SIZES
from .results import ROOT
from .scenario import SCENARIOS

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
    return list(map(int, text.split(",")))
