"""Frames: what the host and its worker process say to each other, over the worker's standard input and output.

A frame is a line with two lengths, a JSON object of the first length, and raw bytes of the second. Three bytes of
body behind an object of thirteen look like this::

    13 3
    {"id": "4f2"}abc

In Azure the same things travel as protobuf over gRPC. No installable package carries the generated classes of that.
"""

import asyncio
import json
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Frame:
    """One message: an object of plain JSON values, and bytes that are sent as they are."""

    head: dict[str, Any]
    body: bytes = b""

    def packed(self) -> bytes:
        """Return the bytes to send."""
        head = json.dumps(self.head).encode()
        return b"%d %d\n%b%b" % (len(head), len(self.body), head, self.body)

    @classmethod
    async def read(cls, stream: asyncio.StreamReader) -> Self | None:
        """Read the next frame; None when the other side has ended, even in the middle of one."""
        try:
            lengths = (await stream.readuntil(b"\n")).split()
            head = await stream.readexactly(int(lengths[0]))
            body = await stream.readexactly(int(lengths[1]))
        except asyncio.IncompleteReadError:
            return None
        return cls(json.loads(head), body)
