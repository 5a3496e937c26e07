"""Query parameters, one parser for each kind."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from revoker.core.problems import InvalidError
from revoker.intake.call import Call
from revoker.intake.fields import Wrong
from revoker.intake.values import past_moment


def known_query(call: Call, *names: str) -> Mapping[str, str]:
    """Return the query; raises InvalidError for an unknown name, since a misspelt dryRun would be a real run."""
    unknown = [name for name in call.query if name not in names]
    if unknown:
        allowed = ", ".join(names) or "none"
        raise InvalidError("Unknown query parameter.", [(name, f"remove it; known are: {allowed}") for name in unknown])
    return call.query


def limit(query: Mapping[str, str], *, default: int, most: int) -> int:
    """Return the number of entries to list; raises InvalidError."""
    given = query.get("limit")
    if given is None:
        return default
    if not (re.fullmatch("[0-9]{1,9}", given) and 1 <= int(given) <= most):
        raise wrong("limit", f"write a whole number from 1 to {most}")
    return int(given)


def number(query: Mapping[str, str], name: str) -> int | None:
    """Return a parameter that is a whole number of at most nine digits; raises InvalidError."""
    given = query.get(name)
    if given is None:
        return None
    if not re.fullmatch("[0-9]{1,9}", given):
        raise wrong(name, "write a whole number")
    return int(given)


def word[W: str](query: Mapping[str, str], name: str, words: tuple[W, ...]) -> W | None:
    """Return a parameter that is one of some words; raises InvalidError."""
    given = query.get(name)
    if given is None:
        return None
    found = next((option for option in words if option == given), None)
    if found is None:
        raise wrong(name, f"write one of {', '.join(words)}")
    return found


def past(query: Mapping[str, str], name: str, now: datetime) -> datetime | None:
    """Return a moment that has passed; raises InvalidError for any other text."""
    given = query.get(name)
    if given is None:
        return None
    parsed = past_moment(now)(with_plus(given))
    if isinstance(parsed, Wrong):
        raise wrong(name, parsed.message)
    return parsed


def utc_offset(query: Mapping[str, str]) -> timedelta | None:
    """Return the offset from UTC at which the caller reads clocks, 14 hours at most; raises InvalidError."""
    given = query.get("utcOffset")
    if given is None:
        return None
    # A + that was not percent-encoded arrives as a space.
    found = re.fullmatch(r"([+ -])(0\d|1[0-4]):([0-5]\d)", given)
    if not found:
        raise wrong("utcOffset", "write an offset from UTC, as in +01:00 or -07:30")
    sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return -offset if sign == "-" else offset


def with_plus(text: str) -> str:
    """Return a time with its offset: a + that was not percent-encoded arrives as a space, as in 09:00:00 01:00."""
    return re.sub(r"(:\d\d(?:\.\d+)?) (\d\d:\d\d)$", r"\1+\2", text)


def cursor(query: Mapping[str, str], form: str) -> str | None:
    """Return the cursor; raises InvalidError for a text that has not the form of one."""
    given = query.get("cursor")
    if given is not None and not re.fullmatch(form, given):
        raise wrong("cursor", "pass a cursor as the last answer had it")
    return given


def wrong(path: str, message: str) -> InvalidError:
    """Return the error for one parameter."""
    return InvalidError(f"{path} is wrong.", [(path, message)])
