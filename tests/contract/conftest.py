"""The real parts that contract tests run against: one Azurite and one tenant for all of them."""

import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import aiohttp
import pytest
import pytest_asyncio
from azure.core.exceptions import ResourceExistsError
from azure.data.tables.aio import TableServiceClient
from azure.storage.queue.aio import QueueServiceClient
from support.fake_scans import FakeScans
from support.fakes import FakeLedger
from support.live import POPULATION, USERS, Tenant
from support.tenant_truth import GRANTED, Truth, read_truth, stand_in

from local.azurite.process import azurite
from local.children import Child
from local.serve import ROOT
from revoker.adapters.graph.identity import SharedToken
from revoker.adapters.graph.listings import MsGraphListings
from revoker.adapters.graph.transport import GraphTransport
from revoker.adapters.graph.users import MsGraphUsers
from revoker.adapters.tables.ledger import TableLedger
from revoker.adapters.tables.scans import TableScans
from revoker.ports.graph import GraphListings
from revoker.ports.ledger import Ledger
from revoker.ports.scans import Scans
from revoker.settings import TABLES


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def storage() -> AsyncIterator[str]:
    """Return the connection string of a running Azurite with the app's tables."""
    async with azurite() as emulator:
        async with TableServiceClient.from_connection_string(emulator.connection_string) as service:
            for name in TABLES:
                with suppress(ResourceExistsError):
                    await service.create_table(name)
        yield emulator.connection_string


@pytest_asyncio.fixture(params=["fake", "tables"])
async def ledger(request: pytest.FixtureRequest, storage: str) -> AsyncIterator[Ledger]:
    """Return each ledger there is."""
    if request.param == "fake":
        yield FakeLedger()
        return
    service = TableServiceClient.from_connection_string(storage)
    made = TableLedger(service)
    yield made
    await made.close()


@pytest.fixture
def scans(ledger: Ledger) -> Scans:
    """Return the scans that are kept beside each ledger."""
    return FakeScans(ledger) if isinstance(ledger, FakeLedger) else TableScans(ledger._service)


@pytest_asyncio.fixture
async def queues(storage: str) -> AsyncIterator[QueueServiceClient]:
    """Return the queue service."""
    async with QueueServiceClient.from_connection_string(storage) as service:
        yield service


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def tenant_root() -> AsyncIterator[str]:
    """Run a tenant for all contract tests."""
    command = [sys.executable, "-m", "local.tenant", f"--users={USERS}", f"--population={POPULATION}"]
    child = await Child.start("The tenant", command, cwd=ROOT, log=None)
    said = await child.announced()
    yield str(said["graph"]).removesuffix("/v1.0")
    await child.stop()


@pytest_asyncio.fixture
async def tenant(tenant_root: str) -> AsyncIterator[Tenant]:
    """Return the tenant, as new."""
    async with aiohttp.ClientSession() as client:
        made = Tenant(tenant_root, client)
        await made.control(reset=True)
        yield made


@pytest_asyncio.fixture
async def transport(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[GraphTransport]:
    """Return the real way to the tenant, with the real managed identity."""
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{tenant.root}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "local")
    token = SharedToken(None, "https://graph.microsoft.com/.default")
    made = GraphTransport(tenant.root, token, timedelta(seconds=1))
    yield made
    await made.close()


@pytest.fixture
def directory(transport: GraphTransport) -> MsGraphUsers:
    """Return the real Graph adapter."""
    return MsGraphUsers(transport)


@pytest.fixture(scope="session")
def truth() -> Truth:
    """Return what the tenant holds."""
    return read_truth()


@pytest_asyncio.fixture(params=["fake", "graph"])
async def listings(
    request: pytest.FixtureRequest, truth: Truth, tenant: Tenant, transport: GraphTransport
) -> GraphListings:
    """Return each way to ask about a tenant: the stand-in, and the real adapter over HTTP."""
    if request.param == "fake":
        return stand_in(truth)
    await tenant.control(roles=list(GRANTED), federation="managed")
    return MsGraphListings(transport)
