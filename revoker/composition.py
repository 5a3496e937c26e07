"""The one composition: settings become clients, clients become adapters, adapters become what the use cases ask for."""

from typing import Any

from azure.data.tables.aio import TableServiceClient
from azure.storage.queue.aio import QueueServiceClient

from revoker import log
from revoker.adapters.clock import SystemClock
from revoker.adapters.graph.identity import SharedToken
from revoker.adapters.graph.listings import MsGraphListings
from revoker.adapters.graph.transport import GraphTransport
from revoker.adapters.graph.users import MsGraphUsers
from revoker.adapters.outbox import QueueOutbox
from revoker.adapters.tables.ledger import TableLedger
from revoker.adapters.tables.scans import TableScans
from revoker.adapters.tables.sweeps import TableSweeps
from revoker.app import App, Closable
from revoker.clouds import Storage
from revoker.core.errors import SettingError
from revoker.respond.policy import Policy, Tools
from revoker.respond.protect import Protection
from revoker.settings import Settings

_OPTIONS: dict[str, Any] = {
    # Else the transport looks for proxies and a netrc file at every request: half of an idle request's time.
    "use_env_settings": False,
    "connection_timeout": 5,
    "read_timeout": 10,
    "retry_total": 2,
}
_STORAGE_SCOPE = "https://storage.azure.com/.default"  # the same in every cloud
# The queue client's own first pause is 15 s: longer than a caller of ours waits.
_QUEUE_PAUSES: dict[str, Any] = {"initial_backoff": 1, "increment_base": 2, "random_jitter_range": 1}

type Services = tuple[TableServiceClient, QueueServiceClient, tuple[Closable, ...]]


def compose(settings: Settings) -> App:
    """Return the app on real parts; raises SettingError without storage."""
    if settings.storage is None:
        raise SettingError("AzureWebJobsStorage is missing: a connection string, or __accountName for the identity.")
    log.silence_libraries()
    transports = _transports(settings)
    transport = transports[settings.pool.first]
    tables, queues, credentials = _services(settings.storage, settings.client_id)
    ledger, outbox = TableLedger(tables), QueueOutbox(queues)
    tools = Tools(
        graph_users=MsGraphUsers(transport, transports),
        graph_listings=MsGraphListings(transport),
        ledger=ledger,
        scans=TableScans(tables),
        outbox=outbox,
        clock=SystemClock(),
        policy=_policy(settings),
    )
    return App(
        settings=settings,
        tools=tools,
        protection=Protection(settings.protected, tools.graph_users, tools.ledger, tools.clock),
        sweeps=TableSweeps(tables),
        clients=(*transports.values(), ledger, outbox, *credentials),
    )


def _transports(settings: Settings) -> dict[str, GraphTransport]:
    """Return a way to Graph for each identity of the pool, with a token and connections of its own."""
    made: dict[str, GraphTransport] = {}
    for identity in settings.pool.identities:
        token = SharedToken(identity or None, settings.graph_scope)
        made[identity] = GraphTransport(settings.graph_endpoint, token, settings.graph_timeout)
    return made


def _services(storage: Storage, client_id: str | None) -> Services:
    """Return the clients of tables and queues: by connection string on a laptop, by the identity in Azure."""
    if storage.connection:
        return (
            TableServiceClient.from_connection_string(storage.connection, **_OPTIONS),
            QueueServiceClient.from_connection_string(storage.connection, **_OPTIONS, **_QUEUE_PAUSES),
            (),
        )
    credential = SharedToken(client_id, _STORAGE_SCOPE)
    return (
        TableServiceClient(str(storage.table_endpoint), credential=credential, **_OPTIONS),
        QueueServiceClient(str(storage.queue_endpoint), credential=credential, **_OPTIONS, **_QUEUE_PAUSES),
        (credential,),
    )


def _policy(settings: Settings) -> Policy:
    return Policy(
        pool=settings.pool,
        patience=settings.patience,
        verify_delays=settings.verify_delays,
        clock_skew=settings.clock_skew,
        heal_after=settings.heal_after,
        approval_above=settings.approval_above,
        caller_slots=settings.caller_slots,
    )
