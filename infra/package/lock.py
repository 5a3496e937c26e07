"""The part of `requirements.lock` that the deployed app needs.

The lock also holds the tools of development. uv writes under each pin which packages asked for it (`# via …`), so the
pins that `requirements.txt` reaches through these lines are the app's.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra.package.errors import PackageError

_PIN = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[^\s;\\]+)", re.MULTILINE)
_WANTED_BY = re.compile(r"^    # (?:via |  )([a-z0-9][a-z0-9._-]*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Pin:
    """One locked package: its lines in the lock, hashes included, and the packages that asked for it."""

    name: str
    version: str
    lines: str
    wanted_by: frozenset[str]


def read_lock(text: str) -> dict[str, Pin]:
    """Return every pin of a lock by name."""
    starts = list(_PIN.finditer(text))
    ends = [match.start() for match in starts[1:]] + [len(text)]
    pins: dict[str, Pin] = {}
    for match, end in zip(starts, ends, strict=True):
        lines = text[match.start() : end]
        name = canonicalize_name(match["name"])
        pins[name] = Pin(name, match["version"], lines, frozenset(_WANTED_BY.findall(lines)))
    return pins


def runtime_pins(requirements: str, lock: str) -> tuple[Pin, ...]:
    """Return the pins that `requirements.txt` needs, sorted by name.

    Raises PackageError where the lock has no pin for a requirement, or one that the requirement does not allow.
    """
    pins = read_lock(lock)
    wanted = _checked(requirements, pins)
    while found := _asked_for(wanted, pins.values()):
        wanted |= found
    return tuple(pins[name] for name in sorted(wanted))


def _checked(requirements: str, pins: Mapping[str, Pin]) -> set[str]:
    names: set[str] = set()
    for line in requirements.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        requirement = Requirement(line.partition(" #")[0])
        name = canonicalize_name(requirement.name)
        if name not in pins or not requirement.specifier.contains(pins[name].version, prereleases=True):
            raise PackageError(f"requirements.lock does not match requirements.txt in {name}: run `make lock`.")
        names.add(name)
    return names


def _asked_for(wanted: set[str], pins: Iterable[Pin]) -> set[str]:
    return {pin.name for pin in pins if pin.name not in wanted and pin.wanted_by & wanted}
