"""The parts that `serve` starts, each by its own command."""

import importlib
import shutil
import sys
from contextlib import suppress
from dataclasses import dataclass

from azure.core.exceptions import ResourceExistsError
from azure.data.tables.aio import TableServiceClient

from local.children import Child, ChildFailedError
from local.loopback import free_ports
from local.options import ROOT, Options
from local.package import surroundings


@dataclass(frozen=True, slots=True)
class Host:
    """A host that serves, the address of its API, and the process that holds the app, where that is known."""

    child: Child
    api: str
    worker_pid: int | None


async def start_tenant(options: Options) -> Child:
    """Start the simulated tenant; it is of use once it has announced itself."""
    command = [sys.executable, "-m", "local.tenant", "--port=0", *options.tenant_flags()]
    return await Child.start("The tenant", command, cwd=ROOT, log=options.log)


async def start_embedded(options: Options, env: dict[str, str], port: int, *, deploy: bool) -> Host:
    """Start the host of this package; the first one creates the queues as well, which in Azure a deployment does."""
    flags = [*options.host_flags(), f"--port={port}", f"--create-queues={'yes' if deploy else 'no'}"]
    place = surroundings(options.app)
    command = [place.python, "-m", "local.host", *flags]
    env |= place.environment
    child = await Child.start("The host", command, env=env, cwd=place.folder, log=options.log)
    said = await child.announced()
    return Host(child, str(said["api"]), int(said["worker"]))


async def start_func(options: Options, env: dict[str, str], port: int, *, deploy: bool) -> Host:
    """Start the real host of Core Tools (written by its documentation; no test runs it)."""
    if not shutil.which("func"):
        raise ChildFailedError("HOST=func asks for Azure Functions Core Tools, and there is no func on the PATH.")
    if deploy:
        command = [sys.executable, "-m", "local.host", f"--app={options.app}", "--port=0", "--create-queues=only"]
        await (await Child.start("Queue creation", command, env=env, cwd=ROOT, log=options.log)).announced()
    port = port or free_ports(1)[0]
    env |= {"FUNCTIONS_WORKER_RUNTIME": "python", "languageWorkers__python__defaultExecutablePath": sys.executable}
    child = await Child.start("func", ["func", "start", "--port", str(port)], env=env, cwd=options.app, log=options.log)
    await child.listening(port)
    return Host(child, f"http://127.0.0.1:{port}/api", None)


async def create_tables(storage: str) -> None:
    """Create the app's tables, which a deployment declares in Azure."""
    try:
        names = importlib.import_module("revoker.settings").TABLES
    except (ImportError, AttributeError):
        return
    async with TableServiceClient.from_connection_string(storage) as service:
        for name in names:
            with suppress(ResourceExistsError):
                await service.create_table(name)
