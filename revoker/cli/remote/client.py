"""The API over a client: one request, repeated until it is answered. The only loop that repeats is here."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from revoker.cli.ending import RefusedError, UnreachableError
from revoker.cli.remote.api_request import ApiAnswer, ApiRequest, Trouble, date, retry_after
from revoker.cli.remote.cause import cause
from revoker.cli.remote.giving_up import failed, foreign, given_up, refused
from revoker.cli.remote.problem import fields_of, told
from revoker.cli.remote.token import Played, caller_of

AT_ONCE = 20.0  # seconds of trouble borne where an operator looks on and the address may be wrong
WHILE_WAITING = 600.0  # a run goes on without us: a restart of the app or of the network ends no watch
_LATER = {429, 502, 503, 504}
_LONGEST_PAUSE = 30.0
# The request never left, so that repeating it is the first time.
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


@dataclass(frozen=True, slots=True)
class Api:
    """The API over a client; ``pause`` and ``clock`` count seconds, ``say`` tells the operator why it takes long."""

    client: httpx.Client
    say: Callable[[str], None]
    pause: Callable[[float], None]
    clock: Callable[[], float]

    @property
    def address(self) -> str:
        """The API's address, as people write it."""
        return str(self.client.base_url).rstrip("/")

    @property
    def caller(self) -> str | None:
        """The caller's object id, where requests are signed by a token that tells it; known after the first answer."""
        return caller_of(self.client.auth)

    @property
    def is_played(self) -> bool:
        """Whether --as plays the caller, or may: requests are not signed."""
        return self.client.auth is None or isinstance(self.client.auth, Played)

    def get(self, path: str, **query: str | int | None) -> ApiAnswer:
        """Ask for something."""
        said = {name: value for name, value in query.items() if value is not None}
        return self.ask(ApiRequest(method="GET", path=path, query=said))

    def ask(self, request: ApiRequest, patience: float = AT_ONCE) -> ApiAnswer:
        """Return the answer, bearing trouble for ``patience`` seconds; raises RefusedError, UnreachableError."""
        try:
            response = self._answered(request, patience, stream=False)
        except KeyboardInterrupt:
            if request.left_open:
                self.say(request.left_open)
            raise
        body = fields_of(response)
        if body is None and response.status_code != 204:
            raise UnreachableError(foreign(self.address))
        return ApiAnswer(response.status_code, body or {}, retry_after(response), date(response))

    def users(self, run: str, outcome: str | None, limit: int = 1000) -> Iterator[dict[str, Any]]:
        """Yield a run's users, page after page; a page of the API's may be shorter than its limit."""
        cursor: str | None = ""
        while cursor is not None:
            page = self.get(path("runs", run, "users"), outcome=outcome, limit=limit, cursor=cursor or None).body
            yield from page["users"]
            cursor = page["cursor"]

    @contextmanager
    def stream(self, request: ApiRequest) -> Iterator[Iterator[bytes]]:
        """Open an answer that is not held in memory; raises UnreachableError where it breaks off."""
        with closing(self._answered(request, AT_ONCE, stream=True)) as response:
            # A sign-in page is a success too, and must not be kept as evidence.
            if "revoker" not in response.headers.get("Content-Disposition", ""):
                raise UnreachableError(foreign(self.address))
            try:
                yield response.iter_bytes()
            except httpx.RequestError as error:
                raise UnreachableError(f"The answer broke off ({type(error).__name__}): ask again.") from None

    def _answered(self, request: ApiRequest, patience: float, *, stream: bool) -> httpx.Response:
        until, attempt = None, 0
        while isinstance(found := self._tried(request, stream=stream), Trouble):
            until = until or self.clock() + patience
            seconds = max(found.wait, min(_LONGEST_PAUSE, 2.0**attempt))
            in_vain = found.lasting and patience == AT_ONCE
            if in_vain or not found.again or self.clock() + seconds > until:
                raise UnreachableError(given_up(found, request, self.address))
            self.say(f"The API: {found.why}; asking again in {seconds:.0f} s.")
            self.pause(seconds)
            attempt += 1
        if found.is_success:
            return found
        if found.is_server_error:
            raise UnreachableError(failed(found, request))
        raise RefusedError(refused(found, request, self.client.auth), found.status_code)

    def _tried(self, request: ApiRequest, *, stream: bool) -> httpx.Response | Trouble:
        try:
            response = self.client.send(request.build(self.client), stream=stream)
            if not response.is_success:
                response.read()
        except httpx.RequestError as error:
            found = cause(error, self.address)
            unsent = isinstance(error, _UNSENT)
            return Trouble(found.why, found.then, request.again or unsent, found.lasting)
        if response.status_code not in _LATER:
            return response
        refused = response.status_code == 429
        why, wait = f"it says {told(response)}".rstrip("."), retry_after(response) or 0.0
        then = f"try again in {wait:.0f} s" if wait else "try again in some minutes"
        return Trouble(why, then, request.again or refused, wait=wait)


def path(*parts: str) -> str:
    """Return a path of parts that stay parts, with any character in them."""
    return "/".join(quote(part, safe="") for part in parts)
