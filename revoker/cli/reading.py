"""The commands that only look: users, evidence, runs, and what stands ready."""

import hashlib
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from revoker.cli.client import Api, Question, path
from revoker.cli.ending import Exit, UsageError
from revoker.cli.readiness import lines, obstacles
from revoker.cli.screen import Screen
from revoker.cli.wording import runs as run_lines, user


def users(args: Namespace, api: Api, screen: Screen) -> Exit:
    """List what happened to a run's users."""
    for outcome in args.outcome or (None,):
        for line in api.users(args.id, outcome):
            screen.show(user(line))
    return Exit.DONE


def report(args: Namespace, api: Api, screen: Screen) -> Exit:
    """Fetch the evidence as it is, and say what it hashes to."""
    question = Question(method="GET", path=path("runs", args.id, "report"), query={"format": args.format})
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
    """Show what stands ready before an emergency, and fail where it does not, so that a drill can be scheduled."""
    found = api.get("preflight", compromisedAt=args.compromised_at).body
    for line in lines(found):
        screen.show(line)
    missing = list(obstacles(found))
    for line in missing:
        screen.say(f"Not ready: {line}")
    return Exit.NOT_ALL_DONE if missing else Exit.DONE


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
