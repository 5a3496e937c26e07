"""The messages on the queues: ids only. The ledger row holds the users of the batch and the work that is left."""

import json
import re
from dataclasses import asdict, dataclass
from enum import StrEnum

from revoker.core.errors import PoisonError

VERSION = 1
_ID = re.compile(r"[0-9a-f-]{32,36}")


class Queue(StrEnum):
    """The storage queues; bindings and deployment use the same names."""

    PLAN = "plan"
    URGENT = "revoke-urgent"
    BULK = "revoke-bulk"
    VERIFY = "verify"

    @property
    def poison(self) -> str:
        """The queue to which the Functions host moves a message that failed five times."""
        return f"{self}-poison"


@dataclass(frozen=True, slots=True)
class Message:
    """Work on one batch; ``attempt`` counts from 0."""

    run: str
    batch: str
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class ScanStep:
    """Take one step of a run's scan; the ledger says which page, and whether ``step`` was taken already."""

    run: str
    step: int


type Mail = Message | ScanStep


def encode(message: Mail) -> str:
    """Return a message as the text for its queue."""
    return json.dumps({"v": VERSION, **asdict(message)}, separators=(",", ":"))


def decode(body: bytes) -> Message:
    """Return the message about a batch; raises PoisonError, which carries the bytes, for any other text."""
    return _decode(body, Message)


def decode_scan_step(body: bytes) -> ScanStep:
    """Return the message about a scan step; raises PoisonError likewise."""
    return _decode(body, ScanStep)


def _decode[M: (Message, ScanStep)](body: bytes, kind: type[M]) -> M:
    try:
        fields = json.loads(body)
        if type(fields) is not dict or fields.pop("v") != VERSION:
            raise PoisonError(body, f"not a version {VERSION} message")
        message = kind(**fields)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise PoisonError(body, "not a message of ours") from None  # the cause quotes the body
    # The comparison catches everything that JSON lets pass: a key twice, white space, 1.0 for 1, an escaped letter.
    if not all(_fits(*field) for field in asdict(message).items()) or encode(message).encode() != body:
        raise PoisonError(body, "a field has the wrong form")
    return message


def _fits(name: str, value: object) -> bool:
    if name in {"run", "batch"}:
        return isinstance(value, str) and bool(_ID.fullmatch(value))
    return type(value) is int and value >= 0
