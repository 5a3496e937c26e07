"""The commands, one function each: ask the API, show the answer, return how it ended."""

import hashlib
import json
import uuid
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from revoker.cli.client import Api, Question
from revoker.cli.ending import Exit, StopError, UsageError, exit_of
from revoker.cli.run_body import may_mean_everybody, read_text, run_body
from revoker.cli.screen import Screen
from revoker.cli.waiting import Status, conclude, watch
from revoker.cli.wording import preflight as preflight_lines, runs as run_lines, sweeps as sweep_lines, user


def run(args: Namespace, api: Api, screen: Screen) -> Exit:
    """Start a run and watch it."""
    body = run_body(args)
    if may_mean_everybody(body) and not args.yes:
        _confirm(api, screen)
    key = args.idempotency_key or str(uuid.uuid4())
    status = api.ask(Question(method="POST", path="runs", body=body, key=key)).body
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
    found = api.get(_path("runs", args.id)).body
    conclude(found, api, screen)
    return exit_of(found["state"])


def wait(args: Namespace, api: Api, screen: Screen) -> Exit:
    """Watch a run."""
    return _watched(args.id, api, screen)


def users(args: Namespace, api: Api, screen: Screen) -> Exit:
    """List what happened to a run's users."""
    for outcome in args.outcome or (None,):
        for line in _users(api, args.id, outcome):
            screen.show(user(line))
    return Exit.DONE


def report(args: Namespace, api: Api, screen: Screen) -> Exit:
    """Fetch the evidence as it is, and say what it hashes to."""
    question = Question(method="GET", path=_path("runs", args.id, "report"), query={"format": args.format})
    digest = hashlib.sha256()
    with _target(args.output, screen) as target, api.stream(question) as pieces:
        for piece in pieces:
            digest.update(piece)
            target.write(piece)
    screen.say(f"{args.output or 'The report'} has SHA-256 {digest.hexdigest()}")
    return Exit.DONE


def runs(args: Namespace, api: Api, screen: Screen) -> Exit:
    """List the latest runs."""
    for line in run_lines(api.get("runs", state=args.state, limit=args.limit).body["runs"]):
        screen.show(line)
    return Exit.DONE


def preflight(args: Namespace, api: Api, screen: Screen) -> Exit:
    """Show what stands ready before an emergency."""
    for line in preflight_lines(api.get("preflight", compromisedAt=args.compromised_at).body):
        screen.show(line)
    return Exit.DONE


def sweeps_list(_args: Namespace, api: Api, screen: Screen) -> Exit:
    """List the sweeps."""
    for line in sweep_lines(api.get("sweeps").body["sweeps"]):
        screen.show(line)
    return Exit.DONE


def sweeps_create(args: Namespace, api: Api, screen: Screen) -> Exit:
    """Create a sweep from a file of JSON."""
    try:
        body = json.loads(read_text(args.file))
    except ValueError as error:
        raise UsageError(f"{args.file} is not JSON: {error}.") from None
    made = api.ask(Question(method="POST", path="sweeps", body=body, again=False)).body
    for line in sweep_lines([made]):
        screen.show(line)
    return _held(made, screen)


def sweeps_pause(args: Namespace, api: Api, screen: Screen) -> Exit:
    """Let a sweep start no more runs."""
    return _change_sweep(args, api, screen, "pause")


def sweeps_resume(args: Namespace, api: Api, screen: Screen) -> Exit:
    """Let a sweep go on, or approve somebody else's."""
    return _change_sweep(args, api, screen, "resume")


def sweeps_delete(args: Namespace, api: Api, screen: Screen) -> Exit:
    """Forget a sweep; its runs stay."""
    api.ask(Question(method="DELETE", path=_path("sweeps", args.id), again=False))
    screen.say(f"Sweep {args.id} is deleted; its runs stay.")
    return Exit.DONE


def _change_sweep(args: Namespace, api: Api, screen: Screen, verb: str) -> Exit:
    body = api.ask(Question(method="POST", path=_path("sweeps", args.id, verb), again=False)).body
    for line in sweep_lines([body]):
        screen.show(line)
    return _held(body, screen)


def _held(sweep: dict[str, Any], screen: Screen) -> Exit:
    if sweep["state"] != "awaiting_approval":
        return Exit.DONE
    screen.say(f"Somebody else must approve it:  revoker sweeps resume {sweep['sweepId']}")
    return Exit.HELD


def _change(args: Namespace, api: Api, verb: str, *, again: bool) -> Status:
    return api.ask(Question(method="POST", path=_path("runs", args.id, verb), again=again)).body


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


def _users(api: Api, run: str, outcome: str | None) -> Iterator[dict[str, Any]]:
    cursor: str | None = None
    while True:
        page = api.get(_path("runs", run, "users"), limit=1000, cursor=cursor, outcome=outcome).body
        yield from page["users"]
        cursor = page["cursor"]
        if cursor is None:
            return


def _path(*parts: str) -> str:
    return "/".join(quote(part, safe="") for part in parts)


@contextmanager
def _target(file: str | None, screen: Screen) -> Iterator[BinaryIO]:
    """Open where evidence goes: never over other evidence, and under its name only when it is whole."""
    if file is None:
        yield screen.out.buffer
        screen.out.flush()
        return
    part = Path(f"{file}.part")
    if Path(file).exists():
        raise UsageError(f"{file} exists: name another file, evidence is not written over.")
    try:
        with part.open("wb") as stream:
            yield stream
        part.rename(file)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)
