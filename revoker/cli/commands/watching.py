"""Watching a run until it ends, waits for a person, or has gone as far as was asked."""

import json
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from itertools import islice

from revoker.cli.ending import Exit, StopError, TimeIsOverError, exit_of
from revoker.cli.remote.client import WHILE_WAITING, Api, ApiAnswer, Question, path
from revoker.cli.shown import lists, progress, summary, times
from revoker.cli.shown.screen import Screen
from revoker.cli.shown.share import share
from revoker.cli.typed.moments import duration
from revoker.cli.typed.options import Stream, Until
from revoker.cli.words import FAILURES, NOT_DONE, Fields, State, short

_PAUSE = 5.0
_LONGEST_STATUS = 60.0  # seconds after which a connection is taken for dead: a status takes one, a cold start some
_LISTED = 50
_FOLLOWED = 20  # failures named while they come; the summary and not-done name the rest
_EVENTS = 1  # the version of the lines that -o jsonl writes


@dataclass(frozen=True, slots=True)
class Watch:
    """How far to watch, for how long at most, and what to write."""

    until: Until = Until.VERIFIED
    timeout: timedelta | None = None
    output: Stream = Stream.TABLE


@dataclass(slots=True)
class _Seen:
    """What a watch has seen: the last status, the API's clock against ours, the pace, the failures it has named."""

    watched: progress.Watched
    ahead: timedelta = timedelta()
    counted: tuple[float, int] = (0.0, 0)
    named: set[str] = field(default_factory=set)
    failures: dict[str, int] = field(default_factory=dict)


def watch_of(until: Until, timeout: str | None, output: Stream) -> Watch:
    """Return how a run is to be watched; raises UsageError for a timeout that is none."""
    return Watch(until, duration("--timeout", timeout) if timeout else None, output)


def follow(run: str, how: Watch, api: Api, screen: Screen) -> Exit:
    """Watch a run, show how it ended, and return the exit code."""
    try:
        status = _watched(run, how, api, screen)
    except KeyboardInterrupt:
        screen.say("Ctrl-C stops watching; the run continues:")
        screen.say(f"  revoker wait {short(run)}")
        raise
    except StopError:
        screen.say(f"The run continues:  revoker wait {short(run)}")
        raise
    conclude(status, how.output, api, screen)
    if how.until is Until.REVOKED and not status["finishedAt"] and status["state"] != State.AWAITING_APPROVAL:
        return Exit.NOT_ALL_DONE if share(status).failed else Exit.DONE
    return exit_of(status["state"])


def conclude(status: Fields, output: Stream, api: Api, screen: Screen) -> None:
    """Show how a run stands; once it has ended, the users who are not done, why, and what to type next."""
    if output is Stream.JSONL:
        _event("ended" if status["finishedAt"] else "held", screen, status=status)
        return
    if output is Stream.JSON:
        screen.show(json.dumps(status, indent=2))
        return
    summary.show(status, screen)
    if status["finishedAt"]:
        _list_not_done(status, api, screen)
    screen.show("")
    for line in summary.next_steps(status, screen.now()):
        screen.show(line)


def _watched(run: str, how: Watch, api: Api, screen: Screen) -> Fields:
    """Return the run's last status, after showing its progress as often as the API wishes to be asked."""
    question = Question(method="GET", path=path("runs", run, "result"), seconds=_LONGEST_STATUS)
    end = api.clock() + how.timeout.total_seconds() if how.timeout else None
    answer = api.ask(question, WHILE_WAITING)
    if _is_over(answer, how.until):
        return answer.body
    seen = _Seen(progress.Watched(answer.body))

    def lines() -> list[str]:
        return progress.lines(seen.watched, screen.now() + seen.ahead, screen.width)

    with screen.view(lines, quiet=how.output is not Stream.TABLE) as log:
        while True:
            _learn(seen, answer, api, screen)
            if how.output is Stream.JSONL:
                _event("progress", screen, status=answer.body)
            log(progress.line(seen.watched, screen.now()))
            _name_failures(seen, how, api, screen)
            if _is_over(answer, how.until):
                return answer.body
            wait = answer.retry_after or _PAUSE
            if end is not None and api.clock() + wait > end:
                raise TimeIsOverError(f"--timeout is over after {times.length(how.timeout.total_seconds())}.")  # type: ignore[union-attr]
            api.pause(wait)
            answer = api.ask(question, WHILE_WAITING)


def _is_over(answer: ApiAnswer, until: Until) -> bool:
    """Tell whether the watch has come as far as was asked."""
    state = answer.body["state"]
    if answer.status == 200 or state == State.AWAITING_APPROVAL:
        return True
    return until is Until.REVOKED and state == State.VERIFYING


def _learn(seen: _Seen, answer: ApiAnswer, api: Api, screen: Screen) -> None:
    """Take in an answer: the pace since the last one, and how far the API's clock is ahead of this computer's."""
    now, signed_out = api.clock(), share(answer.body).out
    before, counted = seen.counted
    pace = seen.watched.pace
    if before and now > before:
        pace = (signed_out - counted) / (now - before)
    seen.counted = (now or 1e-9, signed_out)
    if answer.at and abs(answer.at - screen.now()) > timedelta(seconds=5):
        seen.ahead = answer.at - screen.now()
    seen.watched = progress.Watched(answer.body, pace)


def _name_failures(seen: _Seen, how: Watch, api: Api, screen: Screen) -> None:
    """Name users who failed since the last look; asks for them only where their number has grown."""
    status = seen.watched.status
    if status["dryRun"]:
        return
    for outcome in NOT_DONE:
        count = status["counts"].get(outcome, 0)
        if outcome not in FAILURES or count <= seen.failures.get(outcome, 0) or len(seen.named) >= _FOLLOWED:
            continue
        seen.failures[outcome] = count
        for line in islice(api.users(status["runId"], outcome, _LISTED), _FOLLOWED):
            _name(line, seen, how, screen)


def _name(line: Fields, seen: _Seen, how: Watch, screen: Screen) -> None:
    name = lists.user_name(line)
    if name in seen.named or len(seen.named) >= _FOLLOWED:
        return
    seen.named.add(name)
    if how.output is Stream.JSONL:
        _event("user", screen, user=line)
    elif how.output is Stream.TABLE:
        screen.say(f"{times.clock(screen.now())}  {line['outcome']}  {name}  {lists.why(line)}".rstrip(), style="red")


def _list_not_done(status: Fields, api: Api, screen: Screen) -> None:
    left = {outcome: status["counts"][outcome] for outcome in NOT_DONE if outcome in status["counts"]}
    if not left or status["dryRun"]:
        return
    total = sum(left.values())
    screen.show("")
    screen.show(f"Not done: {total:,}")
    everyone = (line for outcome in left for line in api.users(status["runId"], outcome, _LISTED))
    screen.table(lists.not_done(list(islice(everyone, _LISTED))))
    if total > _LISTED:
        screen.show(f"and {total - _LISTED:,} more; all of them:")
        screen.show(f"  revoker not-done {short(status['runId'])}")


def _event(event: str, screen: Screen, **fields: Fields) -> None:
    """Write one line of -o jsonl: its version and its kind come first."""
    at = screen.now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    screen.show(json.dumps({"version": _EVENTS, "event": event, "at": at, **fields}))
