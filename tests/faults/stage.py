"""Where scenarios are played: storage with its data on disk, the tenant, and the mortal app in the embedded host.

One set serves many scenarios. Times are Azure's, shortened in proportion: a lease is 2 s instead of 600, healing
comes after 5 s instead of 900, a failed message is delivered again after 1 s instead of 30.
"""

import asyncio
import json
import os
import shutil
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import aiohttp
from azure.data.tables.aio import TableServiceClient
from azure.storage.queue.aio import QueueServiceClient
from cast import PROTECTED, TENANT_SEED, USERS
from identities import BURST, CLIENT_IDS, RATE, TENANT_BURST, TENANT_RATE
from misfortune import Doom, Mail
from support.live import Api, Tenant

from local.children import ChildFailedError
from local.serve import ROOT, Options, Running, serving
from revoker.core.message import Queue

LEASE_SECONDS = 2
SETTINGS = {
    "REVOKER_AUTH": "easyauth",
    "REVOKER_PROTECTED": PROTECTED,
    "REVOKER_VERIFY_DELAYS": "1,1,2",
    "REVOKER_HEAL_AFTER_SECONDS": "5",
    "REVOKER_GRAPH_TIMEOUT_SECONDS": "3",
}
POOL_SETTINGS = {
    "REVOKER_WRITE_BURST": f"{BURST}",
    "REVOKER_WRITE_RATE": f"{RATE}",
    "REVOKER_TENANT_BURST": f"{TENANT_BURST}",
    "REVOKER_TENANT_RATE": f"{TENANT_RATE}",
    "REVOKER_HEAL_AFTER_SECONDS": "8",  # azure-identity asks for 5 s before it says that there is no token
}
_ONE = {"writeBurst": 3000, "writeRate": 1000}
_POOL = {"writeBurst": BURST, "writeRate": RATE}
QUEUES = tuple(name for queue in Queue for name in (queue.value, queue.poison))


