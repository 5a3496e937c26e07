"""The real adapter on groups: who is in one is asked plainly, whatever the index of advanced queries knows."""

import pytest
from support.live import Tenant as Simulated
from support.tenant_truth import GRANTED, GROUPS, LISTED, Truth

from local.tenant import memberships, people
from revoker.adapters.graph.listings import MsGraphListings
from revoker.adapters.graph.transport import GraphTransport
from revoker.core.directory_user import DirectoryUser
from revoker.core.graph_answer import GraphAnswer
from revoker.core.source import Kind, Source
from revoker.ports.graph import RoleHolders
from revoker.ports.page import Page

FINANCE = Source(Kind.GROUP, memberships.FINANCE)
NOWHERE = "b0e1c5a4-1d3f-4a68-9c27-5e8f0d1a2bff"
MIXED = Source(Kind.GROUP, memberships.MIXED)


@pytest.fixture
def asked(transport: GraphTransport) -> MsGraphListings:
    """Return the real adapter."""
    return MsGraphListings(transport)


async def listed(asked: MsGraphListings, source: Source) -> list[DirectoryUser]:
    """Return the users of a source, from all of its pages."""
    page = await asked.page(source, None)
    assert isinstance(page, Page)
    found = [*page.rows]
    while page.cursor:
        page = await asked.page(source, page.cursor)
        assert isinstance(page, Page)
        found += page.rows
    return found


def shown(seen: DirectoryUser) -> tuple[object, ...]:
    """Return what the directory shows of a user, but for the date, which is another in each tenant."""
    return seen.id, seen.user_principal_name, seen.external_reason, seen.on_premises_domain, seen.conflicting


async def test_a_member_that_the_index_does_not_know_is_listed(tenant: Simulated, asked: MsGraphListings) -> None:
    """An account that was added a minute ago is in the run; the count alone, from the index, does not know it yet."""
    await tenant.control(roles=list(GRANTED), unindexed=[people.ALICE.upn])
    found = await listed(asked, FINANCE)

    assert people.ALICE.id in {seen.id for seen in found}
    assert len(found) - 1 == await asked.count(FINANCE)


async def test_a_holder_that_the_index_does_not_know_is_a_holder(
    tenant: Simulated, asked: MsGraphListings, truth: Truth
) -> None:
    """An intruder that has just joined a group with a role is a privileged user."""
    await tenant.control(roles=list(GRANTED), unindexed=[people.GAIL.upn])
    found = await asked.role_holders(None)

    assert isinstance(found, RoleHolders)
    assert people.GAIL.id in truth.holders()
    assert truth.holders() == found.ids


@pytest.mark.parametrize("select", ["shows", "omits", "refuses"])
@pytest.mark.parametrize("group", GROUPS)
async def test_members_are_known_whole_however_they_are_shown(
    tenant: Simulated, asked: MsGraphListings, truth: Truth, group: str, select: str
) -> None:
    """Whether a plain listing shows where a user signs in is undocumented: one shown in part is read by its id."""
    await tenant.control(roles=list(GRANTED), plainSelect=select, pageSize=30)
    source = Source(Kind.GROUP, group)

    found = await listed(asked, source)

    assert {shown(seen) for seen in truth.listed[source]} == {shown(seen) for seen in found}
    assert len(truth.listed[source]) == len(found)
    assert all(seen.sessions_valid_from for seen in found)


@pytest.mark.parametrize(
    ("status", "expected"), [(404, (None, "not_replicated")), (503, (503, None)), (403, (403, None))]
)
async def test_a_member_that_cannot_be_read_stops_the_page(
    tenant: Simulated, asked: MsGraphListings, status: int, expected: tuple[int | None, str | None]
) -> None:
    """It is never left out unsaid: the page is asked for again, or given up in a sentence."""
    await tenant.control(roles=list(GRANTED), plainSelect="omits")
    await tenant.script({"match": f"GET /users/{people.BEN.id}", "times": 1, "status": status})
    answer = await asked.page(MIXED, None)

    assert isinstance(answer, GraphAnswer)
    assert expected == (answer.status, answer.fault)


async def test_a_member_of_an_unknown_type_may_be_a_user(tenant: Simulated, asked: MsGraphListings) -> None:
    """Reading it tells: what is no user is left out, and holds up no other."""
    await tenant.control(roles=list(GRANTED))
    robots = [{"@odata.type": "#microsoft.graph.robot", "id": name} for name in (NOWHERE, people.BEN.id)]
    await tenant.script({"match": "/transitiveMembers", "times": 1, "status": 200, "body": {"value": robots}})

    assert [people.BEN.id] == [seen.id for seen in await listed(asked, MIXED)]


@pytest.mark.parametrize("source", LISTED, ids=str)
async def test_an_empty_page_is_no_end(tenant: Simulated, asked: MsGraphListings, truth: Truth, source: Source) -> None:
    """A page may hold no row and lead to the next all the same."""
    await tenant.control(roles=list(GRANTED), emptyPages=True)

    assert [seen.id for seen in truth.listed[source]] == [seen.id for seen in await listed(asked, source)]
    assert len(truth.listed[source]) == await asked.count(source)


async def test_holders_behind_empty_pages(tenant: Simulated, asked: MsGraphListings, truth: Truth) -> None:
    """Assignments, eligibility and memberships are read to their ends too."""
    await tenant.control(roles=list(GRANTED), emptyPages=True)
    found = await asked.role_holders(None)

    assert isinstance(found, RoleHolders)
    assert truth.holders() == found.ids
