"""How the embedded host begins and ends, in good order and otherwise."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from support.hosting import hosting, until

from local.azurite.process import azurite
from local.children import ChildFailedError

pytestmark = pytest.mark.asyncio(loop_scope="module")

BROKEN_APPS = {
    "no_such_package": "import no_such_package",
    "top level function app": "x = 1",
    "no blobTrigger": """
import azure.functions as func
app = func.FunctionApp()
@app.blob_trigger(arg_name="blob", path="any", connection="AzureWebJobsStorage")
def look(blob: func.InputStream) -> None: ...
""",
    "FunctionLoadError: cannot load the answer function": """
import azure.functions as func
app = func.FunctionApp()
@app.route(route="any")
def answer(request: func.HttpRequest) -> str: ...
""",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def storage() -> AsyncIterator[str]:
    """Return the connection string of an Azurite for all hosts here."""
    async with azurite() as emulator:
        yield emulator.connection_string


async def test_a_queue_may_come_later(storage: str, tmp_path: Path) -> None:
    """A listener waits for its queue, and a poison queue is made when the first message needs it."""
    async with hosting(storage, "late", tmp_path / "log") as host:
        await asyncio.sleep(0.3)
        await host.queue.create_queue()
        await host.send("good", "bad")

        async def arrived() -> bool:
            return (await host.seen())["poison"] == ["bad"]

        await until(arrived)
        assert "good 1" in (await host.seen())["work"]


async def test_asked_to_end_the_host_lets_functions_finish(storage: str, tmp_path: Path) -> None:
    """What runs at SIGTERM is done and deleted before the process ends with status 0."""
    async with hosting(storage, "ending", tmp_path / "log", "--create-queues=yes") as host:
        await host.send("slow1")

        async def begun() -> bool:
            return (await host.seen())["work"] == ["slow1 1"]

        await until(begun)
        assert await host.child.stop() == 0
        assert await host.left() == 0


async def test_a_killed_hosts_message_comes_back(storage: str, tmp_path: Path) -> None:
    """When its lease has ended, the next host gets it, counted as another try."""
    async with hosting(storage, "killed", tmp_path / "log", "--create-queues=yes") as host:
        await host.send("slow0.5")

        async def begun() -> bool:
            return (await host.seen())["work"] == ["slow0.5 1"]

        await until(begun)
        await host.child.kill()

    async with hosting(storage, "killed", tmp_path / "log") as host:

        async def again() -> bool:
            return (await host.seen())["work"] == ["slow0.5 2"]

        await until(again)


@pytest.mark.parametrize("complaint", BROKEN_APPS)
async def test_an_app_that_cannot_be_served_says_why(storage: str, tmp_path: Path, complaint: str) -> None:
    """A failed import, no app, a trigger not imitated, a parameter that fits no binding: all end the start."""
    (tmp_path / "host.json").write_text('{"version": "2.0"}')
    (tmp_path / "function_app.py").write_text(BROKEN_APPS[complaint])

    with pytest.raises(ChildFailedError, match=complaint):
        async with hosting(storage, "none", tmp_path / "log", app=tmp_path):
            pass
