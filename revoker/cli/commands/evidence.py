"""The command that fetches a run's evidence: into a new file, a pipe or the terminal, with its hash."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from revoker.cli.commands.evidence_file import new_file
from revoker.cli.ending import Exit, UsageError
from revoker.cli.harmless import TerminalBytes
from revoker.cli.remote.api_request import ApiRequest
from revoker.cli.remote.client import Api, path
from revoker.cli.remote.which import which
from revoker.cli.shown.screen import Screen
from revoker.cli.shown.times import offset
from revoker.cli.typed import asked as typed
from revoker.cli.typed.choices import Evidence


class Sink(Protocol):
    """Where bytes go."""

    def write(self, piece: bytes, /) -> object:
        """Write them."""
        ...


def report(asked: typed.Report, api: Api, screen: Screen) -> Exit:
    """Fetch the evidence as it is, and say what it hashes to."""
    file = None if asked.output == "-" else asked.output
    if asked.format is Evidence.HTML and not file and screen.out.isatty():
        raise UsageError("The page is for a browser: name a file for it, as in --output evidence.html.")
    run = which(asked.run, api, last=asked.last)
    query: dict[str, str | int] = {"format": asked.format}
    if asked.format is Evidence.HTML:
        query["utcOffset"] = offset(screen.now())
    request = ApiRequest(method="GET", path=path("runs", run, "report"), query=query)
    digest = hashlib.sha256()
    with _target(file, screen) as target, api.stream(request) as pieces:
        for piece in pieces:
            digest.update(piece)
            target.write(piece)
    screen.say(f"{file or 'The report'} has SHA-256 {digest.hexdigest()}")
    return Exit.DONE


@contextmanager
def _target(file: str | None, screen: Screen) -> Iterator[Sink]:
    """Open where evidence goes: a new file, a pipe as it is, or a terminal as text that cannot drive it."""
    if file is not None:
        with new_file(file) as stream:
            yield stream
        return
    if screen.out.isatty():
        terminal = TerminalBytes(screen.out)
        yield terminal
        terminal.end()
    else:
        yield screen.out.buffer
    screen.out.flush()
