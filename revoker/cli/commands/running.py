"""The commands that start, cancel and watch a run: ask the API, show the answer, return how it ended."""

from revoker.cli.commands.applying import apply
from revoker.cli.commands.planning import agreed, needs_plan
from revoker.cli.commands.set_going import changed, followed, started
from revoker.cli.commands.watching import conclude, follow, watch_of
from revoker.cli.ending import Exit, RefusedError, UsageError, exit_of
from revoker.cli.remote.client import Api
from revoker.cli.remote.which import status as status_of, which
from revoker.cli.shown.screen import Screen
from revoker.cli.typed import asked as typed
from revoker.cli.typed.body import run_body
from revoker.cli.typed.choices import Show, Stream
from revoker.cli.typed.starting import Run
from revoker.cli.words import Fields, short


def run(asked: Run, api: Api, screen: Screen) -> Exit:
    """Start a run and watch it."""
    how = watch_of(asked)
    if asked.plan:
        return apply(asked, how, api, screen)
    body = run_body(asked, screen.now(), screen.say, local=screen.local)
    if needs_plan(body) and not asked.yes:
        agreed(body, api, screen)
    return followed(started(body, asked.idempotency_key, api, screen), how, api, screen)


def cancel(asked: typed.Cancel, api: Api, screen: Screen) -> Exit:
    """Cancel a run; exits 0 when accepted."""
    name = which(asked.run, api, last=asked.last)
    if asked.last and not asked.yes:
        _sure(status_of(name, api), screen)
    try:
        status = changed(name, api, "cancel", again=True)
    except RefusedError as error:
        if error.status != 409:
            raise
        raise UsageError(f"{error} Nothing is left to cancel:\n  revoker status {short(name)}") from None
    conclude(status, Stream(asked.output), api, screen)
    if asked.output is Show.TABLE and not status["finishedAt"]:
        screen.say("What Graph accepted already is still verified:")
        screen.say(f"  revoker wait {short(status['runId'])}")
    return Exit.DONE


def status(asked: typed.Status, api: Api, screen: Screen) -> Exit:
    """Show how a run stands."""
    found = status_of(which(asked.run, api, last=asked.last), api)
    conclude(found, Stream(asked.output), api, screen)
    return exit_of(found["state"])


def wait(asked: typed.Wait, api: Api, screen: Screen) -> Exit:
    """Watch a run to its end."""
    name = which(asked.run, api, last=asked.last)
    return follow(name, watch_of(asked), api, screen)


def _sure(found: Fields, screen: Screen) -> None:
    """Have it confirmed which run is the newest: it may be a colleague's."""
    if not screen.is_attended:
        raise UsageError("cancel --last asks which run it is: without a terminal, name the run or say --yes.")
    said = f"{short(found['runId'])} ({found['state']}, asked by {found['requestedBy']['name']}: {found['reason']})"
    if screen.ask(f"Cancel {said}? [y/N] ").lower() not in {"y", "yes"}:
        raise UsageError("Nothing was cancelled.")
