"""What every tenant promises, held against the stand-in and, over HTTP, against the real adapter alike."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from support.fake_graph_listings import FakeGraphListings
from support.fakes import FakeClock, FakeGraphUsers
from support.live import USERS, Tenant as Simulated

from local.tenant import memberships, people
from local.tenant.tokens import DEFAULT_ROLES
from local.tenant.visitor import ADVANCED, Visitor
from revoker.adapters.graph.listings import MsGraphListings
from revoker.adapters.graph.transport import GraphTransport
from revoker.core.directory_user import SELECT, DirectoryUser, directory_user
from revoker.core.federation import Domain
from revoker.core.graph_answer import GraphAnswer
from revoker.core.source import Kind, Source
from revoker.ports.graph import GraphListings, RoleHolders
from revoker.ports.page import Page

EVERYBODY = Source(Kind.ALL)
NOWHERE = "b0e1c5a4-1d3f-4a68-9c27-5e8f0d1a2bff"
FINANCE = "department eq 'Finance'"
NOT_OURS = "not(endswith(userPrincipalName,'@contoso.com'))"  # an advanced query
LISTED = (
    EVERYBODY,
    *(Source(Kind.GROUP, group) for group in (memberships.FIELD, memberships.MIXED, memberships.EMPTY)),
    *(Source(Kind.FILTER, text) for text in (FINANCE, NOT_OURS, "startswith(displayName,'Orla O''B')")),
)


def path_of(source: Source) -> str:
    """Return where Graph lists a source."""
    group = f"/groups/{source.value}/transitiveMembers/microsoft.graph.user"
    filtered = f"$filter={source.value}&" if source.kind is Kind.FILTER else ""
    return f"{group if source.kind is Kind.GROUP else '/users'}?{filtered}$count=true&$select={','.join(SELECT)}"


@pytest.fixture(scope="module")
def truth() -> dict[Source, tuple[DirectoryUser, ...]]:
    """Return whom each source lists, from the tenant's core without a socket."""
    visitor = Visitor(users=USERS)
    return {
        source: tuple(
            seen for page in visitor.pages(path_of(source), ADVANCED) for row in page if (seen := directory_user(row))
        )
        for source in LISTED
    }


@pytest_asyncio.fixture(params=["fake", "graph"])
async def asked(
    request: pytest.FixtureRequest,
    truth: dict[Source, tuple[DirectoryUser, ...]],
    tenant: Simulated,
    line: GraphTransport,
) -> AsyncIterator[GraphListings]:
    """Return each tenant there is."""
    if request.param == "graph":
        await tenant.control(roles=list(DEFAULT_ROLES), federation="managed")
        yield MsGraphListings(line)
        return
    made = FakeGraphListings(FakeGraphUsers(FakeClock(), *truth[EVERYBODY]))
    ids = {source: [seen.id for seen in found] for source, found in truth.items()}
    made.groups = {source.value: found for source, found in ids.items() if source.kind is Kind.GROUP}
    made.filters = {source.value: found for source, found in ids.items() if source.kind is Kind.FILTER}
    memory = Visitor(users=USERS).tenant.graph.world
    named = [memory.directory.id_at(index) for index in memory.memberships.holders]
    made.roles = {
        memberships.GLOBAL_ADMINISTRATOR: [people.BREAKGLASS1.id, people.BREAKGLASS2.id, named[0]],
        memberships.PRIVILEGED_ROLE_ADMINISTRATOR: [people.GAIL.id, named[5]],
        memberships.DIRECTORY_READERS: [],
        "others": named[1:5],
    }
    made.eligible = {
        memberships.GLOBAL_ADMINISTRATOR: [named[6]],
        memberships.PRIVILEGED_AUTHENTICATION_ADMINISTRATOR: [named[7]],
        memberships.SECURITY_ADMINISTRATOR: [named[8]],
    }
    made.verified = (*map(Domain, (people.DOMAIN, people.INITIAL_DOMAIN)), Domain(people.SUBDOMAIN, is_root=False))
    made.granted = frozenset(DEFAULT_ROLES)
    yield made


