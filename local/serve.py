"""`python -m local serve`: storage, tenant and host as processes, wired together; what is given is not started.

Tests, the demo and the benchmarks use the same thing as a block: `async with serving(Options(...)) as running`.
"""

import asyncio
import json
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Never

from local.azurite.process import Azurite, NotInstalledError, azurite
from local.children import Child, ChildFailedError
from local.loopback import is_free
from local.options import ROOT, Options, parse
from local.parts import create_tables, start_embedded, start_func, start_tenant

__all__ = ["ROOT", "Options", "Running", "main", "serving"]


class Running:
    """Everything that runs, and its addresses; a fault test may kill a child and start the host again."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.api = self.graph = self.storage = ""
        self.azurite: Azurite | None = None
        self.tenant: Child | None = None
        self.host: Child | None = None
        self.worker_pid: int | None = None  # of the process that holds the app, as the host last started

    @property
    def root(self) -> str:
        """The tenant's address without Graph's version: where its journal and its identity endpoint are."""
        return self.graph.removesuffix("/v1.0")

    async def lost(self) -> Never:
        """Wait for the host to end by itself, which it should not."""
        assert self.host is not None  # noqa: S101  # it is started before anything is yielded
        raise ChildFailedError(f"The host ended with status {await self.host.process.wait()}.")

    async def start_host(self) -> None:
        """Start the host, or start it again on the same port."""
        port = self.options.api_port
        if self.api:
            port = int(self.api.split(":")[2].split("/")[0])
        start = start_func if os.environ.get("HOST") == "func" else start_embedded
        host = await start(self.options, self.environment(), port, deploy=not self.api)
        self.host, self.api, self.worker_pid = host.child, host.api, host.worker_pid

    async def stop_host(self) -> None:
        """End the host in good order."""
        if self.host:
            await self.host.stop()

    def environment(self) -> dict[str, str]:
        """Return the app's settings, on top of the environment."""
        given = self.options
        quota = {"REVOKER_WRITE_BURST": given.write_burst, "REVOKER_WRITE_RATE": given.write_rate}
        # The simulated tenant's own limit keeps its proportion to one application's: six times at once, three times a
        # second. The app is told the same, unless the caller's settings say otherwise.
        tenant = {
            "REVOKER_TENANT_BURST": given.tenant_burst or 6 * (given.write_burst or 3000),
            "REVOKER_TENANT_RATE": given.tenant_rate or 3 * (given.write_rate or 20),
        }
        return {
            "REVOKER_AUTH": "none",
            **{name: f"{value:g}" for name, value in tenant.items()},
            **os.environ,
            "AzureWebJobsStorage": self.storage,
            "GRAPH_ENDPOINT": self.root,
            "IDENTITY_ENDPOINT": f"{self.root}/msi/token",
            "IDENTITY_HEADER": "local",
            "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT": "2097152",  # as in main.bicep
            **{name: f"{value:g}" for name, value in quota.items() if value is not None},
            **given.settings,
        }


@asynccontextmanager
async def serving(options: Options) -> AsyncIterator[Running]:
    """Run all of it for the length of a block; nothing is left behind."""
    _refuse_a_taken_port(options.api_port)
    running = Running(options)
    async with AsyncExitStack() as stack:
        if not options.graph_url:
            running.tenant = await start_tenant(options)  # it gets ready while storage does
            stack.push_async_callback(running.tenant.stop)
        if options.storage:
            running.storage = options.storage
        else:
            running.azurite = await stack.enter_async_context(azurite(data=options.data, log=options.log))
            running.storage = running.azurite.connection_string
        graph = (await running.tenant.announced())["graph"] if running.tenant else options.graph_url
        running.graph = str(graph).rstrip("/").removesuffix("/v1.0") + "/v1.0"
        await create_tables(running.storage)
        stack.push_async_callback(running.stop_host)  # first to end: it drains while the others still answer
        await running.start_host()
        yield running


def _refuse_a_taken_port(port: int) -> None:
    """Say so at once, before storage and tenant are started in vain."""
    if port and not is_free(port):
        raise ChildFailedError(
            f"Port {port} is taken, perhaps by another `make serve`. Stop that, or take a free one: --api-port 0"
        )


async def _serve(options: Options) -> None:
    """Serve until a signal; one that comes during the start ends that as well."""
    this = asyncio.current_task()
    assert this is not None  # noqa: S101  # we run in one
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, this.cancel)
    with suppress(asyncio.CancelledError):
        async with serving(options) as running:
            ready: dict[str, object] = {
                "ready": True,
                "api": running.api,
                "graph": running.graph,
                "storage": running.storage,
            }
            ready["next"] = f"export REVOKE_API={running.api}"  # to be typed where the command is to be used
            print(json.dumps(ready), flush=True)
            await running.lost()


def main(arguments: list[str]) -> int:
    """Run the command. All that the parts log goes to a file, so that the ready line stays the last on the screen."""
    options = parse(arguments)
    file, log = tempfile.mkstemp(prefix="revoker-serve-", suffix=".log")
    os.close(file)
    print(f"Storage, tenant and API start; they log to {log}", file=sys.stderr, flush=True)
    try:
        asyncio.run(_serve(replace(options, log=Path(log))))
    except (ChildFailedError, NotInstalledError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0
