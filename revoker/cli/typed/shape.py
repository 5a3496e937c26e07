"""The shape of the command line: which commands there are, which options each takes. Built once from the options."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Takes(StrEnum):
    """How many values an option takes."""

    NONE = "none"
    ONE = "one"
    MANY = "many"


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its name with dashes, how many values it takes, and the values it may have, if they are few."""

    name: str
    takes: Takes
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """One command: its options by every name they have, how many words it takes, the commands below it."""

    path: str
    options: Mapping[str, Option] = field(default_factory=dict)
    words: int = 0
    commands: Mapping[str, "Shape"] = field(default_factory=dict)
