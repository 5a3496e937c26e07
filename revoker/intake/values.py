"""Parsers of single JSON values: texts, numbers, times, thumbprints; each says what is wrong with this value."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from revoker.core.name_faults import visible
from revoker.core.names import INVISIBLE
from revoker.core.plain_text import is_plain, one_line
from revoker.intake.fields import Wrong

TIME = "write an RFC 3339 time with its offset, as in 2026-03-02T09:00:00Z"
PAST = "write an RFC 3339 time that has passed, as in 2026-03-02T09:00:00Z"
THUMBPRINT = "write a thumbprint: 40 hex digits (SHA-1) or 64 (SHA-256); colons and spaces may stand between them"
_LARGEST = 10**18
# What stands between the digits, and the mark (U+200E) that Windows copies along from its certificate dialog.
_BETWEEN = re.compile(rf"[:\s{INVISIBLE}-]")
_CLOCKS_DIFFER = timedelta(minutes=1)


def text(most: int) -> Callable[[object], str | None]:
    """Return a parser for a text of 1 to so many characters in one line, trimmed, without control characters."""

    def parse(value: object) -> str | None:
        trimmed = value.strip() if isinstance(value, str) else ""
        return trimmed if 1 <= len(trimmed) <= most and is_plain(trimmed) else None

    return parse


def prose(most: int) -> Callable[[object], str | None]:
    """Return a parser for a text that people read, likewise; control characters are replaced and not refused."""

    def parse(value: object) -> str | None:
        line = one_line(value) if isinstance(value, str) else ""
        return line if 1 <= len(line) <= most else None

    return parse


def truth(value: object) -> bool | Wrong:
    """Parse true or false; a text such as "true" is neither."""
    if isinstance(value, bool):
        return value
    quoted = isinstance(value, str) and value.strip().lower() in {"true", "false"}
    return Wrong("write true or false, without quotes" if quoted else "write true or false")


def whole_number(value: object) -> int | None:
    """Parse a non-negative whole number of at most 18 digits."""
    return value if type(value) is int and 0 <= value < _LARGEST else None


def moment(value: object) -> datetime | Wrong:
    """Parse an RFC 3339 time with its offset; up to seven fractional digits, as Azure writes them, are read."""
    if not isinstance(value, str) or not value.strip():
        return Wrong(TIME)
    shown = visible(value.strip())
    try:
        parsed = datetime.fromisoformat(value.strip())
        if not re.search("[Tt ]", value.strip()):
            return Wrong(f"'{shown}' has no time of day: write {shown}T00:00:00Z, for midnight in UTC")
        if parsed.tzinfo is None:
            return Wrong(f"'{shown}' has no offset: write {shown}Z for UTC, or another offset, as in {shown}+01:00")
        return parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        return Wrong(f"'{shown}' is no time: {TIME}")


def past_moment(now: datetime) -> Callable[[object], datetime | Wrong]:
    """Return a parser for a moment that has passed; a minute ahead is a clock that differs."""

    def parse(value: object) -> datetime | Wrong:
        parsed = moment(value)
        if isinstance(parsed, Wrong) or parsed <= now + _CLOCKS_DIFFER:
            return parsed
        return Wrong(f"{parsed:%Y-%m-%dT%H:%M:%SZ} lies ahead, it is {now:%Y-%m-%dT%H:%M:%SZ}: {PAST}")

    return parse


def thumbprint(value: object) -> str | Wrong:
    """Parse a certificate's SHA-1 or SHA-256 thumbprint; returns lower-case hex digits."""
    digits = _BETWEEN.sub("", value).lower() if isinstance(value, str) else ""
    if re.fullmatch("[0-9a-f]{40}|[0-9a-f]{64}", digits):
        return digits
    if re.fullmatch("[0-9a-f]+", digits):
        return Wrong(f"has {len(digits)} hex digits: {THUMBPRINT}")
    return Wrong(THUMBPRINT)
