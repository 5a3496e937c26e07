"""`python -m local serve`: storage, tenant and host as processes, wired together; what is given is not started.

Tests, the demo and the benchmarks use the same thing as a block: `async with serving(Options(...)) as running`.
"""

import asyncio
import importlib
import json
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Never

from azure.core.exceptions import ResourceExistsError
from azure.data.tables.aio import TableServiceClient

from local.azurite.process import Azurite, NotInstalledError, azurite
from local.children import Child, ChildFailedError, free_ports
from local.options import ROOT, Options, parse
from local.package import surroundings

__all__ = ["ROOT", "Options", "Running", "main", "serving"]


class Running:
    """Everything that runs, and its addresses; a fault test may kill a child and start the host again."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.api = self.graph = self.storage = ""
        self.azurite: Azurite | None = None
        self.tenant: Child | None = None
        self.host: Child | None = None

    @property
    def root(self) -> str:
        """The tenant's address without Graph's version: where its journal and its identity endpoint are."""
        return self.graph.removesuffix("/v1.0")

    async def lost(self) -> Never:
        """Wait for the host to end by itself, which it should not."""
        assert self.host is not None  # noqa: S101  # it is started before anybody gets to see this
        raise ChildFailedError(f"The host ended with status {await self.host.process.wait()}.")

    async def start_host(self) -> None:
        """Start the host, or start it again on the same port."""
        port = int(self.api.split(":")[2].split("/")[0]) if self.api else self.options.api_port or free_ports(1)[0]
        start = _start_func if os.environ.get("HOST") == "func" else _start_embedded
        self.host, self.api = await start(self.options, self.environment(), port)

    async def stop_host(self) -> None:
        """End the host in good order."""
        if self.host:
            await self.host.stop()

    def environment(self) -> dict[str, str]:
        """Return the app's settings, on top of the environment."""
        given = self.options
        quota = {"REVOKER_WRITE_BURST": given.write_burst, "REVOKER_WRITE_RATE": given.write_rate}
        return {
            "REVOKER_AUTH": "none",
            **os.environ,
            "AzureWebJobsStorage": self.storage,
            "GRAPH_ENDPOINT": self.root,
            "IDENTITY_ENDPOINT": f"{self.root}/msi/token",
            "IDENTITY_HEADER": "local",
            **{name: f"{value:g}" for name, value in quota.items() if value is not None},
            **given.settings,
        }


@asynccontextmanager
async def serving(options: Options) -> AsyncIterator[Running]:
    """Run all of it for the length of a block; nothing is left behind."""
    running = Running(options)
    async with AsyncExitStack() as stack:
        if not options.graph_url:
            running.tenant = await _start_tenant(options)  # it gets ready while storage does
            stack.push_async_callback(running.tenant.stop)
        if options.storage:
            running.storage = options.storage
        else:
            running.azurite = await stack.enter_async_context(azurite(data=options.data, log=options.log))
            running.storage = running.azurite.connection_string
        graph = (await running.tenant.announced())["graph"] if running.tenant else options.graph_url
        running.graph = str(graph).rstrip("/").removesuffix("/v1.0") + "/v1.0"
        await _create_tables(running.storage)
        stack.push_async_callback(running.stop_host)  # first to end: it drains while the others still answer
        await running.start_host()
        yield running


async def _start_tenant(options: Options) -> Child:
    command = [sys.executable, "-m", "local.tenant", "--port=0", *options.tenant_flags()]
    return await Child.start("The tenant", command, cwd=ROOT, log=options.log)


async def _start_embedded(options: Options, env: dict[str, str], port: int) -> tuple[Child, str]:
    flags = [f"--app={options.app}", f"--port={port}", "--create-queues=yes"]
    if options.lease_seconds:
        flags.append(f"--lease-seconds={options.lease_seconds}")
    place = surroundings(options.app)
    command = [place.python, "-m", "local.host", *flags]
    env |= place.environment
    child = await Child.start("The host", command, env=env, cwd=place.folder, log=options.log)
    said = await child.announced()
    return child, str(said["api"])


async def _start_func(options: Options, env: dict[str, str], port: int) -> tuple[Child, str]:
    """Start the real host of Core Tools (written by its documentation; no test runs it)."""
    if not shutil.which("func"):
        raise ChildFailedError("HOST=func asks for Azure Functions Core Tools, and there is no func on the PATH.")
    command = [sys.executable, "-m", "local.host", f"--app={options.app}", "--port=0", "--create-queues=only"]
    await (await Child.start("Queue creation", command, env=env, cwd=ROOT, log=options.log)).announced()
    env |= {"FUNCTIONS_WORKER_RUNTIME": "python", "languageWorkers__python__defaultExecutablePath": sys.executable}
    child = await Child.start("func", ["func", "start", "--port", str(port)], env=env, cwd=options.app, log=options.log)
    await child.listening(port)
    return child, f"http://127.0.0.1:{port}/api"


async def _create_tables(storage: str) -> None:
    """Create the app's tables, which a deployment declares in Azure."""
    try:
        names = importlib.import_module("revoker.settings").TABLES
    except (ImportError, AttributeError):
        return
    async with TableServiceClient.from_connection_string(storage) as service:
        for name in names:
            with suppress(ResourceExistsError):
                await service.create_table(name)


async def _serve(options: Options) -> None:
    """Serve until a signal; one that comes during the start ends that as well."""
    this = asyncio.current_task()
    assert this is not None  # noqa: S101  # we run in one
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, this.cancel)
    with suppress(asyncio.CancelledError):
        async with serving(options) as running:
            ready = {"ready": True, "api": running.api, "graph": running.graph, "storage": running.storage}
            print(json.dumps(ready), flush=True)
            await running.lost()


def main(arguments: list[str]) -> int:
    """Run the command."""
    try:
        asyncio.run(_serve(parse(arguments)))
    except (ChildFailedError, NotInstalledError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0
