"""What preflight costs: Graph limits reads by the second, and an operator looks at it again and again."""

import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest
import pytest_asyncio
from support.company import World
from support.live import Tenant

from local.children import Child
from local.serve import ROOT
from local.tenant import people
from revoker.adapters.graph.identity import SharedToken
from revoker.adapters.graph.listings import MsGraphListings
from revoker.adapters.graph.transport import GraphTransport
from revoker.adapters.graph.users import MsGraphUsers
from revoker.core.federation import Compromise
from revoker.respond.show.preflight import preflight

PROTECTED = ("breakglass1@contoso.com", "breakglass2@contoso.com")


@pytest_asyncio.fixture
async def large() -> AsyncIterator[Tenant]:
    """Run a tenant of 3,000 users with all its roles."""
    child = await Child.start(
        "The tenant", [sys.executable, "-m", "local.tenant", "--users=3000", "--population=mixed"], cwd=ROOT, log=None
    )
    said = await child.announced()
    async with aiohttp.ClientSession() as client:
        yield Tenant(str(said["graph"]).removesuffix("/v1.0"), client)
    await child.stop()


async def test_preflight_takes_few_requests(large: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """At most fifteen for 3,000 users and forty roles, with groups among the holders."""
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{large.root}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "local")
    token = SharedToken(None, "https://graph.microsoft.com/.default")
    transport = GraphTransport(large.root, token, timedelta(seconds=5))
    listings = MsGraphListings(transport)
    roles = await listings.defined_roles()
    assert isinstance(roles, tuple)
    stand_ins = World().tools
    tools = replace(stand_ins, graph_users=MsGraphUsers(transport), graph_listings=listings)
    before = (await large.journal())["requests"]
    shown = await preflight(Compromise(), PROTECTED, tools)
    asked = (await large.journal())["requests"] - before
    await transport.close()

    users = shown["users"]
    assert 3000 == users["total"] == users["members"] + users["guests"] + users["untyped"]  # type: ignore[index]
    assert users["untyped"] > 0  # type: ignore[index]
    assert {"id": people.TENANT_ID, "domain": people.DOMAIN} == shown["tenant"]
    assert len(roles) >= 40
    assert asked <= 15