async def listed(asked: GraphListings, source: Source) -> list[Page[DirectoryUser]]:
    """Return all pages of a source."""
    pages: list[Page[DirectoryUser]] = []
    while not pages or pages[-1].cursor:
        page = await asked.page(source, pages[-1].cursor if pages else None)
        assert isinstance(page, Page)
        pages.append(page)
    return pages


@pytest.mark.parametrize("source", LISTED, ids=str)
async def test_a_source_is_listed_whole(
    asked: GraphListings, source: Source, truth: dict[Source, tuple[DirectoryUser, ...]]
) -> None:
    """Pages of at most 999 show everybody once, in the same order every time, and as many as were counted."""
    pages = await listed(asked, source)
    ids = [seen.id for page in pages for seen in page.rows]

    assert max(len(page.rows) for page in pages) <= 999
    assert [seen.id for seen in truth[source]] == ids
    assert len(set(ids)) == len(ids) == await asked.count(source)


async def test_a_page_shows_what_decides(asked: GraphListings, truth: dict[Source, tuple[DirectoryUser, ...]]) -> None:
    """Names and externality come with the page, so that nobody need be read again."""
    seen = {one.id: one for page in await listed(asked, EVERYBODY) for one in page.rows}

    assert USERS == len(seen)
    assert all(
        (one.user_principal_name, one.external) == (seen[one.id].user_principal_name, seen[one.id].external)
        for one in truth[EVERYBODY]
    )
    assert all(one.sessions_valid_from for one in seen.values())


@pytest.mark.parametrize(
    ("source", "status"), [(Source(Kind.GROUP, NOWHERE), 404), (Source(Kind.FILTER, "departement eq 'x'"), 400)]
)
async def test_what_is_not_there_is_an_answer(asked: GraphListings, source: Source, status: int) -> None:
    """A missing group and a filter that cannot be read are told, with the directory's sentence, before anything."""
    answers = [await asked.count(source), await asked.page(source, None)]

    assert all(isinstance(answer, GraphAnswer) and status == answer.status and answer.message for answer in answers)


async def test_holders_are_active_eligible_and_in_groups(asked: GraphListings) -> None:
    """All nine who hold or may hold a role, the two emergency accounts and Gail, who is in a group that does."""
    found = await asked.role_holders(None)

    assert isinstance(found, RoleHolders)
    assert (12, (), True) == (len(found.ids), found.unknown, found.complete)
    assert {people.BREAKGLASS1.id, people.BREAKGLASS2.id, people.GAIL.id} <= found.ids


@pytest.mark.parametrize(
    ("template", "number", "unknown"),
    [
        (memberships.GLOBAL_ADMINISTRATOR, 4, ()),
        (memberships.PRIVILEGED_ROLE_ADMINISTRATOR, 2, ()),
        (memberships.PRIVILEGED_AUTHENTICATION_ADMINISTRATOR, 1, ()),
        (memberships.DIRECTORY_READERS, 0, ()),
        (NOWHERE, 0, (NOWHERE,)),
    ],
)
async def test_holders_of_one_role(asked: GraphListings, template: str, number: int, unknown: tuple[str, ...]) -> None:
    """A role that is nobody's is empty; one that the tenant does not know is told."""
    found = await asked.role_holders(frozenset({template}))

    assert isinstance(found, RoleHolders)
    assert (number, unknown) == (len(found.ids), found.unknown)


async def test_a_managed_tenant_has_no_certificates(asked: GraphListings) -> None:
    """Its domains are named, and trust nobody else."""
    roots = tuple(map(Domain, (people.DOMAIN, people.INITIAL_DOMAIN)))

    assert (*roots, Domain(people.SUBDOMAIN, is_root=False)) == await asked.domains()


async def test_permissions_are_what_was_granted(asked: GraphListings) -> None:
    """The token says what the identity may do."""
    assert frozenset(DEFAULT_ROLES) == await asked.permissions()


async def test_only_what_comes_in_pages_is_listed(asked: GraphListings) -> None:
    """A source that is not listed is a mistake in the program, and never everybody."""
    for kind in (Kind.PRIVILEGED, Kind.ROLES, Kind.CALLER):
        with pytest.raises(ValueError, match=kind):
            await asked.page(Source(kind, "x"), None)
