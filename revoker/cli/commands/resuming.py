"""A new run of the users that a cancelled run left."""

from revoker.cli.commands.asking import domain_or_yes
from revoker.cli.commands.set_going import followed, started
from revoker.cli.commands.watching import watch_of
from revoker.cli.ending import Exit, UsageError
from revoker.cli.remote.client import Api
from revoker.cli.remote.which import status as status_of, which
from revoker.cli.shown.cancelled import next_steps
from revoker.cli.shown.plan import MANY
from revoker.cli.shown.screen import Screen
from revoker.cli.typed import asked as typed
from revoker.cli.typed.body import Body
from revoker.cli.words import MOST_USERS, Fields, Outcome, State, counted, short


def resume(asked: typed.Approve, api: Api, screen: Screen) -> Exit:
    """Start a run of the users that a cancelled run left, and watch it."""
    how = watch_of(asked)
    found = status_of(which(asked.run, api, last=asked.last), api)
    left = found["counts"].get(Outcome.CANCELLED, 0)
    _may_resume(found, left)
    if found.get("incomplete"):
        screen.say(_unlisted(found))
    if not asked.yes:
        if not screen.is_attended:
            raise UsageError(f"This signs out {left:,} users: without a terminal to ask on, say --yes.")
        screen.say(f"Run {short(found['runId'])} was cancelled and left {left:,} users; asked for: {found['reason']}")
        domain = (found.get("tenant") or {}).get("domain")
        domain_or_yes(f"sign out these {counted(left, 'user')}", domain if left > MANY else None, screen)
    users = [line["id"] or line["requestedAs"] for line in api.users(found["runId"], Outcome.CANCELLED)]
    # One key a cancelled run: resumed twice, it is one new run.
    return followed(started(_body(found, users), f"resume:{found['runId']}", api, screen), how, api, screen)


def _may_resume(found: Fields, left: int) -> None:
    """Raise UsageError for a dry run, or a run that was not cancelled, left no user, or more than one run takes."""
    run = short(found["runId"])
    if found["dryRun"]:
        raise UsageError(f"Run {run} was a dry run: its users were not to be signed out. Start a new run.")
    if found["state"] != State.CANCELLED:
        raise UsageError(f"Run {run} was not cancelled: it is {found['state']}. Failed users: revoker retry {run}.")
    if not left and found.get("incomplete"):
        said = f"Run {run} was cancelled before its scope was listed, so it names no user to take up."
        raise UsageError("\n".join([said, *next_steps(found)]))
    if not left:
        raise UsageError(f"Run {run} left no user to sign out.")
    if left > MOST_USERS:
        cutoff = found["issuedBefore"]
        raise UsageError(
            f"Run {run} left {left:,} users, and one run takes {MOST_USERS:,} by name. Start it anew with its own "
            f"scope and --issued-before {cutoff}: users who are done cost no call then."
        )


def _unlisted(found: Fields) -> str:
    """Say that a run left users that it never listed: no report names them, so no run can take them up by name."""
    run, done = short(found["runId"]), "users who are done cost no call then."
    anew = f"start it anew with its own scope and --issued-before {found['issuedBefore']}: {done}"
    if found.get("plan"):
        anew = f"apply the dry run anew: {done}\n  revoker run --plan {short(found['plan'])}"
    return (
        f"Run {run} was cancelled before its scope was listed, so this takes up the listed users only. "
        f"For the others {anew}"
    )


def _body(found: Fields, users: list[str]) -> Body:
    incident = {name: value for name, value in (found["incident"] or {}).items() if value is not None}
    body: Body = {"users": users, "reason": f"Resumes {short(found['runId'])}: {found['reason']}"[:500]}
    if incident:
        body["incident"] = incident
    return body
