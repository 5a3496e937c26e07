"""Check what is deployed: compile, lint and format the Bicep, compare the kept templates, run checkov on the first.

`python -m infra.check` checks; `--write` compiles the kept templates anew; `--quick` leaves checkov out.
It needs only the standard library, so that it runs wherever Python does.
"""

import argparse
import sys

from infra import bicep, kept, scan


def main() -> int:
    """Run the checks; return 1 where one failed."""
    parser = argparse.ArgumentParser(prog="python -m infra.check", description=__doc__)
    parser.add_argument("--write", action="store_true", help="compile the kept templates anew")
    parser.add_argument("--quick", action="store_true", help="leave checkov out")
    options = parser.parse_args()
    problems: list[str] = []
    if bicep.compiler() is None:
        print("!! NOT COMPILED: no Bicep compiler here; only the kept templates are checked.")
    else:
        if options.write:
            kept.write()
        problems += [*bicep.blind(), *bicep.complaints(), *kept.stale()]
    problems += kept.unrecorded()
    if not options.quick:
        problems += scan.findings()
    for problem in problems:
        print(problem)
    print(f"infra: {len(problems)} problem(s) in {len(bicep.sources())} files")
    return min(len(problems), 1)


if __name__ == "__main__":
    sys.exit(main())
