"""Read a JSON object field by field, noting every error with its path before giving up once."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from revoker.core.errors import InvalidError

_SHOWN = 50
_LARGEST = 10**18
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Fields:
    """One object being read; what was not asked for by name is an error."""

    def __init__(self, value: object, path: str = "", errors: list[tuple[str, str]] | None = None) -> None:
        self.errors = [] if errors is None else errors
        self._path = path
        self._value: Mapping[str, object] = value if isinstance(value, dict) else {}
        self._asked: set[str] = set()
        if not isinstance(value, dict):
            self.wrong(path, "write an object")

    def wrong(self, path: str, message: str) -> None:
        """Note an error."""
        self.errors.append((path, message))

    def path(self, name: str) -> str:
        """Return the full path of a field."""
        return f"{self._path}.{name}" if self._path else name

    def take[T](self, name: str, parse: Callable[[object], T | None], should_be: str) -> T | None:
        """Return a field parsed, or None where it is absent or wrong; null is the same as absent."""
        self._asked.add(name)
        value = self._value.get(name)
        if value is None:
            return None
        parsed = parse(value)
        if parsed is None:
            self.wrong(self.path(name), should_be)
        return parsed

    def take_list[T](self, name: str, parse: Callable[[object], T | None], should_be: str, most: int) -> tuple[T, ...]:
        """Return a list parsed item by item; the error names the index."""
        self._asked.add(name)
        value = self._value.get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or len(value) > most:
            self.wrong(self.path(name), f"write a list of at most {most:,} items")
            return ()
        parsed = [parse(item) for item in value]
        for index, item in enumerate(parsed):
            if item is None:
                self.wrong(f"{self.path(name)}[{index}]", should_be)
        return tuple(item for item in parsed if item is not None)

    def take_object(self, name: str) -> "Fields | None":
        """Return a nested object to be read likewise."""
        self._asked.add(name)
        value = self._value.get(name)
        return None if value is None else Fields(value, self.path(name), self.errors)

    def refuse_unknown(self) -> None:
        """Note every field that nobody asked for."""
        for name in (name for name in self._value if name not in self._asked):
            self.wrong(self.path(str(name)[:100]), f"unknown field; known are: {', '.join(sorted(self._asked))}")

    def finish(self) -> None:
        """Raise InvalidError if anything was wrong."""
        if self.errors:
            path, message = self.errors[0]
            count = f"{len(self.errors)} errors, the first: " if len(self.errors) > 1 else ""
            raise InvalidError(f"{count}{path or 'the body'}: {message}.", self.errors[:_SHOWN])


def text(most: int) -> Callable[[object], str | None]:
    """Return a parser for a text of 1 to so many characters, trimmed; what cannot be stored or shown is no text."""

    def parse(value: object) -> str | None:
        trimmed = value.strip() if isinstance(value, str) else ""
        return trimmed if 1 <= len(trimmed) <= most and not _UNFIT.search(trimmed) else None

    return parse


def truth(value: object) -> bool | None:
    """Parse true or false."""
    return value if isinstance(value, bool) else None


def whole_number(value: object) -> int | None:
    """Parse a non-negative whole number of at most 18 digits."""
    return value if type(value) is int and 0 <= value < _LARGEST else None


def moment(value: object) -> datetime | None:
    """Parse an RFC 3339 time with its offset; up to seven fractional digits, as Azure writes them, are read."""
    try:
        parsed = datetime.fromisoformat(value) if isinstance(value, str) and "T" in value.upper() else None
        return parsed.astimezone(UTC) if parsed is not None and parsed.tzinfo else None
    except (ValueError, OverflowError):
        return None


def past_moment(now: datetime) -> Callable[[object], datetime | None]:
    """Return a parser for a moment that has passed, less a minute for clocks that differ."""

    def parse(value: object) -> datetime | None:
        parsed = moment(value)
        return parsed if parsed is not None and parsed <= now + timedelta(minutes=1) else None

    return parse
