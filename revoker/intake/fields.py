"""Read a JSON object field by field; every error is noted with its path before all are raised at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from revoker.core.problems import InvalidError

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Wrong:
    """What a parser says about a value that is wrong: one sentence, without its period."""

    message: str


# A parser returns the value, or what is wrong with it; None means that only the general advice fits.
type Parser[T] = Callable[[object], T | Wrong | None]


class Fields:
    """One object being read; a field that no reader asks for is an error."""

    def __init__(self, value: object, path: str = "", errors: list[tuple[str, str]] | None = None) -> None:
        self.errors = [] if errors is None else errors
        self._path = path
        self._value: Mapping[str, object] = value if isinstance(value, dict) else {}
        self._known: set[str] = set()
        if not isinstance(value, dict):
            self.wrong(path, "write an object")

    def wrong(self, path: str, message: str) -> None:
        """Note an error."""
        self.errors.append((path, message))

    def path(self, name: str) -> str:
        """Return the full path of a field."""
        return f"{self._path}.{name}" if self._path else name

    def take[T](self, name: str, parse: Parser[T], should_be: str) -> T | None:
        """Return a field parsed, or None where it is absent or wrong; null is the same as absent."""
        value = self._given(name)
        if value is None:
            return None
        return self._parsed(self.path(name), value, parse, should_be)

    def take_list[T](self, name: str, parse: Parser[T], should_be: str, most: int) -> tuple[T, ...]:
        """Return a list parsed item by item, without the items that are wrong; the error of one names its index."""
        value = self._given(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.wrong(self.path(name), f"write a list of at most {most:,} items, as in [item, item]")
            return ()
        if len(value) > most:
            self.wrong(self.path(name), f"write a list of at most {most:,} items; these are {len(value):,}")
            return ()
        taken: list[T] = []
        for index, item in enumerate(value):
            parsed = self._parsed(f"{self.path(name)}[{index}]", item, parse, should_be)
            if parsed is not None:
                taken.append(parsed)
        return tuple(taken)

    def has(self, name: str) -> bool:
        """Tell whether a field was given, and know its name from now on."""
        return self._given(name) is not None

    def take_object(self, name: str) -> "Fields | None":
        """Return a nested object, to be read likewise."""
        value = self._given(name)
        return None if value is None else Fields(value, self.path(name), self.errors)

    def refuse_unknown(self) -> None:
        """Note every field that no reader asked for, with the known name that comes closest."""
        known = sorted(self._known)
        for name in self._value:
            if name not in self._known:
                # Looking for the closest name takes a while, and more than these are not shown.
                meant = _closest(str(name), known) if len(self.errors) < _SHOWN else ""
                self.wrong(self.path(str(name)[:100]), f"unknown field; {meant}known are: {', '.join(known)}")

    def finish(self) -> None:
        """Raise InvalidError if anything was wrong."""
        if self.errors:
            path, message = self.errors[0]
            count = f"{len(self.errors)} errors, the first: " if len(self.errors) > 1 else ""
            raise InvalidError(f"{count}{path or 'the body'}: {message}.", self.errors[:_SHOWN])

    def _given(self, name: str) -> object:
        self._known.add(name)
        return self._value.get(name)

    def _parsed[T](self, path: str, value: object, parse: Parser[T], should_be: str) -> T | None:
        parsed = parse(value)
        if isinstance(parsed, Wrong):
            self.wrong(path, parsed.message)
            return None
        if parsed is None:
            self.wrong(path, should_be)
        return parsed


def _closest(name: str, known: list[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - for an answer to a mistake only

    plain = {option.lower(): option for option in known}
    written = name[:100].lower().replace("_", "").replace("-", "")
    close = get_close_matches(written, plain, n=1, cutoff=0.75)
    return f"did you mean {plain[close[0]]}? " if close else ""
