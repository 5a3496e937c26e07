"""The commands for scheduled sweeps, which the API passes judgement on."""

import json
from argparse import Namespace

from revoker.cli.client import Answer, Api, Question, path
from revoker.cli.ending import Exit, UsageError
from revoker.cli.run_body import read_text
from revoker.cli.screen import Screen
from revoker.cli.wording import sweeps as sweep_lines


def list_all(_args: Namespace, api: Api, screen: Screen) -> Exit:
    """List the sweeps."""
    for line in sweep_lines(api.get("sweeps").body["sweeps"]):
        screen.show(line)
    return Exit.DONE


def create(args: Namespace, api: Api, screen: Screen) -> Exit:
    """Create a sweep from a file of JSON."""
    try:
        body = json.loads(read_text(args.file))
    except ValueError as error:
        raise UsageError(f"{args.file} is not JSON: {error}.") from None
    return _shown(api.ask(Question(method="POST", path="sweeps", body=body, again=False)), screen)


def pause(args: Namespace, api: Api, screen: Screen) -> Exit:
    """Let a sweep start no more runs."""
    return _shown(api.ask(Question(method="POST", path=path("sweeps", args.id, "pause"), again=False)), screen)


def resume(args: Namespace, api: Api, screen: Screen) -> Exit:
    """Let a sweep go on, or approve somebody else's."""
    return _shown(api.ask(Question(method="POST", path=path("sweeps", args.id, "resume"), again=False)), screen)


def delete(args: Namespace, api: Api, screen: Screen) -> Exit:
    """Forget a sweep; its runs stay."""
    api.ask(Question(method="DELETE", path=path("sweeps", args.id), again=False))
    screen.say(f"Sweep {args.id} is deleted; its runs stay.")
    return Exit.DONE


def _shown(answer: Answer, screen: Screen) -> Exit:
    """Show a sweep; one that waits for a second person has not begun."""
    for line in sweep_lines([answer.body]):
        screen.show(line)
    if answer.body["state"] != "awaiting_approval":
        return Exit.DONE
    screen.say(f"Somebody else must approve it:  revoker sweeps resume {answer.body['sweepId']}")
    return Exit.HELD
