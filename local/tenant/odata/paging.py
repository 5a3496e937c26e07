"""Pages and their opaque continuation.

Facts: `paging` (follow `@odata.nextLink` as is; a page may hold fewer rows than asked for), `user-list` ($top at most
999, default 100).
"""

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from urllib.parse import quote, urlencode

from local.tenant.exchange import Refusal

_DEFAULT_TOP, _MOST = 100, 999
_SEAL = 8


@dataclass(frozen=True, slots=True)
class Page[Row]:
    """One page of a collection, and the whole address of the next one, if there is one."""

    rows: list[Row]
    first: bool
    next_link: str | None


def _top(options: Mapping[str, str]) -> int:
    """Read the page size that a caller asks for."""
    text = options.get("$top", str(_DEFAULT_TOP))
    if not text.isdecimal() or not 1 <= int(text) <= _MOST:
        message = f"Invalid page size specified: '{text}'. Must be between 1 and {_MOST} inclusive."
        raise Refusal(400, "Request_UnsupportedQuery", message)
    return int(text)


def _cut[Row](source: Iterable[tuple[int, Row]], size: int) -> tuple[list[Row], int | None]:
    """Take one page of numbered rows, and the number at which the next one begins, if there is a next one."""
    found = list(islice(source, size + 1))  # one more than asked for tells whether there is a next page
    rows = [row for _, row in found[:size]]
    if len(found) > size:
        return rows, found[size][0]
    return rows, None


class Cursors:
    """Makes pages and their `$skiptoken`: valid for the query it came from, and until all are expired.

    `largest` limits a page whatever `$top` asks for. `links` are `honest`, or lead astray as reported in
    microsoft-graph-docs#2635 and #4897: `repeat` (from the second page on, each leads to itself) or `cycle` (the last
    page leads back to the second). With `empty_first` each page is preceded by an empty one, with a link.
    """

    def __init__(self, seed: int) -> None:
        self.straighten()
        self._seed = seed
        self._generation = 0

    def page[Row](
        self, address: str, options: Mapping[str, str], rows: Callable[[int], Iterable[tuple[int, Row]]]
    ) -> Page[Row]:
        """Take the page that a call asks for; `rows` gives numbered rows from a number on."""
        size = min(_top(options), self.largest)
        start, is_second = self._position(address, options)
        first = "$skiptoken" not in options
        if self.empty_first and not is_second:
            return Page([], first, self._link(address, options, start, is_second=True))
        found, follows = _cut(rows(start), size)
        # The same position gives the same token every time, so that a caller which compares links sees the circle.
        if self.links == "repeat" and start:
            follows = start
        elif self.links == "cycle" and start and follows is None:
            _, follows = _cut(rows(0), size)
        link = None
        if follows is not None:
            link = self._link(address, options, follows)
        return Page(found, first, link)

    def straighten(self) -> None:
        """Give whole pages and honest links again."""
        self.largest, self.links, self.empty_first = _MOST, "honest", False

    def expire_all(self) -> None:
        """Make every link given out so far worthless, as happens to a caller that waits too long."""
        self._generation += 1

    def _link(self, address: str, options: Mapping[str, str], position: int, *, is_second: bool = False) -> str:
        """Write the absolute address of the next page; the other options travel along."""
        body = f"{self._generation}.{position}.{is_second:d}".encode()
        token = base64.urlsafe_b64encode(body + self._seal(body, address, options)).decode().rstrip("=")
        following = {**options, "$skiptoken": token}
        return f"{address}?{urlencode(following, safe="$,()'", quote_via=quote)}"

    def _position(self, address: str, options: Mapping[str, str]) -> tuple[int, bool]:
        """Read where a page begins, 0 without a token, and whether an empty page was given out for it before."""
        token = options.get("$skiptoken")
        if token is None:
            return 0, False
        raw = _unwrap(token)
        body, seal = raw[:-_SEAL], raw[-_SEAL:]
        if not body or seal != self._seal(body, address, options):
            raise _invalid()
        generation, position, is_second = body.decode().split(".")
        if int(generation) != self._generation:
            message = "The specified page token value has expired and can no longer be included in your request."
            raise Refusal(400, "Directory_ExpiredPageToken", message)
        return int(position), is_second == "1"

    def _seal(self, body: bytes, address: str, options: Mapping[str, str]) -> bytes:
        # Bound to its query: a token sent with another filter is refused, so that a link must be followed as it is.
        query = [address, *sorted(f"{name}={value}" for name, value in options.items() if name != "$skiptoken")]
        return hashlib.blake2b(body + "\n".join(query).encode(), digest_size=_SEAL, key=b"%d" % self._seed).digest()


def _unwrap(token: str) -> bytes:
    try:
        return base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as problem:
        raise _invalid() from problem


def _invalid() -> Refusal:
    return Refusal(400, "Request_BadRequest", "The specified page token is not valid for this request.")
