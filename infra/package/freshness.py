"""Whether a package is of this checkout: asked before it is uploaded, on whatever Python deploys (3.11 or later)."""

import zipfile
from pathlib import Path

from infra.package.layout import APP_FILES, LOCKED, NOT_DEPLOYED, ROOT


def trouble(package: Path) -> str:
    """Return why a package must not be uploaded, and what to type; empty where it may."""
    if not package.exists():
        return f"There is no {package}: run `make package`."
    try:
        with zipfile.ZipFile(package) as archive:
            inside = {name: archive.read(name) for name in archive.namelist() if _is_ours(name)}
    except (zipfile.BadZipFile, OSError):
        return f"{package} is no whole zip file: run `make package`."
    locked = inside.pop(LOCKED, b"").decode()
    if inside != _checkout() or not _in_lock(locked):
        return f"{package} was built from other sources: run `make package`."
    return ""


def _is_ours(name: str) -> bool:
    return (name in APP_FILES or name == LOCKED or name.startswith("revoker/")) and not name.endswith(".pyc")


def _checkout() -> dict[str, bytes]:
    found = {name: (ROOT / name).read_bytes() for name in APP_FILES}
    for path in (ROOT / "revoker").rglob("*"):
        inside = path.relative_to(ROOT)
        if path.is_file() and path.suffix != ".pyc" and inside.parts[1] not in NOT_DEPLOYED:
            found[inside.as_posix()] = path.read_bytes()
    return found


def _in_lock(pins: str) -> bool:
    """Tell whether every line of the package's pins is in the checkout's lock."""
    lock = set((ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines())
    return bool(pins) and set(pins.splitlines()) <= lock
