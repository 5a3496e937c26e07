"""What a watch tells on the way: failed users, the end of the list, and the lines of -o jsonl."""

import json
from datetime import UTC
from itertools import islice

from revoker.cli.remote.client import Api
from revoker.cli.shown import lists, times
from revoker.cli.shown.screen import Screen
from revoker.cli.typed.choices import Stream
from revoker.cli.words import FAILURES, NOT_DONE, Fields, short

_LISTED = 50
_FOLLOWED = 20  # failures named while they come; the summary and not-done name the rest
_EVENTS = 1  # the version of the lines that -o jsonl writes


class Failures:
    """The users that failed so far, each named once; asks for them only where their number has grown."""

    def __init__(self, output: Stream, api: Api, screen: Screen) -> None:
        self._output, self._api, self._screen = output, api, screen
        self._named: set[str] = set()
        self._counts: dict[str, int] = {}

    def tell(self, status: Fields) -> None:
        """Name the users that failed since the last look, twenty in all."""
        for outcome in NOT_DONE:
            count = status["counts"].get(outcome, 0)
            grown = outcome in FAILURES and count > self._counts.get(outcome, 0)
            if grown and len(self._named) < _FOLLOWED:
                self._counts[outcome] = count
                for line in islice(self._api.users(status["runId"], outcome, _LISTED), _FOLLOWED):
                    self._name(line)

    def _name(self, line: Fields) -> None:
        name = lists.user_name(line)
        if name in self._named or len(self._named) >= _FOLLOWED:
            return
        self._named.add(name)
        if self._output is Stream.JSONL:
            event("user", self._screen, user=line)
        elif self._output is Stream.TABLE:
            at = times.clock(self._screen.now())
            self._screen.say(f"{at}  {line['outcome']}  {name}  {lists.why(line)}".rstrip(), style="red")


def list_not_done(status: Fields, api: Api, screen: Screen) -> None:
    """List the first fifty users not done, the gravest first, and how to see the others."""
    left = {outcome: status["counts"][outcome] for outcome in NOT_DONE if outcome in status["counts"]}
    if not left:
        return
    total = sum(left.values())
    screen.show("")
    title = "Not done"
    if status["dryRun"]:
        title = "Would not be done"
    screen.show(f"{title}: {total:,}")
    everyone = (line for outcome in left for line in api.users(status["runId"], outcome, _LISTED))
    screen.listing(lists.LEFT, lists.not_done(islice(everyone, _LISTED)))
    if total > _LISTED:
        screen.show(f"and {total - _LISTED:,} more; all of them:")
        screen.show(f"  revoker not-done {short(status['runId'])}")


def event(kind: str, screen: Screen, **fields: Fields) -> None:
    """Write one line of -o jsonl: its version and its kind come first."""
    at = screen.now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    screen.data(json.dumps({"version": _EVENTS, "event": kind, "at": at, **fields}))
