"""How many users are signed out, of how many that can be: the numbers of every screen. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from revoker.cli.typed.roles import role_name
from revoker.cli.words import FAILURES, LEFT_ALONE, NOT_DONE, SIGNED_OUT, Fields, Outcome, State, counted


@dataclass(frozen=True, slots=True)
class Share:
    """The users of a run: ``out`` of ``due`` are signed out, ``planned`` are to be; the rest is left alone.

    ``going`` are those of a run that has not ended for which something is still to come: a call or its confirmation.
    """

    out: int
    due: int
    planned: int
    confirmed: int
    failed: int
    not_done: int
    going: int


def share(status: Fields) -> Share:
    """Return the numbers of a status. Guests and protected users are no part of ``due``: no call is made for them.

    2,000 users with 51 guests and 2 protected among them, 1,180 revoked, 10 of those confirmed: 1,180 of 1,947.
    """
    counts: Mapping[str, int] = status["counts"]
    due = status["total"] - _sum(counts, LEFT_ALONE)
    out = _sum(counts, SIGNED_OUT)
    planned = due - out - _sum(counts, NOT_DONE)
    return Share(
        out=out,
        due=due,
        planned=planned,
        confirmed=counts.get(Outcome.VERIFIED, 0),
        failed=_sum(counts, tuple(FAILURES)),
        not_done=_sum(counts, NOT_DONE),
        going=planned + counts.get(Outcome.REVOKED, 0),
    )


def is_listed(status: Fields) -> bool:
    """Tell whether a run's users are known: until its scope is listed, ``total`` is the directory's own count."""
    return bool(sum(status["counts"].values()) >= status["total"])


def is_missing_users(status: Fields) -> bool:
    """Tell whether part of a run's scope was never listed; an API from before 0.3 tells it of failed runs alone."""
    return bool(status.get("incomplete") or status["state"] == State.FAILED)


def _sum(counts: Mapping[str, int], outcomes: tuple[Outcome, ...]) -> int:
    return sum(counts.get(outcome, 0) for outcome in outcomes)


def scope(status: Fields) -> str:
    """Return the scope of a run in words, as in 12 users, or 1 group and 2 roles."""
    asked: Mapping[str, Any] = status["scope"]
    if asked.get("allUsers"):
        return "everybody"
    parts = []
    for key, one in (("users", "user"), ("groups", "group"), ("roles", "role")):
        given = asked.get(key) or 0
        number = given if isinstance(given, int) else len(given)
        if number:
            parts.append(counted(number, one))
    if asked.get("filter"):
        parts.append(f"filter {asked['filter']}")
    return " and ".join(parts) or "no user"


def names(status: Fields) -> str:
    """Return the names of a scope's groups and roles, where there are any; an id where no name is known."""
    asked: Mapping[str, Any] = status["scope"]
    known: Mapping[str, str] = asked.get("names") or {}
    named = [*(asked.get("groups") or ()), *(asked.get("roles") or ())]
    if not named:
        return ""
    return f" ({', '.join(known.get(one) or role_name(one) for one in named)})"


def tenant(status: Fields) -> str | None:
    """Return the tenant's default domain, or its id; None where the API does not tell."""
    known = status.get("tenant") or {}
    return known.get("domain") or known.get("id")
