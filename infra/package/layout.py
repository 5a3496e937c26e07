"""Where things are: the checkout, the package, and what is where inside it."""

from pathlib import Path

from revoker.version import VERSION

ROOT = Path(__file__).resolve().parents[2]

APP_FILES = ("function_app.py", "host.json", "LICENSE")
# The operator's command is a client of the API: it is installed alone, and brings packages of its own.
NOT_DEPLOYED = ("cli",)
SITE = Path(".python_packages/lib/site-packages")  # where the Python worker looks (learn, python-build-options)
LOCKED = "packages.lock"
LICENCES = "licences.txt"
BILL = "sbom.cdx.json"


def target() -> Path:
    """Return where the package is written."""
    return ROOT / "dist" / f"revoker-{VERSION}.zip"
