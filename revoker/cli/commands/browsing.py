"""Watching a run in a browser: the evidence page, live while the run goes on, a file when it has ended."""

import hashlib
import os
import sys
import webbrowser
from dataclasses import replace

from revoker.cli.commands.evidence_file import new_file
from revoker.cli.commands.running import wait
from revoker.cli.commands.watching import follow, watch_of
from revoker.cli.ending import Exit, UsageError
from revoker.cli.live.server import LiveServer, served
from revoker.cli.live.source import Source
from revoker.cli.remote.api_request import ApiRequest
from revoker.cli.remote.client import Api, path
from revoker.cli.remote.which import status as status_of, which
from revoker.cli.shown.screen import Screen
from revoker.cli.shown.times import offset
from revoker.cli.typed import asked as typed
from revoker.cli.words import short

_FAREWELL = 12.0  # seconds for an open page to fetch the end: it asks every five


def watch(asked: typed.Watch, api: Api, screen: Screen) -> Exit:
    """Watch a run to its end, in a browser too where that is asked for."""
    if not asked.browser:
        return wait(asked, api, screen)
    how, run = watch_of(asked), which(asked.run, api, last=asked.last)
    # A thread of the server's asks as well: what it meets belongs on the page, not between lines of progress.
    quiet = replace(api, say=lambda _: None)
    source = Source(lambda: _page(run, quiet, screen), api.clock)
    with served(source) as server:
        _announce(server, screen)
        code = follow(run, how, api, screen)
        _end(run, server, api, screen)
    return code


def _page(run: str, api: Api, screen: Screen) -> str:
    query = {"format": "html", "utcOffset": offset(screen.now())}
    request = ApiRequest(method="GET", path=path("runs", run, "report"), query=query)
    with api.stream(request) as pieces:
        return b"".join(pieces).decode()


def _announce(server: LiveServer, screen: Screen) -> None:
    """Say the address, and open it where there is a screen: on a server, a browser would take over the terminal."""
    screen.say(f"Live at {server.address} (for this machine and this command only).")
    if sys.platform in {"win32", "darwin"} or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(server.address)


def _end(run: str, server: LiveServer, api: Api, screen: Screen) -> None:
    """Save the evidence of a run that has ended, and let an open page show it before the server goes."""
    opened = bool(server.source.text)
    text, file = _page(run, api, screen), ""
    if status_of(run, api)["finishedAt"]:
        file = _saved(run, text, screen)
    server.source.end(text, file)
    if opened:
        server.source.last_seen.wait(_FAREWELL)


def _saved(run: str, text: str, screen: Screen) -> str:
    """Return the file that holds the evidence; evidence that is there already is not written over."""
    file, body = f"revoker-{run}.html", text.encode()
    try:
        with new_file(file) as stream:
            stream.write(body)
    except UsageError as error:
        # The run has ended whatever becomes of the file: its own exit code stands.
        screen.say(f"{error} Or use revoker report {short(run)} --format html --output FILE.")
        return ""
    screen.say(f"{file} has SHA-256 {hashlib.sha256(body).hexdigest()}")
    return file
