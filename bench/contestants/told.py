"""What a contestant is told by its environment, and the two lines that it prints for the referee.

`NAMES` is a file of object ids; without it the contestant lists the tenant itself. Start-up, import and the first
token are over when `began` is printed: the clock and the CPU count from there, so that no language pays for its start.
"""

import json
import os
import resource
import time
from collections.abc import Collection
from pathlib import Path

from azure.identity.aio import ManagedIdentityCredential

GRAPH = os.environ.get("GRAPH", "")


def names() -> list[str] | None:
    """Return the users that are named, or None for the whole tenant."""
    given = os.environ.get("NAMES")
    if given is None:
        return None
    return Path(given).read_text(encoding="ascii").split()


async def bearer() -> str:
    """Return the one Authorization header that lasts for the whole run."""
    async with ManagedIdentityCredential() as credential:
        token = await credential.get_token("https://graph.microsoft.com/.default")
    return f"Bearer {token.token}"


def began() -> None:
    """Say that the first call comes now."""
    cpu = 0.0
    for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        used = resource.getrusage(each)
        cpu += used.ru_utime + used.ru_stime
    print(json.dumps({"began": time.time(), "cpu": cpu}), flush=True)


def ended(done: Collection[str], failed: Collection[str]) -> None:
    """Say which users it counts as done and which as failed, and how much memory it, or a child of it, had at most."""
    # The kernel's own number for a process (ru_maxrss) includes that of the parent which started it; this one does not.
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    own = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    largest = max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    print(json.dumps({"done": list(done), "failed": list(failed), "megabytes": largest / 1024}), flush=True)
