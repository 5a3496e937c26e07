"""Under which licence each installed package may be passed on, and the texts of these licences."""

import re
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.utils import canonicalize_name

_FILE = re.compile(r"licen[cs]e|copying|notice|authors", re.IGNORECASE)
_RULE = "=" * 78


@dataclass(frozen=True, slots=True)
class Licensed:
    """An installed package, the name of its licence, and the texts that it brings."""

    name: str
    version: str
    licence: str
    texts: tuple[str, ...]


def licensed(site: Path) -> tuple[Licensed, ...]:
    """Return every package installed in a folder, sorted by name."""
    found = []
    for distribution in distributions(path=[str(site)]):
        name = canonicalize_name(distribution.name)
        found.append(Licensed(name, distribution.version, licence_of(distribution), _texts(distribution)))
    return tuple(sorted(found, key=lambda one: one.name))


def licence_of(distribution: Distribution) -> str:
    """Return the name of a licence: an SPDX expression where the package gives one, else its own words."""
    metadata = distribution.metadata
    said = metadata.get("License-Expression") or metadata.get("License") or ""
    # Some packages put a copyright line or the whole text there.
    if said and "\n" not in said and not said.startswith("Copyright"):
        return said
    for entry in metadata.get_all("Classifier", []):
        if entry.startswith("License ::"):
            return str(entry).rpartition(" :: ")[2]
    return "not said"


def _texts(distribution: Distribution) -> tuple[str, ...]:
    texts = []
    for file in sorted(distribution.files or ()):
        if ".dist-info" in file.parts[0] and _FILE.search(file.name):
            path = Path(str(file.locate()))
            texts.append(path.read_text(encoding="utf-8", errors="replace").strip())
    return tuple(texts)


def as_text(packages: tuple[Licensed, ...]) -> str:
    """Return one text with every package, its licence, and the licence's words."""
    index = [f"{one.name} {one.version}: {one.licence}" for one in packages]
    parts = ["Revoker is deployed together with these packages, each under its own licence.\n", *index]
    for one in packages:
        parts += ["", _RULE, f"{one.name} {one.version}: {one.licence}", _RULE]
        parts += one.texts or ("The package brings no text of its licence.",)
    return "\n".join(parts) + "\n"
