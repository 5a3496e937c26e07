"""What rides a queue: ids only; the ledger row says who is in the batch and who is left."""

import json
import re
from dataclasses import asdict, dataclass
from enum import StrEnum

from revoker.core.errors import PoisonError

VERSION = 1
_ID = re.compile(r"[0-9a-f-]{32,36}")


class Queue(StrEnum):
    """The storage queues, by the names that bindings and deployment use."""

    PLAN = "plan"
    URGENT = "revoke-urgent"
    BULK = "revoke-bulk"
    VERIFY = "verify"

    @property
    def poison(self) -> str:
        """Where the Functions host puts a message that failed too often."""
        return f"{self}-poison"


@dataclass(frozen=True, slots=True)
class Message:
    """Please see to one batch; ``attempt`` counts from 0."""

    run: str
    batch: str
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class ScanStep:
    """Please turn to a run's next page of the directory; the ledger says which, and whether ``step`` was taken."""

    run: str
    step: int


type Mail = Message | ScanStep


def encode(message: Mail) -> str:
    """Return the text that goes on the queue."""
    return json.dumps({"v": VERSION, **asdict(message)}, separators=(",", ":"))


def decode(body: bytes) -> Message:
    """Return the message about a batch; raises PoisonError, which keeps the bytes, for anything else."""
    return _decode(body, Message)


def decode_scan_step(body: bytes) -> ScanStep:
    """Return the message about a page; raises PoisonError likewise."""
    return _decode(body, ScanStep)


def _decode[M: (Message, ScanStep)](body: bytes, kind: type[M]) -> M:
    try:
        fields = json.loads(body)
        if type(fields) is not dict or fields.pop("v") != VERSION:
            raise PoisonError(body, f"not a version {VERSION} message")
        message = kind(**fields)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise PoisonError(body, "not a message of ours") from None  # the cause quotes the body
    if not all(_fits(*field) for field in asdict(message).items()) or encode(message).encode() != body:
        raise PoisonError(body, "a field has the wrong form")
    return message


def _fits(name: str, value: object) -> bool:
    if name in {"run", "batch"}:
        return isinstance(value, str) and bool(_ID.fullmatch(value))
    return type(value) is int and value >= 0
