"""The words that an option of the command takes."""

from enum import StrEnum


class Show(StrEnum):
    """What a command that shows something writes."""

    TABLE = "table"
    JSON = "json"


class Stream(StrEnum):
    """What a command that watches a run writes."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"


class Evidence(StrEnum):
    """The forms of a report."""

    JSON = "json"
    CSV = "csv"
    HTML = "html"


class Guests(StrEnum):
    """What happens to guests."""

    SKIP = "skip"
    INCLUDE = "include"


class Until(StrEnum):
    """How far a run is watched."""

    REVOKED = "revoked"
    VERIFIED = "verified"


class Code(StrEnum):
    """What may be acknowledged at the gate."""

    NOT_ROTATED = "federation_not_rotated"
    ROTATED_ONCE = "federation_rotated_once"
    SAME_KEY = "federation_same_key"
    UNTRUSTED = "federation_untrusted"
    UNCHECKED = "federation_unchecked"
