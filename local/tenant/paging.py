"""Pages and their opaque continuation.

Facts: `paging` (follow `@odata.nextLink` as is), `user-list` ($top at most 999, default 100).
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from itertools import islice
from urllib.parse import quote, urlencode

from local.tenant.exchange import Refusal

_DEFAULT_TOP, _MOST = 100, 999
_SEAL = 8


def top(options: Mapping[str, str]) -> int:
    """Read the page size."""
    text = options.get("$top", str(_DEFAULT_TOP))
    if not text.isdecimal() or not 1 <= int(text) <= _MOST:
        message = f"Invalid page size specified: '{text}'. Must be between 1 and {_MOST} inclusive."
        raise Refusal(400, "Request_UnsupportedQuery", message)
    return int(text)


def cut[Thing](source: Iterable[tuple[int, Thing]], size: int) -> tuple[list[Thing], int | None]:
    """Take one page of numbered things, and the number at which the next one begins, if there is a next one."""
    found = list(islice(source, size + 1))
    follows = found[size][0] if len(found) > size else None
    return [thing for _, thing in found[:size]], follows


class Cursors:
    """Makes and reads `$skiptoken`: valid for the query it came from, and until all are expired."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._generation = 0

    def expire_all(self) -> None:
        """Make every link given out so far worthless, as happens when somebody waits too long."""
        self._generation += 1

    def link(self, address: str, options: Mapping[str, str], position: int) -> str:
        """Write the absolute address of the next page; the other options travel along."""
        body = f"{self._generation}.{position}".encode()
        token = base64.urlsafe_b64encode(body + self._seal(body, address, options)).decode().rstrip("=")
        following = {**options, "$skiptoken": token}
        return f"{address}?{urlencode(following, safe="$,()'", quote_via=quote)}"

    def position(self, address: str, options: Mapping[str, str]) -> int:
        """Read where a page begins; 0 without a token."""
        token = options.get("$skiptoken")
        if token is None:
            return 0
        raw = _unwrap(token)
        body, seal = raw[:-_SEAL], raw[-_SEAL:]
        if not body or seal != self._seal(body, address, options):
            raise _invalid()
        generation, _, position = body.decode().partition(".")
        if int(generation) != self._generation:
            message = "The specified page token value has expired and can no longer be included in your request."
            raise Refusal(400, "Directory_ExpiredPageToken", message)
        return int(position)

    def _seal(self, body: bytes, address: str, options: Mapping[str, str]) -> bytes:
        query = [address, *sorted(f"{name}={value}" for name, value in options.items() if name != "$skiptoken")]
        return hashlib.blake2b(body + "\n".join(query).encode(), digest_size=_SEAL, key=b"%d" % self._seed).digest()


def _unwrap(token: str) -> bytes:
    try:
        return base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as problem:
        raise _invalid() from problem


def _invalid() -> Refusal:
    return Refusal(400, "Request_BadRequest", "The specified page token is not valid for this request.")
