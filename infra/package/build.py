"""Put the package together in a folder, then write it: the order of the steps, and nothing else."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from infra.package import archive
from infra.package.bill import bill
from infra.package.bytecode import compile_all
from infra.package.cut import leave_out
from infra.package.install import install
from infra.package.layout import APP_FILES, BILL, LICENCES, LOCKED, NOT_DEPLOYED, ROOT, SITE
from infra.package.licences import as_text, licensed
from infra.package.lock import runtime_pins
from revoker.version import VERSION


@dataclass(frozen=True, slots=True)
class Built:
    """A package that was written, with the SHA-256 of its contents."""

    path: Path
    contents: str
    files: int
    unpacked_bytes: int
    packed_bytes: int


def build(path: Path) -> Built:
    """Build the package from this checkout; raises PackageError, and then leaves what was at the path untouched."""
    with tempfile.TemporaryDirectory(prefix="revoker-package-") as folder:
        package = Path(folder)
        fill(package)
        archive.write(package, path)
        found = archive.files(package)
        size = sum(file.stat().st_size for _, file in found)
        return Built(path, archive.digest(package), len(found), size, path.stat().st_size)


def fill(package: Path) -> None:
    """Fill an empty folder with all that is deployed."""
    requirements = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pins = runtime_pins(requirements, (ROOT / "requirements.lock").read_text(encoding="utf-8"))
    _copy_app(package)
    site = package / SITE
    install(pins, site)
    leave_out(site, package / "revoker")
    packages = licensed(site)
    (package / LOCKED).write_text("".join(pin.lines for pin in pins), encoding="utf-8")
    (package / LICENCES).write_text(as_text(packages), encoding="utf-8")
    (package / BILL).write_text(bill(VERSION, pins, packages), encoding="utf-8")
    compile_all(package)


def _copy_app(package: Path) -> None:
    for name in APP_FILES:
        shutil.copyfile(ROOT / name, package / name)
    left = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "revoker", package / "revoker", ignore=left)
    for name in NOT_DEPLOYED:
        shutil.rmtree(package / "revoker" / name)
