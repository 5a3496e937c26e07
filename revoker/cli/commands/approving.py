"""A second person looks at a run as a plan, and lets it go."""

from revoker.cli.commands.gate import look_ahead
from revoker.cli.commands.planning import ask
from revoker.cli.commands.running import changed, followed
from revoker.cli.commands.watching import watch_of
from revoker.cli.ending import Exit, UsageError
from revoker.cli.remote.client import Api
from revoker.cli.remote.which import dry_run_of, status as status_of, which
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
    return followed(changed(name, api, "approve", again=False, users=seen), how, api, screen)


def _look_before_approving(found: Fields, api: Api, screen: Screen) -> None:
    """Show what would be approved and ask; raises UsageError where it does not wait, or the answer is no."""
    if found["state"] != State.AWAITING_APPROVAL:
        raise UsageError(f"Run {short(found['runId'])} does not wait for approval: it is {found['state']}.")
    if not screen.is_attended:
        raise UsageError("An approval is asked for on a terminal: without one, say --yes.")
    if api.caller and api.caller == found["requestedBy"]["id"]:
        raise UsageError(_own(found, played=api.is_played))
    screen.say(f"{found['requestedBy']['name']} asks for your approval, for: {found['reason']}")
    ask(Plan(api.address, found, look_ahead(api), dry_run=dry_run_of(found, api)), screen)


def _own(found: Fields, *, played: bool) -> str:
    """Say why a person cannot approve this run, before the plan is read and a domain typed in vain."""
    run = short(found["runId"])
    who = f"You asked for run {run} yourself, as {found['requestedBy']['name']}"
    return f"{who}: another person must approve it, with\n  revoker {'--as NAME ' if played else ''}approve {run}"
