"""The templates that are kept compiled, and a record of the sources that they were compiled from.

The Bicep compiler is in no package registry that set-up uses, so it may be missing. The record shows without it that a
source was changed and not compiled again. `sha256sum --check compiled.sha256` in this folder reads it as well.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.bicep import INFRA, KEPT, ROOT, compiled, sources

# The second is what the step `app` deploys with --bicep.
TEMPLATES = {INFRA / "main.bicep": KEPT, INFRA / "entra" / "app.bicep": INFRA / "entra" / "app.json"}
RECORD = INFRA / "compiled.sha256"
_AGAIN = "compile again with python -m infra.check --write"
_LOADED = re.compile(r"load(?:Text|Json)Content\('([^']+)'")


def write() -> None:
    """Compile the kept templates anew, and record what they were compiled from."""
    for source, kept in TEMPLATES.items():
        kept.write_text(f"{compiled(source).rstrip()}\n", encoding="utf-8")
    lines = (f"{digest}  {name}\n" for name, digest in digests().items())
    RECORD.write_text("".join(lines), encoding="utf-8")


def stale() -> Iterator[str]:
    """Yield each kept template that is not what its source compiles to; needs the compiler."""
    for source, kept in TEMPLATES.items():
        try:
            fresh = compiled(source)
        except RuntimeError:
            continue  # the compiler has already said why
        if _without_generator(json.loads(fresh)) != _without_generator(json.loads(kept.read_text(encoding="utf-8"))):
            yield f"{kept.relative_to(ROOT)}: not what {source.name} compiles to; {_AGAIN}"


def unrecorded() -> Iterator[str]:
    """Yield each source or kept template that is not as it was when the templates were last compiled."""
    recorded: dict[str, str] = {}
    for line in RECORD.read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ", 1)
        recorded[name] = digest
    now = digests()
    for name in sorted(now.keys() | recorded.keys()):
        if now.get(name) != recorded.get(name):
            yield f"infra/{name}: not as it was when the templates were compiled; {_AGAIN}"


def digests() -> dict[str, str]:
    """Return the SHA-256 of every Bicep file, every file that one loads, and every kept template, by name."""
    files = {*TEMPLATES.values(), *sources()}
    for source in sources():
        for loaded in _LOADED.findall(source.read_text(encoding="utf-8")):
            files.add((source.parent / loaded).resolve())
    named = {file.relative_to(INFRA).as_posix(): file for file in files}
    return {name: hashlib.sha256(_text(named[name])).hexdigest() for name in sorted(named)}


def _text(file: Path) -> bytes:
    """Return a file's bytes; nothing where it is missing, which the record then shows."""
    return file.read_bytes() if file.exists() else b""


def _without_generator(template: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a template without the name of the compiler: its version may differ."""
    if isinstance(template, dict):
        return {key: _without_generator(value) for key, value in template.items() if key != "_generator"}
    if isinstance(template, list):
        return list(map(_without_generator, template))
    return template
