"""Serve the live page on this machine alone, to the browser that was told its address.

The browser never has the token: it asks this command, and the command asks the API. Three things keep others out: the
server listens on 127.0.0.1; the address has 128 random bits, which other users of this machine do not know; a request
must name this host, so that a page elsewhere gets nothing by pointing its own name at 127.0.0.1 (DNS rebinding).
"""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import override

from revoker.cli.ending import StopError
from revoker.cli.live.page import live
from revoker.cli.live.source import Source

_ASSETS = {"live.js": "text/javascript", "live.css": "text/css"}
_FOR_ALL = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class LiveServer(ThreadingHTTPServer):
    """The server of one run."""

    daemon_threads = True

    def __init__(self, source: Source) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.source = source
        self.key = secrets.token_urlsafe(16)

    @property
    def address(self) -> str:
        """Return the address to open."""
        return f"http://127.0.0.1:{self.server_port}/{self.key}/"


class _Handler(BaseHTTPRequestHandler):
    """Answers the live page, its script and its style; 404 to everything else."""

    server: LiveServer
    timeout = 30

    def do_GET(self) -> None:
        """Answer a request."""
        if self.headers.get("Host") not in {
            f"127.0.0.1:{self.server.server_port}",
            f"localhost:{self.server.server_port}",
        }:
            self._answer(421, "text/plain", "This server answers for 127.0.0.1 only.")
            return
        # The key comes first and is compared in constant time: a wrong one learns neither itself nor what is here.
        key, _, name = self.path.removeprefix("/").partition("/")
        if not secrets.compare_digest(key.encode(), self.server.key.encode()):
            self._answer(404, "text/plain", "Nothing is here.")
        elif name in _ASSETS:
            self._answer(200, _ASSETS[name], files("revoker.cli.live").joinpath(name).read_text(encoding="utf-8"))
        elif name in {"", "page"}:
            self._page()
        else:
            self._answer(404, "text/plain", "Nothing is here.")

    def _page(self) -> None:
        try:
            page = live(self.server.source.page())
        except StopError as stop:
            self._answer(502, "text/plain", str(stop))
            return
        source = self.server.source
        told = {"Content-Security-Policy": page.policy, "Evidence-Ended": "yes" if source.ended else "no"}
        self._answer(200, "text/html", page.text, {**told, "Evidence-File": source.file})

    def _answer(self, status: int, media_type: str, text: str, headers: dict[str, str] | None = None) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{media_type}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in {**_FOR_ALL, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Write no line a request: the terminal shows the run."""


@contextmanager
def served(source: Source) -> Iterator[LiveServer]:
    """Serve while the block runs."""
    with LiveServer(source) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
