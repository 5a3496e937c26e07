"""The app's words that the command shares: one place, so that nothing else here knows where they live."""

from collections.abc import Mapping, Sequence
from typing import Any

from revoker.core.federation import NOT_ROTATED, UNCHECKED
from revoker.core.outcome import FAILURES, RETRYABLE, Outcome
from revoker.core.request import MOST_USERS, Priority
from revoker.core.run import State
from revoker.version import VERSION

__all__ = ["FAILURES", "MOST_USERS", "NOT_ROTATED", "RETRYABLE", "UNCHECKED", "VERSION", "Outcome", "Priority", "State"]

type Fields = Mapping[str, Any]  # a JSON object of the API's

# The first 13 characters of a run's id are its moment, to the millisecond (UUID version 7, RFC 9562, 5.7).
_SHORT = 13

# Outcomes of users who are not done, the gravest first; a cancelled run leaves users too.
NOT_DONE = (
    *(Outcome.REFUSED, Outcome.FAILED, Outcome.ABANDONED, Outcome.UNVERIFIED, Outcome.UNRESOLVED, Outcome.NOT_FOUND),
    Outcome.CANCELLED,
)
SIGNED_OUT = (Outcome.REVOKED, Outcome.VERIFIED, Outcome.UNVERIFIED)
# Users who are left alone on purpose: they are no part of the share that is signed out.
LEFT_ALONE = (Outcome.NOT_EFFECTIVE, Outcome.PROTECTED, Outcome.EXCLUDED, Outcome.ALREADY_REVOKED)
MEANING = {
    Outcome.PLANNED: "not tried yet",
    Outcome.RETRYING: "tried; Graph said later",
    Outcome.CANCELLED: "the run was cancelled first",
    Outcome.ABANDONED: "the message died",
    Outcome.FAILED: "gave up",
    Outcome.REFUSED: "Graph said 403",
    Outcome.UNRESOLVED: "cannot be tied to exactly one user",
    Outcome.NOT_FOUND: "no such user",
    Outcome.ALREADY_REVOKED: "the sessions are younger than the cutoff: no action",
    Outcome.EXCLUDED: "excluded by the request or by rule",
    Outcome.REVOKED: "Graph accepted; not seen in the directory yet",
    Outcome.UNVERIFIED: "accepted, never seen in the directory",
    Outcome.VERIFIED: "accepted, and the directory shows it",
    Outcome.NOT_EFFECTIVE: "a guest: only the home tenant can end these sessions",
    Outcome.PROTECTED: "on the protected list: left alone",
}
ADVICE = {
    Outcome.REFUSED: "grant User.RevokeSessions.All to the app's identity, then retry",
    Outcome.FAILED: "retry; where it fails again, revoke in the Entra portal",
    Outcome.ABANDONED: "retry",
    Outcome.UNVERIFIED: "look at the user's sign-in logs, then retry",
    Outcome.UNRESOLVED: "find the user's object id, then start a run with it",
    Outcome.NOT_FOUND: "check the name; a deleted user needs no action",
    Outcome.CANCELLED: "resume, if they are to be signed out after all",
}


def short(run: str) -> str:
    """Return the beginning of a run's id, which people can type."""
    return run[:_SHORT]


def counted(number: int, what: str) -> str:
    """Return a number of things: 1 user, 2,000 users."""
    plural = "" if number == 1 else "s"
    return f"{number:,} {what}{plural}"


def listed(names: Sequence[str], most: int) -> str:
    """Return the first names, and how many more there are: a, b, c and 4 more."""
    shown = ", ".join(names[:most])
    if len(names) > most:
        return f"{shown} and {len(names) - most:,} more"
    return shown
