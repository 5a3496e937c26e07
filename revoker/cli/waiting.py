"""Watching a run until it ends, or waits for somebody."""

from typing import Any
from urllib.parse import quote

from revoker.cli.client import WHILE_WAITING, Api
from revoker.cli.screen import Screen
from revoker.cli.wording import NOT_DONE, progress, summary, user, who_must_act
from revoker.run import State

_PAUSE = 5.0
_LISTED = 50

type Status = dict[str, Any]


def watch(run: str, api: Api, screen: Screen) -> Status:
    """Return the run's last status, after showing its progress as often as the API wishes to be asked."""
    while True:
        answer = api.get(f"runs/{quote(run, safe='')}/result", WHILE_WAITING)
        screen.progress(progress(answer.body))
        if answer.status == 200 or answer.body["state"] == State.AWAITING_APPROVAL:
            return answer.body
        api.pause(answer.retry_after or _PAUSE)


def conclude(status: Status, api: Api, screen: Screen) -> None:
    """Show how a run stands; once it has ended, who is not done and why."""
    for line in summary(status):
        screen.show(line)
    if status["finishedAt"]:
        _list_not_done(status, api, screen)
    for line in who_must_act(status):
        screen.show(line)


def _list_not_done(status: Status, api: Api, screen: Screen) -> None:
    left = {outcome: status["counts"][outcome] for outcome in NOT_DONE if outcome in status["counts"]}
    if not left:
        return
    screen.show(f"Not done: {sum(left.values())}")
    room = _LISTED
    for outcome in left:
        if room:
            page = api.get(f"runs/{status['runId']}/users", outcome=outcome, limit=room).body["users"]
            room -= len(page)
            for line in page:
                screen.show(f"  {user(line)}")
    if (more := sum(left.values()) - (_LISTED - room)) > 0:
        words = " ".join(left)
        screen.show(f"  and {more} more; all of them:  revoker users {status['runId']} --outcome {words}")
