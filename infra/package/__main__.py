"""The command: build the package, and say what it is."""

import argparse
import sys
from pathlib import Path

from infra.package import build
from infra.package.errors import PackageError
from infra.package.layout import target


def main() -> int:
    """Build the package; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.package", description="Build the package that is deployed.")
    parser.add_argument("--out", type=Path, default=target(), help="default: %(default)s")
    options = parser.parse_args()
    try:
        built = build.build(options.out)
    except PackageError as error:
        sys.stderr.write(f"No package was built: {error}\n")
        return 1
    sizes = f"{built.files:,} files, {built.unpacked_bytes / 1e6:.1f} MB, packed {built.packed_bytes / 1e6:.1f} MB"
    sys.stdout.write(f"package: {built.path}: {sizes}; contents {built.contents[:16]}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
