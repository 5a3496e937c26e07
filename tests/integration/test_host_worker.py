"""What befalls a host, its worker and their messages, as in Azure."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from support.gatekeeper import gatekeeper
from support.hosting import APP, Host, hosting, until

from local.azurite.process import azurite

pytestmark = pytest.mark.asyncio(loop_scope="module")
GAVE_UP = 3
# No tick within the life of a test: a timer's call would time out beside the call that is watched, or fail with it.
NO_TICKS = {"TICKS": "0 0 0 1 1 *"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def storage() -> AsyncIterator[str]:
    """Return the connection string of an Azurite for all hosts here."""
    async with azurite() as emulator:
        yield emulator.connection_string


def app_with(folder: Path, *, timeout: str = "00:10:00", **queues: object) -> Path:
    """Return the app with other numbers in its host.json."""
    told = json.loads((APP / "host.json").read_bytes()) | {"functionTimeout": timeout}
    told["extensions"]["queues"] |= queues
    (folder / "host.json").write_text(json.dumps(told))
    (folder / "function_app.py").write_bytes((APP / "function_app.py").read_bytes())
    return folder


def logged(host: Host, event: str) -> list[dict[str, object]]:
    """Return what the host logged under one name."""
    lines = [json.loads(line) for line in host.log.read_text().splitlines() if line.startswith("{")]
    return [line for line in lines if line["message"] == event]


async def began(host: Host, entry: str) -> None:
    """Wait until the app has seen a message."""

    async def is_there() -> bool:
        return entry in (await host.seen())["work"]

    await until(is_there)


async def ended(host: Host) -> int:
    """Return the status with which the host ends by itself."""
    async with asyncio.timeout(60):  # on a machine that may be busy
        return await host.child.process.wait()


async def test_a_worker_that_dies_takes_every_call_with_it(storage: str, tmp_path: Path) -> None:
    """The neighbour of a deadly message and an HTTP call fail; both messages come back after visibilityTimeout."""
    app = app_with(tmp_path, visibilityTimeout="00:00:01")
    flags = {"app": app, "settings": NO_TICKS}
    async with hosting(storage, "deaths", tmp_path / "log", "--create-queues=yes", **flags) as host:
        await host.send("slow1.5")
        await began(host, "slow1.5 1")
        asking = asyncio.create_task(host.client.get(f"{host.api}/slow/5"))
        await asyncio.sleep(0.1)
        await host.send("deadly1")
        async with await asking as answer:
            assert answer.status == 500

        async def done() -> bool:
            return await host.left() == 0

        await until(done)
        assert ["deadly1 2", "slow1.5 2"] == sorted((await host.seen())["work"])
        assert [3] == [line["calls"] for line in logged(host, "worker_ended")]
        assert host.child.alive


async def test_a_call_that_takes_too_long_ends_its_worker(storage: str, tmp_path: Path) -> None:
    """A function that blocks can be stopped in no other way; at last its message is poison, and the host lives."""
    app = app_with(tmp_path, timeout="00:00:01", maxDequeueCount=3)
    flags = {"app": app, "settings": NO_TICKS}
    async with hosting(storage, "timeouts", tmp_path / "log", "--create-queues=yes", **flags) as host:
        await host.send("stuck60")

        async def poisoned() -> bool:
            return bool(logged(host, "queue_message_poisoned"))

        await until(poisoned, seconds=90)  # three starts of a worker, on a machine that may be busy
        timed_out = [line for line in logged(host, "function_timed_out") if line["function"] == "work"]
        assert (3, True) == (len(timed_out), host.child.alive)


async def test_the_third_death_stops_the_host(storage: str, tmp_path: Path) -> None:
    """In Azure the platform then starts another, whose worker meets the message again."""
    async with hosting(storage, "third", tmp_path / "log", "--create-queues=yes") as host:
        await host.send("deadly9")

        assert GAVE_UP == await ended(host)
        assert len(logged(host, "worker_ended")) == 3


async def test_a_host_that_may_not_read_its_queue_stops(storage: str, tmp_path: Path) -> None:
    """A 403 is no passing failure to the host, as while roles have not spread yet."""
    async with (
        gatekeeper(storage) as gate,
        hosting(gate.connection_string, "barred", tmp_path / "log", "--create-queues=yes") as host,
    ):
        await host.send("good")

        async def settled() -> bool:
            return await host.left() == 0

        await until(settled)  # else the refused deletion of the message may be what stops the host
        gate.refused.add("Queue")

        assert GAVE_UP == await ended(host)
        assert "no messages can be received" in str(logged(host, "host_stopped")[0]["why"])


async def test_a_host_that_may_not_delete_stops(storage: str, tmp_path: Path) -> None:
    """A message that was done comes back when its lease ends: the function must bear that."""
    async with (
        gatekeeper(storage) as gate,
        hosting(gate.connection_string, "undeleted", tmp_path / "log", "--create-queues=yes") as host,
    ):
        await host.send("slow1")
        await began(host, "slow1 1")
        gate.refused.add("Queue")

        assert GAVE_UP == await ended(host)
    async with hosting(storage, "undeleted", tmp_path / "log") as host:
        await began(host, "slow1 2")


async def test_a_drain_cancels_what_has_not_begun(storage: str, tmp_path: Path) -> None:
    """A message that waits for its worker when the host is told to end is released, one try the poorer."""
    slow = NO_TICKS | {"SLOW_START": "3"}
    async with hosting(storage, "drain", tmp_path / "log", "--create-queues=yes", settings=slow) as host:
        await host.send("deadly1")

        async def dead() -> bool:
            return bool(logged(host, "worker_ended"))

        await until(dead)
        await host.send("good")

        async def received() -> bool:
            return not await host.queue.peek_messages()

        await until(received)
        assert await host.child.stop() == 0
        [waiting] = [message for message in await host.queue.peek_messages(5) if message.dequeue_count == 1]
        assert waiting.dequeue_count == 1

    async with hosting(storage, "drain", tmp_path / "log") as host:
        await began(host, "good 2")
