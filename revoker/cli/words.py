"""The app's words that the command shares: one place, so that nothing else here knows where they live."""

from collections.abc import Mapping, Sequence
from typing import Any

from revoker.core.federation import NOT_ROTATED, UNCHECKED
from revoker.core.meaning import ADVICE, MEANING, SPARED
from revoker.core.outcome import FAILURES, NOT_DONE, RETRYABLE, Outcome
from revoker.core.request import MOST_USERS, Priority
from revoker.core.run import State
from revoker.version import VERSION

__all__ = [
    "ADVICE",
    "FAILURES",
    "MEANING",
    "MOST_USERS",
    "NOT_DONE",
    "NOT_ROTATED",
    "RETRYABLE",
    "UNCHECKED",
    "VERSION",
    "Outcome",
    "Priority",
    "State",
]

type Fields = Mapping[str, Any]  # a JSON object of the API's

# The first 13 characters of a run's id are its moment, to the millisecond (UUID version 7, RFC 9562, 5.7).
_SHORT = 13

SIGNED_OUT = (Outcome.REVOKED, Outcome.VERIFIED, Outcome.UNVERIFIED)
# Users who are left alone on purpose: they are no part of the share that is signed out.
LEFT_ALONE = (Outcome.NOT_EFFECTIVE, *SPARED)


def short(run: str) -> str:
    """Return the beginning of a run's id, which people can type."""
    return run[:_SHORT]


def counted(number: int, what: str) -> str:
    """Return a number of things: 1 user, 2,000 users."""
    plural = "" if number == 1 else "s"
    return f"{number:,} {what}{plural}"


def cutoff(status: Fields) -> str | None:
    """Return the cutoff that was asked for; without one, a run's cutoff is the second of its start.

    Whole seconds, as the API compares them.
    """
    at = str(status["issuedBefore"])
    return at if at[:19] < str(status["createdAt"])[:19] else None


def enumerated(names: Sequence[str], most: int) -> str:
    """Return the first names, and how many more there are: a, b, c and 4 more."""
    shown = ", ".join(names[:most])
    if len(names) > most:
        return f"{shown} and {len(names) - most:,} more"
    return shown
