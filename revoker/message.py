"""What rides a queue: ids only; the ledger row says who is in the batch and who is left."""

import json
import re
from dataclasses import asdict, dataclass
from enum import StrEnum

from revoker.errors import PoisonError

VERSION = 1
_ID = re.compile(r"[0-9a-f-]{32,36}")


class Queue(StrEnum):
    """The storage queues, by the names that bindings and deployment use."""

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


def encode(message: Message) -> str:
    """Return the text that goes on the queue."""
    return json.dumps({"v": VERSION, **asdict(message)}, separators=(",", ":"))


def decode(body: bytes) -> Message:
    """Return the message in a queue body; raises PoisonError, which keeps the bytes, for anything else."""
    try:
        fields = json.loads(body)
        if type(fields) is not dict or fields.pop("v") != VERSION:
            raise PoisonError(body, f"not a version {VERSION} message")
        message = Message(**fields)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise PoisonError(body, "not a message of ours") from error
    if not _is_well_formed(message) or encode(message).encode() != body:
        raise PoisonError(body, "a field has the wrong form")
    return message


def _is_well_formed(message: Message) -> bool:
    ids = (message.run, message.batch)
    return (
        all(isinstance(part, str) and _ID.fullmatch(part) for part in ids)
        and type(message.attempt) is int
        and message.attempt >= 0
    )
