"""Check what is deployed: compile, lint and format every Bicep file, compare the kept template, run checkov on it.

`python -m infra.check` checks; `--write` compiles the kept template anew; `--quick` leaves checkov out.
It needs only the standard library, so that it runs wherever Python does.
"""

import argparse
import sys

from infra import bicep, scan


def main() -> int:
    """Run the checks; return 1 where one failed."""
    parser = argparse.ArgumentParser(prog="python -m infra.check", description=__doc__)
    parser.add_argument("--write", action="store_true", help="compile the kept template anew")
    parser.add_argument("--quick", action="store_true", help="leave checkov out")
    options = parser.parse_args()
    problems: list[str] = []
    if bicep.compiler() is None:
        print("!! NOT COMPILED: no Bicep compiler here; only the kept template is checked.")
    else:
        if options.write:
            bicep.write_kept()
        problems += [*bicep.complaints(), *bicep.stale()]
    if not options.quick:
        problems += scan.findings()
    for problem in problems:
        print(problem)
    print(f"infra: {len(problems)} problem(s) in {len(bicep.sources())} files")
    return min(len(problems), 1)


if __name__ == "__main__":
    sys.exit(main())
