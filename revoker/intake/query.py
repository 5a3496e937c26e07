"""Query parameters, one parser a kind; an unknown name is an error, since a misspelt dryRun would be a real run."""

import re
from collections.abc import Mapping
from datetime import datetime

from revoker.core.errors import InvalidError
from revoker.intake.call import Call
from revoker.intake.fields import past_moment


def known_query(call: Call, *names: str) -> Mapping[str, str]:
    """Return the query; raises InvalidError for an unknown name, since a misspelt dryRun would be a real run."""
    unknown = [name for name in call.query if name not in names]
    if unknown:
        allowed = ", ".join(names) or "none"
        raise InvalidError("Unknown query parameter.", [(name, f"remove it; known are: {allowed}") for name in unknown])
    return call.query


def limit(query: Mapping[str, str], *, default: int, most: int) -> int:
    """Return how many entries to list."""
    given = query.get("limit")
    if given is None:
        return default
    if not (re.fullmatch("[0-9]{1,9}", given) and 1 <= int(given) <= most):
        raise wrong("limit", f"write a whole number from 1 to {most}")
    return int(given)


def word[W: str](query: Mapping[str, str], name: str, words: tuple[W, ...]) -> W | None:
    """Return a parameter that is one of some words."""
    given = query.get(name)
    if given is None:
        return None
    found = next((option for option in words if option == given), None)
    if found is None:
        raise wrong(name, f"write one of {', '.join(words)}")
    return found


def past(query: Mapping[str, str], name: str, now: datetime) -> datetime | None:
    """Return a moment that has passed; an unencoded + arrives as a space."""
    given = query.get(name)
    if given is None:
        return None
    parsed = past_moment(now)(given.replace(" ", "+"))
    if parsed is None:
        raise wrong(name, "write an RFC 3339 time that has passed, as in 2026-03-02T09:00:00Z")
    return parsed


def cursor(query: Mapping[str, str], form: str) -> str | None:
    """Return the cursor, if it has the form of those we give out."""
    given = query.get("cursor")
    if given is not None and not re.fullmatch(form, given):
        raise wrong("cursor", "pass a cursor as it was returned")
    return given


def wrong(path: str, message: str) -> InvalidError:
    """Return the error for one parameter."""
    return InvalidError(f"{path} is wrong.", [(path, message)])
