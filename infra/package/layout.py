"""Where things are: the checkout, the package, and what is where inside it."""

from pathlib import Path

from revoker.version import VERSION

ROOT = Path(__file__).resolve().parents[2]
SITE = Path(".python_packages/lib/site-packages")  # where the Python worker looks (learn, python-build-options)


def target() -> Path:
    """Return where the package is written."""
    return ROOT / "dist" / f"revoker-{VERSION}.zip"
