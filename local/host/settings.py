"""host.json, as far as this host honours it, with the real host's defaults."""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self


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
        """Read the `extensions.queues` section."""
        batch_size = section.get("batchSize", 16)
        return cls(
            batch_size=batch_size,
            new_batch_threshold=section.get("newBatchThreshold", batch_size // 2 * (os.cpu_count() or 1)),
            max_polling_interval=seconds(section.get("maxPollingInterval", "00:01:00")),
            visibility_timeout=seconds(section.get("visibilityTimeout", "00:00:00")),
            max_dequeue_count=section.get("maxDequeueCount", 5),
            base64=section.get("messageEncoding", "base64") == "base64",
        )


@dataclass(frozen=True, slots=True)
class HostSettings:
    """What host.json says about routes and queues."""

    route_prefix: str
    queues: QueueSettings

    @classmethod
    def read(cls, app: Path) -> Self:
        """Read the app's host.json."""
        extensions = json.loads((app / "host.json").read_text()).get("extensions", {})
        prefix = extensions.get("http", {}).get("routePrefix", "api")
        return cls(prefix.strip("/"), QueueSettings.from_host_json(extensions.get("queues", {})))


def seconds(span: str) -> float:
    """Read a time span, `hh:mm:ss` with an optional fraction."""
    hours, minutes, rest = span.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def expand(text: str) -> str:
    """Put application settings in the place of their `%NAME%`."""
    return re.sub(r"%([^%]+)%", lambda name: os.environ[name[1]], text)
