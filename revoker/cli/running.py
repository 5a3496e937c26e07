"""The commands that start, change and watch a run: ask the API, show the answer, return how it ended."""

import uuid
from argparse import Namespace

from revoker.cli.client import Api, Question, path
from revoker.cli.ending import Exit, StopError, UsageError, exit_of
from revoker.cli.run_body import may_mean_everybody, run_body
from revoker.cli.screen import Screen
from revoker.cli.waiting import Status, conclude, watch


def run(args: Namespace, api: Api, screen: Screen) -> Exit:
    """Start a run and watch it."""
    body = run_body(args)
    if may_mean_everybody(body) and not args.yes:
        _confirm(api, screen)
    key = args.idempotency_key or str(uuid.uuid4())
    try:
        status = api.ask(Question(method="POST", path="runs", body=body, key=key)).body
    except KeyboardInterrupt:
        screen.say(f"It may have been started: repeat the command with --idempotency-key {key}.")
        raise
    if status.get("replayed"):
        screen.say(f"This key started a run before: {status['runId']}.")
    return _follow(status, args, api, screen)


def retry(args: Namespace, api: Api, screen: Screen) -> Exit:
    """Start a run of who failed and watch it; asked twice it is the same run."""
    return _follow(_change(args, api, "retry", again=True), args, api, screen)


def approve(args: Namespace, api: Api, screen: Screen) -> Exit:
    """Let somebody else's run go and watch it."""
    return _follow(_change(args, api, "approve", again=False), args, api, screen)


def cancel(args: Namespace, api: Api, screen: Screen) -> Exit:
    """Stop a run; that it is held then is what was asked for."""
    status = _change(args, api, "cancel", again=True)
    conclude(status, api, screen)
    screen.say(f"What Graph accepted already is still verified:  revoker wait {status['runId']}")
    return Exit.DONE


def status(args: Namespace, api: Api, screen: Screen) -> Exit:
    """Show how a run stands."""
    found = api.get(path("runs", args.id)).body
    conclude(found, api, screen)
    return exit_of(found["state"])


def wait(args: Namespace, api: Api, screen: Screen) -> Exit:
    """Watch a run."""
    return _watched(args.id, api, screen)


def _change(args: Namespace, api: Api, verb: str, *, again: bool) -> Status:
    return api.ask(Question(method="POST", path=path("runs", args.id, verb), again=again)).body


def _follow(found: Status, args: Namespace, api: Api, screen: Screen) -> Exit:
    """Watch a run that was just set going, unless told not to."""
    screen.say(f"Run {found['runId']} {found['state']}. Ctrl-C leaves it going.")
    if args.no_wait:
        screen.show(found["runId"])
        return exit_of(found["state"])
    return _watched(found["runId"], api, screen)


def _watched(name: str, api: Api, screen: Screen) -> Exit:
    try:
        found = watch(name, api, screen)
    except (KeyboardInterrupt, StopError):
        screen.say(f"The run goes on without you:  revoker wait {name}")
        raise
    conclude(found, api, screen)
    return exit_of(found["state"])


def _confirm(api: Api, screen: Screen) -> None:
    """Have the size of the tenant typed: nothing tenant-wide by accident."""
    if not screen.is_attended:
        raise UsageError("This may sign out the whole tenant: without a terminal to ask on, say --yes.")
    total = api.get("preflight").body["users"]["total"]
    if total is None:
        raise UsageError("The tenant's users cannot be counted (User.Read.All), so nothing to type: say --yes.")
    if screen.ask(f"This may sign out all {total} users. Type that number to go on: ") != str(total):
        raise UsageError("That is not the number: nothing was started.")
