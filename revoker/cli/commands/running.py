"""The commands that start, cancel and watch a run: ask the API, show the answer, return how it ended."""

import uuid
from typing import Any

from revoker.cli.commands.gate import judged_before, look_ahead
from revoker.cli.commands.planning import agreed, ask, needs_plan
from revoker.cli.commands.watching import Watch, conclude, follow, watch_of
from revoker.cli.ending import Exit, RefusedError, UsageError, exit_of
from revoker.cli.remote.client import Api, path
from revoker.cli.remote.question import Question
from revoker.cli.remote.which import status as status_of, which
from revoker.cli.shown.plan import Plan
from revoker.cli.shown.screen import Screen
from revoker.cli.typed import asked as typed
from revoker.cli.typed.body import Body, plan_body, run_body
from revoker.cli.typed.choices import Show, Stream
from revoker.cli.typed.starting import Run
from revoker.cli.words import Fields, short


def run(asked: Run, api: Api, screen: Screen) -> Exit:
    """Start a run and watch it."""
    how = watch_of(asked)
    if asked.plan:
        return _apply(asked, how, api, screen)
    body = run_body(asked, screen.now(), screen.say, local=screen.local)
    if needs_plan(body) and not asked.yes:
        agreed(body, api, screen)
    return followed(started(body, asked.idempotency_key, api, screen), how, api, screen)


def started(body: Body, key: str | None, api: Api, screen: Screen) -> Fields:
    """Start a run under an idempotency key, so that asking again starts it once, and return its status."""
    key = key or str(uuid.uuid4())
    try:
        status = api.ask(Question(method="POST", path="runs", body=body, key=key)).body
    except KeyboardInterrupt:
        screen.say(f"It may have been started: repeat the command with --idempotency-key {key}.")
        raise
    if status.get("replayed"):
        screen.say(f"This key started a run before: {status['runId']}.")
    return status


def followed(status: Fields, how: Watch, api: Api, screen: Screen) -> Exit:
    """Watch a run that was just set going, unless told not to."""
    if how.no_wait:
        screen.say(f"Run {short(status['runId'])} {status['state']}.")
        if how.output is Stream.TABLE:
            for sentence in status["warnings"]:
                screen.say(f"Warning: {sentence}")
            screen.show(status["runId"])
        else:
            conclude(status, how.output, api, screen)
        return exit_of(status["state"])
    screen.say(f"Run {status['runId']} {status['state']}.")
    screen.say("Ctrl-C stops watching; the run continues.")
    return follow(status["runId"], how, api, screen)


def _apply(asked: Run, how: Watch, api: Api, screen: Screen) -> Exit:
    """Apply a dry run that was looked at: its users, in its order."""
    body = plan_body(asked)
    found = status_of(which(asked.plan, api, last=False), api)
    if not found["dryRun"] or not found["finishedAt"]:
        raise UsageError(f"--plan {short(found['runId'])} {_why_no_plan(found)}.")
    if not asked.yes:
        if not screen.is_attended:
            raise UsageError("This applies a dry run: without a terminal to ask on, say --yes.")
        gate = judged_before(found, asked.acknowledge or ())
        ask(Plan(api.address, found, look_ahead(api), gate), screen)
    body = {"reason": found["reason"], **body, "plan": found["runId"]}
    try:
        return followed(started(body, asked.idempotency_key, api, screen), how, api, screen)
    except RefusedError as error:
        if "unknown field" in str(error):
            raise UsageError("This API is older than the command and cannot apply a dry run: run it anew.") from None
        raise


def _why_no_plan(found: Fields) -> str:
    if found["dryRun"]:
        return "goes on still: wait for it"
    return "is no dry run: start one with --dry-run"


def cancel(asked: typed.Cancel, api: Api, screen: Screen) -> Exit:
    """Cancel a run; exits 0 when accepted."""
    name = which(asked.run, api, last=asked.last)
    if asked.last and not asked.yes:
        _sure(status_of(name, api), screen)
    status = changed(name, api, "cancel", again=True)
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


def changed(run: str, api: Api, verb: str, *, again: bool, users: int | None = None) -> dict[str, Any]:
    """Return the run after a change; ``users`` is the number that the operator saw and approves."""
    query = None if users is None else {"users": users}
    return api.ask(Question(method="POST", path=path("runs", run, verb), query=query, again=again)).body
