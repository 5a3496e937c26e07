"""Why a run does not wait for approval, and what to type instead. Pure."""

from datetime import datetime

from revoker.cli.shown import times
from revoker.cli.shown.cancelled import is_expired
from revoker.cli.words import Fields, State, short


def why_not(status: Fields, now: datetime, *, local: bool) -> str:
    """Return why, to be read after "Run 01a2135b-7f47"."""
    run, approval = short(status["runId"]), status.get("approval") or {}
    if status["dryRun"]:
        return f"is a dry run and needs no approval; to sign its users out:\n  revoker run --plan {run}"
    if is_expired(status, now):
        until = times.moment(approval["until"], local=local)
        return f"was not approved by {until}, and is over. {status['requestedBy']['name']} {_again(status)}"
    if status["state"] == State.CANCELLED:
        by = (status.get("cancelledBy") or {}).get("name") or "a person"
        return f"was cancelled by {by}: there is nothing to approve any more."
    if approval.get("approvedBy"):
        return f"is approved already, by {approval['approvedBy']['name']}:\n  revoker wait {run}"
    return f"does not wait for approval: it is {status['state']}.\n  revoker status {run}"


def _again(status: Fields) -> str:
    """Return how it is asked for again; a dry run that it applied stands as it was."""
    if status.get("plan"):
        return f"asks again with\n  revoker run --plan {short(status['plan'])}"
    return "asks again with the same revoker run."
