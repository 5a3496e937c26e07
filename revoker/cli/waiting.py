"""Watching a run until it ends, or waits for somebody."""

from itertools import islice
from typing import Any

from revoker.cli.client import WHILE_WAITING, Api, Question, path
from revoker.cli.screen import Screen
from revoker.cli.wording import NOT_DONE, progress, summary, user, who_must_act
from revoker.core.run import State

_PAUSE = 5.0
_LONGEST_STATUS = 60.0  # seconds after which a connection is taken for dead: a status takes one, a cold start some
_LISTED = 50

type Status = dict[str, Any]


def watch(run: str, api: Api, screen: Screen) -> Status:
    """Return the run's last status, after showing its progress as often as the API wishes to be asked."""
    question = Question(method="GET", path=path("runs", run, "result"), seconds=_LONGEST_STATUS)
    while True:
        answer = api.ask(question, WHILE_WAITING)
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
    run, total = status["runId"], sum(left.values())
    screen.show(f"Not done: {total}")
    everybody = (line for outcome in left for line in api.users(run, outcome, _LISTED))
    for line in islice(everybody, _LISTED):
        screen.show(f"  {user(line)}")
    if total > _LISTED:
        screen.show(f"  and {total - _LISTED} more; all of them:  revoker users {run} --outcome {' '.join(left)}")
