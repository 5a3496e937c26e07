"""How a run stands, in one sentence. Pure."""

from revoker.cli.shown.share import is_listed, share
from revoker.cli.words import Fields, Outcome, State, counted, short


def verdict(status: Fields, dry_run: Fields | None = None) -> str:
    """Return how a run stands in one sentence; ``dry_run`` is the one whose users it waits to apply."""
    found, beside = share(status), _guests(status)
    # An API from before 0.3 does not tell whether the scope was listed to its end.
    unlisted = "; its scope was not listed to the end" if status.get("incomplete") else ""
    if status["dryRun"]:
        return f"DRY RUN: {_planned(status)}, no one was{beside}{unlisted}."
    signed = f"{found.out:,} of {found.due:,} users signed out, {found.confirmed:,} confirmed{beside}"
    match status["state"]:
        case State.AWAITING_APPROVAL:
            return f"AWAITING APPROVAL: {_awaiting(status, signed, dry_run)}."
        case State.CANCELLED:
            return f"CANCELLED: {signed}; {found.not_done:,} not done{unlisted}."
        case State.FAILED:
            return f"FAILED: {signed}; not all users in its scope could be listed."
        case State.COMPLETED | State.COMPLETED_WITH_FAILURES:
            return f"{signed}; {found.not_done:,} not done."
        case _:
            return f"{signed} so far."


def _awaiting(status: Fields, signed: str, dry_run: Fields | None) -> str:
    """Return what waits: all of a run, or the rest of one whose scope has grown since it was counted or approved."""
    if not status["startedAt"]:
        return f"nothing is done yet; {_awaited(status, dry_run)}"
    return f"{signed} so far; the scope has grown to {status['approval']['users']:,} users"


def _awaited(status: Fields, dry_run: Fields | None) -> str:
    """Return what an approval would let go: counted users, those of the dry run, or the directory's count."""
    if dry_run:
        return f"{_planned(dry_run)}, as dry run {short(dry_run['runId'])} counted them{_guests(dry_run)}"
    if is_listed(status):
        return f"{_planned(status)}{_guests(status)}"
    return f"about {_planned(status)}; the listing decides"


def _planned(status: Fields) -> str:
    return f"{counted(share(status).planned, 'user')} would be signed out"


def _guests(status: Fields) -> str:
    guests = status["counts"].get(Outcome.NOT_EFFECTIVE, 0)
    return f"; {counted(guests, 'guest')} left to their home tenants" if guests else ""
