"""Environment variables read one by one, each checked as it is read; the names that were read are the known ones."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from revoker.core.errors import SettingError

OURS = "REVOKER_"
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(slots=True)
class Environment:
    """Reads variables; every method raises SettingError, which names the variable and says what to write instead."""

    values: Mapping[str, str]
    _read: list[str] = field(default_factory=list, init=False)

    def text(self, name: str) -> str:
        """Return a variable without the space around it; empty where it is not set."""
        return self.exactly(name).strip()

    def exactly(self, name: str) -> str:
        """Return a variable as it is set."""
        if name not in self._read:
            self._read.append(name)
        return self.values.get(name, "")

    def number(self, name: str, default: float, least: float, most: float) -> float:
        """Return a number within bounds, or the default."""
        text = self.text(name)
        try:
            value = float(text or default)
        except ValueError:
            value = most + 1
        if not least <= value <= most:
            raise SettingError(f"{name} is {text!r}: write a number from {least:g} to {most:g} (default {default:g}).")
        return value

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """Return a whole number within bounds, or the default."""
        value = self.number(name, default, least, most)
        if not value.is_integer():
            raise SettingError(f"{name} is {value:g}: write a whole number (default {default}).")
        return int(value)

    def seconds(self, name: str, default: float, least: float, most: float) -> timedelta:
        """Return a number of seconds."""
        return timedelta(seconds=self.number(name, default, least, most))

    def delays(self, name: str, default: str) -> tuple[timedelta, ...]:
        """Return one to ten whole seconds, as in ``30,120,300``."""
        text = self.text(name) or default
        if not re.fullmatch(r"\d{1,5}(,\s*\d{1,5}){0,9}", text):
            raise SettingError(f"{name} is {text!r}: write one to ten whole seconds, as in {default}.")
        return tuple(timedelta(seconds=int(part)) for part in text.split(","))

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        """Return one of some words, or the default."""
        value = self.text(name) or default
        if value not in allowed:
            raise SettingError(f"{name} is {value!r}: write one of {', '.join(allowed)}.")
        return value

    def guid(self, name: str) -> str | None:
        """Return a GUID in lower case, or None where it is not set."""
        value = self.text(name).lower()
        if value and not _GUID.fullmatch(value):
            raise SettingError(f"{name} is {value!r}: write the tenant's id, a GUID.")
        return value or None

    def guids(self, name: str, most: int) -> tuple[str, ...]:
        """Return different GUIDs in lower case, written with commas between them; none where it is not set."""
        text = self.text(name).lower()
        values = tuple(part.strip() for part in text.split(",")) if text else ()
        for value in values:
            if not _GUID.fullmatch(value):
                raise SettingError(f"{name} holds {value!r}: write client ids (GUIDs) with commas between them.")
            if values.count(value) > 1:
                raise SettingError(f"{name} holds {value} twice: write each client id once.")
        if len(values) > most:
            raise SettingError(f"{name} holds {len(values)} client ids: write at most {most}.")
        return values

    @property
    def known(self) -> tuple[str, ...]:
        """Return our own variables that were read, in the order of reading."""
        return tuple(name for name in self._read if name.startswith(OURS))

    def refuse_unknown(self) -> None:
        """Raise SettingError for a variable of ours that was not read: a misspelt one would change nothing, unsaid."""
        for name in self.values:
            if name.startswith(OURS) and name not in self._read:
                raise SettingError(f"{name} is not a setting; known are {', '.join(self.known)}.")
