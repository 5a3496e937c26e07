"""The Bicep compiler: compile, lint and format every file."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

INFRA = Path(__file__).resolve().parent
ROOT = INFRA.parent
KEPT = INFRA / "azuredeploy.json"
PATTERN = "./**/*.bicep*"  # parameter files as well: each start of the compiler takes a second of a core
PATIENCE_SECONDS = 300
# A misspelt property, and a line that is not as the compiler would write it.
PLANTED = """\
resource network 'Microsoft.Network/virtualNetworks@2024-05-01'   = {
  name: 'vnet'
  location: resourceGroup().location
  propertees: {}
}
"""
PLANTED_PARAMETERS = """\
using 'planted.bicep'

param nosuch = 4
"""


def compiler() -> str | None:
    """Return the Bicep compiler: the one kept beside the checkout, else the one on the PATH."""
    beside = ROOT.parent / "shared" / "tools" / "bicep"
    if beside.exists():
        return str(beside)
    return shutil.which("bicep")


def sources(folder: Path = INFRA) -> list[Path]:
    """Return every Bicep file."""
    return sorted([*folder.rglob("*.bicep"), *folder.rglob("*.bicepparam")])


def compiled(source: Path) -> str:
    """Return the template that a file compiles to; raises RuntimeError with the compiler's words."""
    command = {".bicep": "build", ".bicepparam": "build-params"}[source.suffix]
    result = _run(command, str(source), "--stdout")
    if result.returncode:
        raise RuntimeError(result.stderr)
    return result.stdout


def complaints(folder: Path = INFRA) -> Iterator[str]:
    """Yield what the compiler says. A misspelt property is a warning, and exits 0: any word is a failure."""
    result = _run("lint", "--pattern", PATTERN, folder=folder)
    said = result.stdout + result.stderr
    yield from filter(None, map(str.strip, said.splitlines()))
    if result.returncode and not said.strip():
        yield f"{PATTERN}: lint exited {result.returncode}"
    yield from _unformatted(folder)


def _unformatted(folder: Path) -> Iterator[str]:
    """Format a copy, since the compiler cannot only look."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(shutil.copytree(folder, Path(place) / "infra"))
        _run("format", "--pattern", PATTERN, folder=copy)
        for source in sources(folder):
            if (copy / source.relative_to(folder)).read_bytes() != source.read_bytes():
                yield f"{source.relative_to(folder)}: not formatted (bicep format {source})"


def blind() -> Iterator[str]:
    """Yield a sentence when the compiler passes a planted mistake: its silence about our files would mean nothing."""
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "planted.bicep").write_text(PLANTED, encoding="utf-8")
        (Path(place) / "planted.bicepparam").write_text(PLANTED_PARAMETERS, encoding="utf-8")
        said = "\n".join(complaints(Path(place)))
    missed = [word for word in ("propertees", "nosuch", "not formatted") if word not in said]
    if missed:
        yield f"The compiler was given planted mistakes, missed {missed} and said {said!r}: it checked nothing."


def _run(*arguments: str, folder: Path = INFRA) -> subprocess.CompletedProcess[str]:
    """Run the compiler; parameter files read one variable that has no default."""
    environment = {**os.environ, "RESPONDER_API_CLIENT_ID": "00000000-0000-0000-0000-000000000000"}
    command = [compiler() or "bicep", *arguments]
    return subprocess.run(  # noqa: S603 - ours
        command, capture_output=True, check=False, text=True, env=environment, cwd=folder, timeout=PATIENCE_SECONDS
    )
