"""A second person looks at a run as a plan, and lets it go."""

from revoker.cli.commands.gate import look_ahead
from revoker.cli.commands.planning import ask
from revoker.cli.commands.set_going import changed, followed
from revoker.cli.commands.watching import watch_of
from revoker.cli.ending import Exit, RefusedError, UsageError
from revoker.cli.remote.client import Api
from revoker.cli.remote.which import dry_run_of, rehearsal_of, status as status_of, which
from revoker.cli.shown.cancelled import is_expired
from revoker.cli.shown.not_waiting import why_not
from revoker.cli.shown.plan import Plan
from revoker.cli.shown.screen import Screen
from revoker.cli.typed import asked as typed
from revoker.cli.words import Fields, State, short


def approve(asked: typed.Approve, api: Api, screen: Screen) -> Exit:
    """Show another person's run as a plan, ask, let it go, and watch it."""
    how = watch_of(asked)
    name, seen = which(asked.run, api, last=asked.last), None
    if not asked.yes:
        found = status_of(name, api)
        _look_before_approving(found, api, screen)
        seen = (found.get("approval") or {}).get("users")
    try:
        approved = changed(name, api, "approve", again=False, users=seen)
    except RefusedError as error:
        if error.status == 409:
            _must_wait(status_of(name, api), screen, refused=True)
        raise
    return followed(approved, how, api, screen)


def _look_before_approving(found: Fields, api: Api, screen: Screen) -> None:
    """Show what would be approved and ask; raises UsageError where it does not wait, or the answer is no."""
    _must_wait(found, screen)
    if not screen.is_attended:
        raise UsageError("An approval is asked for on a terminal: without one, say --yes.")
    if api.caller and api.caller == found["requestedBy"]["id"]:
        raise UsageError(_own(found, played=api.is_played))
    screen.say(f"{found['requestedBy']['name']} asks for your approval, for: {found['reason']}")
    known = look_ahead(api)
    ask(Plan(api.address, found, known, dry_run=dry_run_of(found, api), rehearsal=rehearsal_of(found, api)), screen)


def _must_wait(found: Fields, screen: Screen, *, refused: bool = False) -> None:
    """Raise UsageError for a run that does not wait for approval: why not, and what to type instead.

    Once the API has refused, this computer's clock may say that it is too late; before, it may be wrong.
    """
    now = screen.now()
    if found["state"] != State.AWAITING_APPROVAL or (refused and is_expired(found, now)):
        raise UsageError(f"Run {short(found['runId'])} {why_not(found, now, local=screen.local)}")


def _own(found: Fields, *, played: bool) -> str:
    """Say why a person cannot approve this run, before the plan is read and a domain typed in vain."""
    run = short(found["runId"])
    who = f"You asked for run {run} yourself, as {found['requestedBy']['name']}"
    return f"{who}: another person must approve it, with\n  revoker {'--as NAME ' if played else ''}approve {run}"
