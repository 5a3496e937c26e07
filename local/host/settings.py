"""host.json, as far as this host honours it, with the real host's defaults and its refusals."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from local.host.invocation import AppError

DEFAULT_TIMEOUT = "00:30:00"  # Flex Consumption's (learn: functions-scale, "Function app timeout duration")
UNBOUNDED = "-1"
BODY_LIMIT = "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"
DEFAULT_BODY_LIMIT = 104_857_600  # learn: functions-app-settings
# A setting above host.json, as in Azure (learn: functions-host-json, "Override host.json values").
POLLING = "AzureFunctionsJobHost__extensions__queues__maxPollingInterval"
_INT32 = 2**31 - 1  # what .NET reads these numbers into
_SPAN = re.compile(r"(\d{1,2}):([0-5]?\d):([0-5]?\d(?:\.\d{1,7})?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSettings:
    """How queues are polled; all times in seconds."""

    batch_size: int = 16
    new_batch_threshold: int = 8
    max_polling_interval: float = 60.0
    visibility_timeout: float = 0.0
    max_dequeue_count: int = 5
    base64: bool = True

    @classmethod
    def from_host_json(cls, section: dict[str, Any]) -> Self:
        """Read the `extensions.queues` section; raises AppError for a number that the real host refuses."""
        batch_size = _whole(section, "batchSize", 16, least=1, most=32)
        default_threshold = batch_size // 2 * (os.cpu_count() or 1)
        return cls(
            batch_size=batch_size,
            new_batch_threshold=_whole(section, "newBatchThreshold", default_threshold, least=0),
            max_polling_interval=_seconds(section, "maxPollingInterval", "00:01:00", least=0.1),
            visibility_timeout=_seconds(section, "visibilityTimeout", "00:00:00", least=0),
            max_dequeue_count=_whole(section, "maxDequeueCount", 5, least=1),
            base64=_word(section, "messageEncoding", ("base64", "none")) == "base64",
        )


@dataclass(frozen=True, slots=True)
class HostSettings:
    """What host.json says; the time-out is the longest that one call may take, in seconds, or None for ever.

    ``body_limit`` is the application setting for the longest body of a request, in bytes.
    """

    route_prefix: str
    queues: QueueSettings
    timeout: float | None = None
    body_limit: int = DEFAULT_BODY_LIMIT

    @classmethod
    def read(cls, app: Path) -> Self:
        """Read the app's host.json; raises AppError for what the real host refuses."""
        told = json.loads((app / "host.json").read_text())
        extensions = told.get("extensions", {})
        prefix = extensions.get("http", {}).get("routePrefix", "api")
        timeout = None
        if told.get("functionTimeout") != UNBOUNDED:
            timeout = _seconds(told, "functionTimeout", DEFAULT_TIMEOUT, least=1)
        section = extensions.get("queues", {})
        if POLLING in os.environ:
            section = {**section, "maxPollingInterval": os.environ[POLLING]}
        queues = QueueSettings.from_host_json(section)
        return cls(prefix.strip("/"), queues, timeout, body_limit(os.environ))


def body_limit(env: Mapping[str, str]) -> int:
    """Return the longest body of a request in bytes; a value that is no number counts as none (host's sources)."""
    text = env.get(BODY_LIMIT, "").strip()
    return int(text) if text.isdecimal() else DEFAULT_BODY_LIMIT


def expand(text: str) -> str:
    """Put application settings in the place of their `%NAME%`; raises AppError for one that is not set."""

    def setting(name: re.Match[str]) -> str:
        value = os.environ.get(name[1])
        if value is None:
            raise AppError(f"{text}: the application setting {name[1]} is not set.")
        return value

    return re.sub(r"%([^%]+)%", setting, text)


def _whole(section: dict[str, Any], name: str, default: int, *, least: int, most: int = _INT32) -> int:
    value = section.get(name, default)
    if type(value) is not int or not least <= value <= most:  # True is an int to isinstance, and none to .NET
        raise AppError(f"host.json: {name} is {json.dumps(value)}; write a whole number from {least} to {most}.")
    return value


def _seconds(section: dict[str, Any], name: str, default: str, *, least: float) -> float:
    """Read a time span, `hh:mm:ss` with an optional fraction of a second."""
    value = section.get(name, default)
    if span := _SPAN.fullmatch(str(value)):
        seconds = int(span[1]) * 3600 + int(span[2]) * 60 + float(span[3])
        if seconds >= least:
            return seconds
    raise AppError(f"host.json: {name} is {json.dumps(value)}; write hh:mm:ss, at least {least:g} seconds.")


def _word(section: dict[str, Any], name: str, words: tuple[str, ...]) -> str:
    value = section.get(name, words[0])
    if value not in words:
        raise AppError(f"host.json: {name} is {json.dumps(value)}; write {' or '.join(words)}.")
    return str(value)
