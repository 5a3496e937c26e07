"""A run set going, by whichever command: started, approved or retried; then watched."""

import uuid
from contextlib import suppress
from typing import Any

from revoker.cli.commands.watching import Watch, conclude, follow
from revoker.cli.ending import Exit, exit_of
from revoker.cli.remote.api_request import ApiRequest
from revoker.cli.remote.client import Api, path
from revoker.cli.shown.screen import Screen
from revoker.cli.typed.body import Body
from revoker.cli.typed.choices import Stream
from revoker.cli.words import Fields, State, short


def started(body: Body, key: str | None, api: Api, screen: Screen) -> Fields:
    """Start a run under an idempotency key, so that asking again starts it once, and return its status."""
    key = key or str(uuid.uuid4())
    status = api.ask(ApiRequest(method="POST", path="runs", body=body, key=key)).body
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
    with suppress(BrokenPipeError):  # the watch meets it again, and ends with a code that says so
        screen.say(f"Run {status['runId']} {status['state']}.")
        if status["state"] != State.AWAITING_APPROVAL and not status["finishedAt"]:
            screen.say("Ctrl-C stops watching; the run continues.")
    return follow(status["runId"], how, api, screen)


def changed(run: str, api: Api, verb: str, *, again: bool, users: int | None = None) -> dict[str, Any]:
    """Return the run after a change; ``users`` is the number that the operator saw and approves."""
    query = None if users is None else {"users": users}
    return api.ask(ApiRequest(method="POST", path=path("runs", run, verb), query=query, again=again)).body
