"""Watching a run until it ends, waits for a person, or has gone as far as was asked."""

import json
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from math import inf

from revoker.cli.commands.seen import Seen
from revoker.cli.commands.telling import Failures, event, list_not_done
from revoker.cli.ending import Exit, RefusedError, StopError, TimeIsOverError, UnreadError, exit_of
from revoker.cli.remote.api_request import ApiAnswer, ApiRequest
from revoker.cli.remote.client import WHILE_WAITING, Api, path
from revoker.cli.remote.which import dry_run_of
from revoker.cli.shown import progress, summary, times
from revoker.cli.shown.screen import Screen
from revoker.cli.shown.share import share
from revoker.cli.typed import asked as typed
from revoker.cli.typed.choices import Stream, Until
from revoker.cli.typed.durations import duration
from revoker.cli.words import Fields, State, short

_PAUSE = 5.0
_LONGEST_STATUS = 60.0  # seconds after which a connection is taken for dead: a status takes one, a cold start some


@dataclass(frozen=True, slots=True)
class Watch:
    """How far to watch, for how long at most, and what to write."""

    until: Until = Until.VERIFIED
    timeout: timedelta | None = None
    output: Stream = Stream.TABLE
    no_wait: bool = False


def watch_of(asked: typed.Watched | typed.Wait) -> Watch:
    """Return how a run is to be watched; raises UsageError for a timeout that is none.

    A command that starts or approves a run calls this first: a wrong timeout must not be said of a run that has begun.
    """
    timeout = duration("--timeout", asked.timeout) if asked.timeout else None
    return Watch(asked.until, timeout, asked.output, no_wait=isinstance(asked, typed.Watched) and asked.no_wait)


def follow(run: str, how: Watch, api: Api, screen: Screen) -> Exit:
    """Watch a run, show how it ended, and return the exit code."""
    try:
        status = _watched(run, how, api, screen)
    except KeyboardInterrupt:
        screen.say("Ctrl-C stops watching; the run continues:")
        screen.say(f"  revoker wait {short(run)}")
        raise
    except BrokenPipeError:
        raise UnreadError(_only_the_watch(run)) from None
    except (StopError, OSError) as error:
        if not (isinstance(error, RefusedError) and error.status == 404):  # there is no such run
            screen.say(_only_the_watch(run))
        raise
    conclude(status, how.output, api, screen)
    if how.until is Until.REVOKED and not status["finishedAt"] and status["state"] != State.AWAITING_APPROVAL:
        return Exit.NOT_ALL_DONE if share(status).failed else Exit.DONE
    return exit_of(status["state"])


def _only_the_watch(run: str) -> str:
    """Say what has ended, and what has not: of a run that was not reached more is not known."""
    return f"This ends the watch, not the run:\n  revoker wait {short(run)}"


def conclude(status: Fields, output: Stream, api: Api, screen: Screen) -> None:
    """Show how a run stands; a reader that has seen enough, as in `| head`, does not change how the command ends."""
    with suppress(BrokenPipeError):
        _show(status, output, api, screen)


def _show(status: Fields, output: Stream, api: Api, screen: Screen) -> None:
    """Show how a run stands; once it has ended, the users not done, why, and what to type next."""
    if output is Stream.JSONL:
        event("ended" if status["finishedAt"] else "held", screen, status=status)
        return
    if output is Stream.JSON:
        screen.data(json.dumps(status, indent=2))
        return
    waits = status["state"] == State.AWAITING_APPROVAL
    summary.show(status, screen, dry_run_of(status, api) if waits else None)
    if status["finishedAt"]:
        list_not_done(status, api, screen)
    screen.show("")
    for line in summary.next_steps(status, screen.now()):
        screen.show(line)


def _watched(run: str, how: Watch, api: Api, screen: Screen) -> Fields:
    """Return the run's last status, after showing its progress as often as the API wishes to be asked."""
    request = ApiRequest(method="GET", path=path("runs", run, "result"))
    end = api.clock() + how.timeout.total_seconds() if how.timeout else None
    answer = _ask(request, end, api)
    if _is_over(answer, how.until):
        return answer.body
    seen, failures = Seen(progress.Watched(answer.body)), Failures(how.output, api, screen)

    def lines() -> list[str]:
        return progress.lines(seen.watched, screen.now() + seen.ahead, screen.width)

    with screen.view(lines, quiet=how.output is not Stream.TABLE) as log:
        while True:
            seen.learn(answer, api.clock(), screen.now())
            if how.output is Stream.JSONL:
                event("progress", screen, status=answer.body)
            log(progress.line(seen.watched, screen.now()))
            failures.tell(answer.body)
            if _is_over(answer, how.until):
                return answer.body
            if end is not None and api.clock() >= end:
                raise TimeIsOverError(f"--timeout is over after {times.length(how.timeout.total_seconds())}.")  # type: ignore[union-attr]
            api.pause(min(answer.retry_after or _PAUSE, (end or inf) - api.clock()))
            answer = _ask(request, end, api)


def _is_over(answer: ApiAnswer, until: Until) -> bool:
    """Tell whether the watch has come as far as was asked."""
    state = answer.body["state"]
    if answer.status == 200 or state == State.AWAITING_APPROVAL:
        return True
    return until is Until.REVOKED and state == State.VERIFYING


def _ask(request: ApiRequest, end: float | None, api: Api) -> ApiAnswer:
    """Ask where the run stands; the time that --timeout leaves bounds the patience too."""
    left = WHILE_WAITING
    if end is not None:
        left = min(left, max(1.0, end - api.clock()))
    return api.ask(replace(request, seconds=min(_LONGEST_STATUS, left)), left)
