"""The whole of it on real parts: the embedded host, Azurite and the simulated tenant, each a process of its own."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from azure.data.tables.aio import TableClient
from support.live import SELDOM, Api, Tenant

from local.serve import Options, Running, serving

SETTINGS = {
    "REVOKER_AUTH": "easyauth",
    "REVOKER_PROTECTED": "breakglass1@contoso.com, 6f1d0b7a-93c4-4e25-8a6e-0d5b2c71f908",
    "REVOKER_VERIFY_DELAYS": "1,1,2",
    "REVOKER_APPROVAL_ABOVE": "1000",
    **SELDOM,
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """Run everything once for a module, and no longer: an idle host polls its queues ten times a second each."""
    log = tmp_path_factory.mktemp("e2e") / "children.log"
    async with serving(Options(users=600, write_burst=3000, write_rate=200, settings=SETTINGS, log=log)) as everything:
        yield everything


async def forget_the_pace(storage: str) -> None:
    """Let the app's idea of the quota begin anew, as the tenant's does: refusals of an earlier test hold up nobody."""
    async with TableClient.from_connection_string(storage, "ledger") as table:
        await table.delete_entity("pace", "write")


@pytest_asyncio.fixture
async def tenant(running: Running) -> AsyncIterator[Tenant]:
    """Return the tenant, as new."""
    async with aiohttp.ClientSession() as client:
        made = Tenant(running.root, client)
        await made.control(reset=True, replicationMs=0, latencyMs=0)
        await forget_the_pace(running.storage)
        yield made


@pytest_asyncio.fixture
async def api(running: Running) -> AsyncIterator[Api]:
    """Return the API, asked by somebody who may do everything."""
    async with aiohttp.ClientSession() as client:
        yield Api(running.api, client)
