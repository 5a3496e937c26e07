"""A new run of the users that a run did not get done."""

from revoker.cli.commands.set_going import changed, followed
from revoker.cli.commands.watching import watch_of
from revoker.cli.ending import Exit, RefusedError, UsageError
from revoker.cli.remote.client import Api
from revoker.cli.remote.which import status as status_of, which
from revoker.cli.shown.screen import Screen
from revoker.cli.shown.share import is_missing_users
from revoker.cli.typed import asked as typed
from revoker.cli.words import ADVICE, NOT_DONE, RETRYABLE, Fields, State, short


def retry(asked: typed.Follow, api: Api, screen: Screen) -> Exit:
    """Start a run of the failed users, and watch it; asked twice it is the same run."""
    how = watch_of(asked)
    name = which(asked.run, api, last=asked.last)
    try:
        again = changed(name, api, "retry", again=True)
    except RefusedError as error:
        if error.status == 409:
            _must_be_retryable(status_of(name, api))
        raise
    return followed(again, how, api, screen)


def _must_be_retryable(found: Fields) -> None:
    """Raise UsageError, with what to type instead, for a run that goes on, or has ended without a user to retry."""
    if not found["finishedAt"]:
        raise UsageError(_not_over(found))
    if any(found["counts"].get(outcome) for outcome in RETRYABLE):
        return
    run, counts = short(found["runId"]), found["counts"]
    lines = [f"- {counts[outcome]:,} {outcome}: {ADVICE[outcome]}" for outcome in NOT_DONE if counts.get(outcome)]
    if found["dryRun"] and is_missing_users(found):
        lines.append("It was a dry run that was not listed to its end: start a new one.")
    elif found["dryRun"]:
        lines.append(f"It was a dry run; to sign its users out:\n  revoker run --plan {run}")
    elif lines:
        lines.append(f"  revoker not-done {run}   # names these users")
    elif is_missing_users(found):
        lines.append("Its scope was not listed to the end: start it anew with its own scope.")
    else:
        lines.append("Every user is done.")
    raise UsageError("\n".join([f"No user of run {run} can be retried.", *lines]))


def _not_over(found: Fields) -> str:
    run, why, step = short(found["runId"]), "goes on still", "wait"
    if found["state"] == State.AWAITING_APPROVAL:
        why, step = "waits for a second person", "approve"
    return f"Run {run} {why}, and only one that has ended is retried:\n  revoker {step} {run}"
