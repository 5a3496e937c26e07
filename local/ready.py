"""When a child process is of use: it has printed a JSON line, or it accepts connections."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


class ChildFailedError(Exception):
    """A child ended, or stayed silent, before it was of use; its own last words are in the text."""


def failure(name: str, what: str, log: Path | None) -> ChildFailedError:
    """Return the error that says what happened to a child, with the end of its log."""
    words = ""
    if log:
        words = log.read_text(errors="replace")[-4000:].strip()
    if not words:
        return ChildFailedError(f"{name} {what}.")
    return ChildFailedError(f"{name} {what}:\n{words}")


async def announcement(output: asyncio.StreamReader) -> dict[str, Any] | None:
    """Return the first JSON object that a child prints on a line; None where it ends before."""
    async for line in output:
        if line.startswith(b"{"):
            said: dict[str, Any] = json.loads(line)
            return said
    return None


async def accepts(port: int, alive: Callable[[], bool]) -> bool:
    """Wait until a loopback port accepts connections; False where the child ends before."""
    while alive():
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            await writer.wait_closed()
            return True
    return False


async def discard(output: asyncio.StreamReader) -> None:
    """Keep reading: a child stops in the middle of a write when its output is not read."""
    while await output.read(65536):
        pass
