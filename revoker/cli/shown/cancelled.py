"""A run that ended cancelled: by whom, whether all its users are known, and how it is asked for again. Pure."""

from collections.abc import Iterator
from datetime import datetime

from revoker.cli.shown import times
from revoker.cli.words import Fields, State, short

_TIMER = "revoker"  # who cancels a run that is not approved in time, as the API names it


def is_expired(status: Fields, now: datetime) -> bool:
    """Tell whether a run was not approved in time: it has ended by that, or will within a minute.

    A run that was approved keeps the moment by which it had to be.
    """
    until, by = times.read((status.get("approval") or {}).get("until")), status.get("cancelledBy") or {}
    if until is None:
        return False
    if status["state"] == State.CANCELLED:
        return by.get("id") == _TIMER
    return bool(status["state"] == State.AWAITING_APPROVAL and until < now)


def next_steps(status: Fields) -> Iterator[str]:
    """Say how the users that it left are signed out: a heading, and the command where one command does it.

    Users that were not listed stand in no report, so that no command can take them up by name.
    """
    run, plan, unlisted = short(status["runId"]), status.get("plan"), status.get("incomplete")
    if plan and unlisted:
        yield "To apply the dry run anew; users who are done cost no call:"
        yield f"  revoker run --plan {short(plan)}"
    elif unlisted:
        yield "To sign its users out, start it anew with its own scope, and with"
        yield f"  --issued-before {status['issuedBefore']}   # users who are done cost no call"
    elif status["counts"].get("cancelled"):
        yield "To sign out the users it left:"
        yield f"  revoker resume {run}"
