"""The plan before a run starts: what preflight and a dry run found, shown, and the question whether to go on."""

from collections.abc import Sequence

from revoker.cli.commands.asking import confirm
from revoker.cli.commands.gate import judged, look_ahead
from revoker.cli.ending import UsageError
from revoker.cli.remote.api_request import ApiRequest
from revoker.cli.remote.client import Api, path
from revoker.cli.shown import progress
from revoker.cli.shown.plan import MANY, Plan
from revoker.cli.shown.plan_table import plan_table
from revoker.cli.shown.screen import Screen
from revoker.cli.typed.body import Body
from revoker.cli.typed.trust import trust_query
from revoker.cli.words import Fields, State, short

_PAUSE = 2.0


def needs_plan(body: Body) -> bool:
    """Tell whether a run may mean more than 200 users, and is no dry run: the plan comes first, and a question."""
    if body.get("dryRun"):
        return False
    named = body.get("users")
    return any(body.get(name) for name in ("groups", "roles", "filter", "allUsers")) or (
        isinstance(named, Sequence) and len(named) > MANY
    )


def agreed(body: Body, api: Api, screen: Screen) -> None:
    """Show what a run would do and have it confirmed; raises StopError where it is not, or would be refused.

    The gate is judged first: a refusal must not come after the question. Then a dry run lists the users, so that the
    numbers are those of the directory, and an exclusion that spares no user is seen.
    """
    if not screen.is_attended:
        raise UsageError("This may sign out more than 200 users: without a terminal to ask on, say --yes.")
    judged_by = trust_query(body)
    found = look_ahead(api, judged_by or {})
    gate = gate_of(body, found, ahead=judged_by is not None)
    screen.say("Listing the users first, as a dry run; no one is signed out by it.")
    try:
        status = rehearse(body, api, screen)
    except KeyboardInterrupt:
        screen.say("Nothing was started: a dry run signs no one out.")
        raise
    ask(Plan(api.address, status, found, gate, _spared(body)), screen)


def _spared(body: Body) -> Sequence[str]:
    """Return the users that a body excludes by name."""
    exclude = body.get("exclude")
    return exclude.get("users", ()) if isinstance(exclude, dict) else ()


def gate_of(body: Body, found: Fields, *, ahead: bool) -> str:
    """Return the gate's finding, nothing for a run that is not asked; raises RefusedError where it would be refused.

    ``ahead`` is false where the certificates named are too many for preflight: then the API judges at the start.
    """
    if not (body.get("allUsers") or body.get("filter")):
        return ""
    codes = body.get("acknowledge") or ()
    assert isinstance(codes, Sequence)  # noqa: S101 - a list of options
    return judged(found if ahead else {}, codes)


def rehearse(body: Body, api: Api, screen: Screen) -> Fields:
    """Return the status of a dry run of the same body, once it has ended; raises UsageError if it was cancelled."""
    status: Fields = api.ask(ApiRequest(method="POST", path="runs", body={**body, "dryRun": True})).body
    with screen.view(lambda: progress.lines(progress.Watched(status), screen.now(), screen.width), kept=False):
        while not status["finishedAt"]:
            api.pause(_PAUSE)
            status = api.get(path("runs", status["runId"])).body
    if status["state"] == State.CANCELLED:
        raise UsageError(f"Dry run {short(status['runId'])} was cancelled before its end: nothing was started.")
    if status["state"] == State.FAILED:
        screen.say("The directory could not be listed to its end: the numbers below are too low.", style="bold red")
    return status


def ask(shown: Plan, screen: Screen) -> None:
    """Show a plan and ask; raises UsageError unless the answer is the tenant's domain, or yes for a small run."""
    screen.say("")
    screen.table(plan_table(shown, screen.now()), notice=True)
    if shown.status["dryRun"]:
        screen.say(f"  revoker users {short(shown.status['runId'])}   # lists these users", style="dim")
    screen.say("")
    confirm(shown, screen)
