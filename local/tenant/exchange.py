"""The values that travel between the socket and the core."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request as it arrived.

    `url` is path and query, still percent-encoded: what is lost by decoding early cannot be judged later.
    Header names are lower case. `origin` is scheme, host and port, for the links in answers.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    origin: str = "http://127.0.0.1"


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: a JSON value (or plain text, when the payload is a string) with status and headers."""

    status: int
    payload: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Fate(StrEnum):
    """What becomes of an answer on its way to the caller."""

    SENT = "sent"
    TRUNCATED = "truncated"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A response and how it travels: after how many seconds, and whether it arrives whole."""

    response: Response
    delay: float = 0.0
    fate: Fate = Fate.SENT


class Refusal(Exception):  # noqa: N818 - an answer, not a fault of the program
    """Graph says no: raised anywhere below a route, turned into an error body in one place."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})


def stamp(epoch: float) -> str:
    """Write a moment the way Graph does: UTC, whole seconds, a `Z`."""
    # Cut, not rounded: two revocations within one second look alike, as in Graph.
    return datetime.fromtimestamp(int(epoch), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
