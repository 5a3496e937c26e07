"""What a queue trigger receives beside the message's text."""

import json
from collections.abc import Mapping
from datetime import datetime

from azure.storage.queue import QueueMessage

type Metadata = Mapping[str, tuple[str, str]]


def describe(message: QueueMessage, body: str) -> Metadata:
    """Return the message's properties, overwritten by the keys of its own body."""
    properties = {
        "Id": ("string", str(message.id)),
        "DequeueCount": ("string", str(message.dequeue_count)),
        "PopReceipt": ("string", str(message.pop_receipt)),
        "InsertionTime": _time(message.inserted_on),
        "ExpirationTime": _time(message.expires_on),
        "NextVisibleTime": _time(message.next_visible_on),
    }
    return merged(properties, body)


def merged(properties: Metadata, body: str) -> Metadata:
    """Overwrite properties with the top-level keys of a JSON object, whatever their case.

    The real host does so to every message, for the sake of bindings that refer to its keys (azure-functions-host,
    Utility.ApplyBindingData): ``{"dequeueCount": 7}`` is delivered as the seventh try. Lists and nulls are left out.
    """
    found = dict(properties)
    names = {name.casefold(): name for name in properties}
    for key, value in _object(body).items():
        if value is not None and not isinstance(value, list):
            found[names.get(key.casefold(), key)] = _text(value)
    return found


def _object(body: str) -> dict[str, object]:
    if not body.strip().startswith("{"):
        return {}
    try:
        parsed: dict[str, object] = json.loads(body)
    except ValueError:
        return {}
    return parsed


def _text(value: object) -> tuple[str, str]:
    if isinstance(value, dict):
        return "json", json.dumps(value)
    return "string", str(value)


def _time(when: datetime | None) -> tuple[str, str]:
    return "json", json.dumps(when.isoformat() if when else None)
