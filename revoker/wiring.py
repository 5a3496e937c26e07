"""The one composition: settings become adapters, adapters become tools; built on first use, closed in order."""

import gc
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from revoker import log
from revoker.adapters.clock import SystemClock
from revoker.clouds import Storage
from revoker.core.errors import SettingError
from revoker.respond.policy import Policy, Tools
from revoker.respond.protect import Protection
from revoker.settings import Settings

if TYPE_CHECKING:
    from azure.data.tables.aio import TableServiceClient
    from azure.identity.aio import ManagedIdentityCredential
    from azure.storage.queue.aio import QueueServiceClient

    from revoker.adapters.graph.listings import MsGraphListings
    from revoker.adapters.graph.transport import GraphTransport
    from revoker.adapters.graph.users import MsGraphUsers
    from revoker.adapters.outbox import QueueOutbox
    from revoker.adapters.tables.ledger import TableLedger
    from revoker.adapters.tables.sweeps import TableSweeps


@dataclass(frozen=True, slots=True)
class App:
    """Everything a trigger needs, on real parts."""

    settings: Settings
    tools: Tools
    protection: Protection
    line: "GraphTransport"
    directory: "MsGraphUsers"
    tenant: "MsGraphListings"
    ledger: "TableLedger"
    outbox: "QueueOutbox"
    sweeps: "TableSweeps"
    credential: "ManagedIdentityCredential | None"

    async def close(self) -> None:
        """Close every connection."""
        for part in (self.line, self.ledger, self.outbox, self.credential):
            if part is not None:
                await part.close()


class Parts:
    """The process's one App: built on first use, closed when its event loop ends."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._life: AsyncGenerator[App] | None = None
        self._app: App | None = None

    async def app(self) -> App:
        """Return the app."""
        if self._app is None:
            self._life = self._live()
            self._app = await anext(self._life)
        return self._app

    async def _live(self) -> AsyncGenerator[App]:
        """Hold the app open; a loop that ends closes its generators, and the platform offers no other farewell."""
        app = build(self._settings)
        gc.freeze()  # eighty thousand objects of modules that stay: to scan them stops every lane for 20 ms each time
        try:
            yield app
        finally:
            await app.close()


def build(settings: Settings) -> App:
    """Return the app on real parts; raises SettingError without storage.

    Azure and Graph packages are imported here: they cost more than a second, and the host needs none of them to index
    the functions.
    """
    from revoker.adapters.graph.identity import SharedToken  # noqa: PLC0415 - see above
    from revoker.adapters.graph.listings import MsGraphListings  # noqa: PLC0415 - see above
    from revoker.adapters.graph.transport import GraphTransport  # noqa: PLC0415 - see above
    from revoker.adapters.graph.users import MsGraphUsers  # noqa: PLC0415 - see above
    from revoker.adapters.outbox import QueueOutbox  # noqa: PLC0415 - see above
    from revoker.adapters.tables.ledger import TableLedger  # noqa: PLC0415 - see above
    from revoker.adapters.tables.scans import TableScans  # noqa: PLC0415 - see above
    from revoker.adapters.tables.sweeps import TableSweeps  # noqa: PLC0415 - see above

    if settings.storage is None:
        raise SettingError("AzureWebJobsStorage is missing: a connection string, or __accountName for the identity.")
    log.silence_libraries()
    token = SharedToken(settings.client_id, settings.graph_scope)
    line = GraphTransport(settings.graph_endpoint, token, settings.graph_timeout)
    directory, tenant = MsGraphUsers(line), MsGraphListings(line)
    tables, queues, credential = _storage(settings.storage, settings.client_id)
    ledger, outbox, clock = TableLedger(tables), QueueOutbox(queues), SystemClock()
    tools = Tools(
        graph_users=directory,
        graph_listings=tenant,
        ledger=ledger,
        scans=TableScans(tables),
        outbox=outbox,
        clock=clock,
        policy=_policy(settings),
    )
    protection = Protection(settings.protected, directory, clock)
    return App(settings, tools, protection, line, directory, tenant, ledger, outbox, TableSweeps(tables), credential)


def _storage(
    storage: Storage, client_id: str | None
) -> "tuple[TableServiceClient, QueueServiceClient, ManagedIdentityCredential | None]":
    from azure.data.tables.aio import TableServiceClient  # noqa: PLC0415 - see build
    from azure.identity.aio import ManagedIdentityCredential  # noqa: PLC0415 - see build
    from azure.storage.queue.aio import QueueServiceClient  # noqa: PLC0415 - see build

    # Without this the transport looks for proxies and a netrc file at every request: half of an idle request's time.
    options: dict[str, Any] = {
        "use_env_settings": False,
        "connection_timeout": 5,
        "read_timeout": 10,
        "retry_total": 2,
    }
    # The queue client's own first pause is 15 s: longer than a caller of ours waits.
    patience: dict[str, Any] = {"initial_backoff": 1, "increment_base": 2, "random_jitter_range": 1}
    if storage.connection:
        tables = TableServiceClient.from_connection_string(storage.connection, **options)
        queues = QueueServiceClient.from_connection_string(storage.connection, **options, **patience)
        return tables, queues, None
    credential = ManagedIdentityCredential(client_id=client_id)
    tables = TableServiceClient(str(storage.table_endpoint), credential=credential, **options)
    queues = QueueServiceClient(str(storage.queue_endpoint), credential=credential, **options, **patience)
    return tables, queues, credential


def _policy(settings: Settings) -> Policy:
    return Policy(
        quota=settings.quota,
        patience=settings.patience,
        verify_delays=settings.verify_delays,
        clock_skew=settings.clock_skew,
        heal_after=settings.heal_after,
        approval_above=settings.approval_above,
    )


def is_outage(error: Exception) -> bool:
    """Tell whether storage did not answer, or answered that it cannot: the caller may ask again."""
    from azure.core.exceptions import HttpResponseError, ServiceRequestError, ServiceResponseError  # noqa: PLC0415 - see build

    status = error.status_code if isinstance(error, HttpResponseError) else None
    return isinstance(error, ServiceRequestError | ServiceResponseError) or (status or 0) >= 500
