"""The app's functions, by trigger, and the loops that call them."""

import os
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass

from azure.core.exceptions import ResourceExistsError
from azure.data.tables.aio import TableClient
from azure.storage.queue.aio import QueueServiceClient

from local.host.delivery import Delivery
from local.host.fate import Rule
from local.host.host_table import TABLE, ListenerLock, StatusStore
from local.host.invocation import AppError, Function
from local.host.lifetime import Lifetime
from local.host.queues import QueueListener
from local.host.settings import QueueSettings, expand
from local.host.timers import Timer
from local.host.worker import Worker

HTTP, QUEUE, TIMER = "httpTrigger", "queueTrigger", "timerTrigger"
STORAGE = "AzureWebJobsStorage"


def by_trigger(functions: Iterable[Function]) -> Mapping[str, Sequence[Function]]:
    """Sort the functions by their triggers; raises AppError for a trigger that this host does not imitate."""
    found: dict[str, list[Function]] = {HTTP: [], QUEUE: [], TIMER: []}
    for function in functions:
        if function.trigger["type"] not in found:
            raise AppError(f"{function.name}: the embedded host knows no {function.trigger['type']}.")
        found[function.trigger["type"]].append(function)
    return found


@dataclass(frozen=True, slots=True)
class Loops:
    """Makes the loops; the clients that they share close with the stack."""

    worker: Worker
    lifetime: Lifetime
    stack: AsyncExitStack

    async def queues(
        self, functions: Iterable[Function], settings: QueueSettings, lease: int
    ) -> Sequence[QueueListener]:
        """Make a listener a function; the queues of one connection share a client, and with it its sockets."""
        services: dict[str, QueueServiceClient] = {}
        listeners = []
        for function in functions:
            connection = function.trigger["connection"]
            if connection not in services:
                services[connection] = await self._service(connection)
            rule = Rule(expand(function.trigger["queueName"]), settings.max_dequeue_count)
            queue = services[connection].get_queue_client(rule.queue)
            delivery = Delivery(
                function, rule, settings, services[connection], queue, lease, self.worker, self.lifetime
            )
            listeners.append(QueueListener(delivery))
        return listeners

    async def timers(self, functions: Sequence[Function], lock_seconds: float) -> Sequence[Timer]:
        """Make the timers; without any, storage is not asked."""
        if not functions:
            return []
        table = await self._table()
        store, this_host = StatusStore(table), str(uuid.uuid4())
        timers = []
        for function in functions:
            lock = ListenerLock(table, function.name, this_host, lock_seconds)
            timers.append(Timer(function, self.worker, self.lifetime, store, lock))
        return timers

    async def _service(self, connection: str) -> QueueServiceClient:
        client = QueueServiceClient.from_connection_string(
            _connection_string(connection),
            initial_backoff=1,  # the client's own is a quarter of a minute
            increment_base=2,
            random_jitter_range=1,
            use_env_settings=False,  # looking for proxies on every call is half of what an idle poll costs
        )
        return await self.stack.enter_async_context(client)

    async def _table(self) -> TableClient:
        client = TableClient.from_connection_string(_connection_string(STORAGE), TABLE, use_env_settings=False)
        table = await self.stack.enter_async_context(client)
        with suppress(ResourceExistsError):
            await table.create_table()
        return table


def _connection_string(setting: str) -> str:
    if setting not in os.environ:
        raise AppError(f"{setting} is not set; here it must be a storage connection string.")
    return os.environ[setting]
