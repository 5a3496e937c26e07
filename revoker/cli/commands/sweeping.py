"""The commands for scheduled sweeps, which the API passes judgement on."""

import json
from collections.abc import Sequence

from revoker.cli.commands.sweep_approval import look_before_approving
from revoker.cli.ending import Exit, UsageError
from revoker.cli.remote.api_request import ApiAnswer, ApiRequest
from revoker.cli.remote.client import Api, path
from revoker.cli.shown.lists import sweeps as sweep_table, sweeps_folded
from revoker.cli.shown.screen import Screen
from revoker.cli.typed import asked as typed
from revoker.cli.typed.choices import Show
from revoker.cli.typed.starting import SweepNew
from revoker.cli.typed.sweep_body import sweep_body
from revoker.cli.words import Fields

_WHICH = "Which sweep? Give its id; revoker sweeps list shows them."


def list_all(asked: typed.Shown, api: Api, screen: Screen) -> Exit:
    """List the sweeps."""
    found = api.get("sweeps").body["sweeps"]
    if asked.output is Show.JSON:
        screen.data(json.dumps(found, indent=2))
    elif found:
        _list(found, screen)
    else:
        screen.say("There is no sweep yet: revoker sweeps create makes one.")
    return Exit.DONE


def create(asked: SweepNew, api: Api, screen: Screen) -> Exit:
    """Create a sweep: from options, as in --every 1h --for 14d, or from a file of JSON."""
    body = sweep_body(asked, screen.now(), screen.say, local=screen.local)
    return _shown(api.ask(ApiRequest(method="POST", path="sweeps", body=body, again=False)), asked, screen)


def pause(asked: typed.OneSweep, api: Api, screen: Screen) -> Exit:
    """Let a sweep start no more runs."""
    return _changed(asked, "pause", api, screen)


def resume(asked: typed.SweepResume, api: Api, screen: Screen) -> Exit:
    """Let a sweep go on, or show another person's, ask, and approve it."""
    if asked.sweep and not asked.yes:
        found = api.get(path("sweeps", asked.sweep)).body
        if found["state"] == "awaiting_approval":
            look_before_approving(found, api, screen)
    return _changed(asked, "resume", api, screen)


def delete(asked: typed.OneSweep, api: Api, screen: Screen) -> Exit:
    """Forget a sweep; its runs stay."""
    if not asked.sweep:
        raise UsageError(_WHICH)
    api.ask(ApiRequest(method="DELETE", path=path("sweeps", asked.sweep), again=False))
    screen.say(f"Sweep {asked.sweep} is deleted; its runs stay.")
    return Exit.DONE


def _changed(asked: typed.OneSweep, verb: str, api: Api, screen: Screen) -> Exit:
    if not asked.sweep:
        raise UsageError(_WHICH)
    request = ApiRequest(method="POST", path=path("sweeps", asked.sweep, verb), again=False)
    return _shown(api.ask(request), asked, screen)


def _list(found: Sequence[Fields], screen: Screen) -> None:
    if not screen.is_narrow:
        screen.table(sweep_table(found, local=screen.local))
        return
    for line in sweeps_folded(found, screen.columns, local=screen.local):
        screen.show(line)


def _shown(answer: ApiAnswer, asked: typed.Shown, screen: Screen) -> Exit:
    """Show a sweep; one that waits for a second person has not begun."""
    if asked.output is Show.JSON:
        screen.data(json.dumps(answer.body, indent=2))
    else:
        _list([answer.body], screen)
    if answer.body["state"] != "awaiting_approval":
        return Exit.DONE
    screen.say("A second person must approve it:")
    screen.say(f"  revoker sweeps resume {answer.body['sweepId']}")
    return Exit.HELD