class Stage:
    """Everything that runs, and the hands that break it."""

    def __init__(
        self,
        running: Running,
        orders: Path,
        client: aiohttp.ClientSession,
        queues: QueueServiceClient,
        tables: TableServiceClient,
    ) -> None:
        self.running, self._orders, self._queues, self._tables = running, orders, queues, tables
        self.api, self.tenant = Api(running.api, client), Tenant(running.root, client)
        self.broken: Counter[str] = Counter()  # what was done, over all scenarios
        self._told: dict[str, object] = {}
        self._storage_up = asyncio.Event()
        self._storage_up.set()
        self._lines: list[dict[str, object]] = []
        self._dooms = 0
        self._second: Running | None = None
        self._single = running.options
        self._wanted = self._started_with = running.options

    async def begin(self, doom: Doom | None, mail: Mail | None, skew: int, *, has_pool: bool = False) -> None:
        """Make everything as new, and tell the app what is to befall it."""
        await self.use(CLIENT_IDS if has_pool else ())
        await self.tenant.control(reset=True, replicationMs=0, **(_POOL if has_pool else _ONE))
        await self.tenant.faults("none", 0)
        await self._tables.get_table_client("ledger").delete_entity("pace", "write")
        self._lines.clear()
        self._dooms = doom.times if doom else 0
        point = {"point": doom.point, "when": doom.when, "nth": doom.nth} if doom else None
        self.order(doom=point, post=vars_of(mail), skew=skew)

    async def use(self, identities: tuple[str, ...]) -> None:
        """Let the host hold these identities, which takes a start of it; none is the one without a name."""
        pool = POOL_SETTINGS | {"REVOKER_IDENTITIES": ",".join(identities)} if identities else {}
        wanted = replace(self._single, settings={**self._single.settings, **pool})
        if wanted == self._wanted:
            return
        self.broken["starts with other identities"] += 1
        self._wanted = self.running.options = wanted
        await self.kill()
        while True:
            if self._started_with == wanted and self.running.host and self.running.host.alive:
                return
            await asyncio.sleep(0.05)

    async def script(self, line: dict[str, object]) -> None:
        """Add to what is to happen to the tenant's next answers."""
        self._lines.append(line)
        await self.tenant.script(*self._lines)

    async def soothe(self) -> None:
        """Let the tenant be well again."""
        await self.tenant.faults("none", 0)
        await self.tenant.script()

    async def pardon(self) -> None:
        """Let the app live, alone, and its queues work; the clock stays as wrong as it is."""
        self.order(doom=None, post=None)
        if self._second:
            await self._second.stop_host()
            self._second = None

    def order(self, **changes: object) -> None:
        """Change the app's orders, whole or not at all."""
        self._told |= changes
        fresh = self._orders.with_suffix(".new")
        fresh.write_text(json.dumps(self._told))
        fresh.replace(self._orders)

    async def keep_alive(self) -> None:
        """Start the host again whenever it dies; it cannot start while storage is away."""
        while True:
            assert self.running.host is not None
            await self.running.host.process.wait()
            if self._started_with == self._wanted:
                self._count_death()
            await self.running.host.kill()
            while not self.running.host.alive:
                await self._storage_up.wait()
                with suppress(ChildFailedError):  # storage may leave while it starts
                    await self._start()

    def _count_death(self) -> None:
        self.broken["host deaths"] += 1
        self._dooms -= 1
        if self._dooms <= 0:
            self.order(doom=None)

    async def _start(self) -> None:
        """Start the host with the identities that are wanted, which may change meanwhile."""
        assert self.running.host is not None
        while True:
            wanted = self._wanted
            await self.running.start_host()
            if wanted == self._wanted:
                break
            await self.running.host.kill()  # a host that drains answers 500 to calls that came meanwhile
        self._started_with = wanted

    async def scale_out(self) -> None:
        """Start a second instance on the same storage."""
        self.broken["second instances"] += 1
        second = Running(self.running.options)
        second.graph, second.storage = self.running.graph, self.running.storage
        await self._storage_up.wait()
        with suppress(ChildFailedError):  # storage may leave while it starts
            await second.start_host()
            self._second = second

    async def kill(self) -> None:
        """Kill the host."""
        assert self.running.host is not None
        if self.running.host.alive:
            os.kill(self.running.host.pid, signal.SIGKILL)

    async def freeze(self, seconds: float) -> None:
        """Let the host stand still."""
        host = self.running.host
        assert host is not None
        self.broken["freezes"] += 1
        for number in (signal.SIGSTOP, signal.SIGCONT):
            host.signal_group(number)
            await asyncio.sleep(seconds if number is signal.SIGSTOP else 0)

    async def storage_outage(self, seconds: float) -> None:
        """Stop storage and start it again with its data."""
        azurite = self.running.azurite
        assert azurite is not None
        self.broken["storage outages"] += 1
        self._storage_up.clear()
        await azurite.stop()
        await asyncio.sleep(seconds)
        await azurite.start()
        self._storage_up.set()

    async def put(self, queue: str, text: str) -> None:
        """Put a text on a queue as it is."""
        self.broken["foreign messages"] += 1
        await self._queues.get_queue_client(queue).send_message(text)

    async def left(self) -> dict[str, int]:
        """Count the messages in every queue, the invisible ones too; empty queues are left out."""
        return {queue: count for queue in QUEUES if (count := await self._count(queue))}

    async def poison_kept(self) -> set[str]:
        """Return the bodies of the messages that the ledger keeps because nobody understood them."""
        rows = self._tables.get_table_client("ledger").query_entities("PartitionKey eq 'poison'")
        return {row["body"].decode() async for row in rows}

    async def _count(self, queue: str) -> int:
        try:
            properties = await self._queues.get_queue_client(queue).get_queue_properties()
        except Exception as error:
            if getattr(error, "status_code", None) == 404:
                return 0
            raise
        return properties.approximate_message_count or 0


def vars_of(mail: Mail | None) -> dict[str, object] | None:
    """Return a bad postman's habits as the app reads them."""
    return {"seed": mail.seed, "lost": mail.lost, "twice": mail.twice, "late": mail.late} if mail else None


@asynccontextmanager
async def stage(folder: Path, log: Path) -> AsyncIterator[Stage]:
    """Run everything for the length of a block."""
    app, data, orders = folder / "app", folder / "data", folder / "orders.json"
    for made in (app, data):
        made.mkdir()
    shutil.copy(ROOT / "tests" / "fixtures" / "mortal" / "function_app.py", app)
    host = json.loads((ROOT / "host.json").read_bytes())
    # Ten looks a second at each of eight queues cost an idle host and its storage a sixth of a core: look less often.
    host["extensions"]["queues"] |= {"visibilityTimeout": "00:00:01", "maxPollingInterval": "00:00:00.400"}
    (app / "host.json").write_text(json.dumps(host))
    orders.write_text(json.dumps({"doom": None, "post": None, "skew": 0}))
    settings = SETTINGS | {"MORTAL_ROOT": str(ROOT), "MORTAL_ORDERS": str(orders)}
    options = Options(
        users=USERS,
        seed=TENANT_SEED,
        write_rate=1000,
        settings=settings,
        app=app,
        lease_seconds=LEASE_SECONDS,
        lock_seconds=1,
        data=data,
        log=log,
    )
    async with (
        serving(options) as running,
        aiohttp.ClientSession() as client,
        QueueServiceClient.from_connection_string(running.storage) as queues,
        TableServiceClient.from_connection_string(running.storage) as tables,
    ):
        made_stage = Stage(running, orders, client, queues, tables)
        alive = asyncio.create_task(made_stage.keep_alive())
        try:
            yield made_stage
        finally:
            alive.cancel()
            await asyncio.gather(alive, return_exceptions=True)
