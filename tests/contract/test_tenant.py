"""What every tenant promises about its users, held against the stand-in and, over HTTP, against the real adapter."""

import pytest
from support.live import USERS, Tenant as Live
from support.tenant_truth import EVERYBODY, GRANTED, LISTED, MANAGED, Truth

from local.tenant import people, unusual
from revoker.adapters.graph.listings import MsGraphListings
from revoker.adapters.graph.transport import GraphTransport
from revoker.core.directory_user import DirectoryUser
from revoker.core.graph_answer import GraphAnswer
from revoker.core.outcome import EXTERNAL_NO_HOME, EXTERNAL_USER
from revoker.core.source import Kind, Source
from revoker.core.tenant import Tenant
from revoker.ports.graph import GraphListings
from revoker.ports.page import Page

NOWHERE = "b0e1c5a4-1d3f-4a68-9c27-5e8f0d1a2bff"


async def listed(listings: GraphListings, source: Source) -> list[Page[DirectoryUser]]:
    """Return all pages of a source."""
    pages: list[Page[DirectoryUser]] = []
    while not pages or pages[-1].cursor:
        page = await listings.page(source, pages[-1].cursor if pages else None)
        assert isinstance(page, Page)
        pages.append(page)
    return pages


@pytest.mark.parametrize("source", LISTED, ids=str)
async def test_a_source_is_listed_whole(listings: GraphListings, source: Source, truth: Truth) -> None:
    """Pages of at most 999 show everybody once, in the same order every time, and as many as were counted."""
    pages = await listed(listings, source)
    ids = [seen.id for page in pages for seen in page.rows]

    assert max(len(page.rows) for page in pages) <= 999
    assert [seen.id for seen in truth.listed[source]] == ids
    assert len(set(ids)) == len(ids) == await listings.count(source)


async def test_a_page_shows_what_decides(listings: GraphListings, truth: Truth) -> None:
    """Names and externality come with the page, so that nobody need be read again."""
    seen = {one.id: one for page in await listed(listings, EVERYBODY) for one in page.rows}

    assert USERS == len(seen)
    assert all(
        (one.user_principal_name, one.external) == (seen[one.id].user_principal_name, seen[one.id].external)
        for one in truth.listed[EVERYBODY]
    )
    assert all(one.sessions_valid_from for one in seen.values())


UNUSUAL = {
    unusual.AGENT: None,
    unusual.INTERNAL_GUEST: None,
    unusual.UNTYPED: None,
    unusual.CONVERTED: None,
    unusual.EXTERNAL_MEMBER: EXTERNAL_USER,
    unusual.RENAMED_EXTERNAL: EXTERNAL_USER,
    unusual.PENDING_GUEST: EXTERNAL_USER,
    unusual.PASSCODE_GUEST: EXTERNAL_NO_HOME,
    unusual.GOOGLE_GUEST: EXTERNAL_NO_HOME,
    unusual.ACCOUNT_GUEST: EXTERNAL_NO_HOME,
    unusual.SAML_GUEST: EXTERNAL_NO_HOME,
    unusual.SELF_SERVICE: EXTERNAL_NO_HOME,
}


async def test_each_unusual_user_signs_in_where_the_tenant_says(tenant: Live, transport: GraphTransport) -> None:
    """Agent users and internal guests here, external members and renamed ones elsewhere, some without a home tenant."""
    await tenant.control(roles=list(GRANTED))
    pages = await listed(MsGraphListings(transport), EVERYBODY)
    seen = {one.id: one.external_reason for page in pages for one in page.rows}

    assert set(UNUSUAL) == set(unusual.UNUSUAL)
    assert list(UNUSUAL.values()) == [seen[person.id] for person in UNUSUAL]


@pytest.mark.parametrize(
    ("source", "status"), [(Source(Kind.GROUP, NOWHERE), 404), (Source(Kind.FILTER, "departement eq 'x'"), 400)]
)
async def test_what_is_not_there_is_an_answer(listings: GraphListings, source: Source, status: int) -> None:
    """A missing group and a filter that cannot be read are told, with the directory's sentence, before anything."""
    answers = [await listings.count(source), await listings.page(source, None)]

    assert all(isinstance(answer, GraphAnswer) and status == answer.status and answer.message for answer in answers)


async def test_a_managed_tenant_trusts_no_certificates(listings: GraphListings) -> None:
    """Its domains are named, and say which of them are children."""
    assert MANAGED == await listings.domains()


async def test_the_tenant_says_which_it_is(listings: GraphListings) -> None:
    """By its id and its default domain."""
    assert Tenant(people.TENANT_ID, people.DOMAIN) == await listings.tenant()


async def test_permissions_are_what_was_granted(listings: GraphListings) -> None:
    """The token says what the identity may do."""
    assert frozenset(GRANTED) == await listings.permissions()


async def test_only_what_comes_in_pages_is_listed(listings: GraphListings) -> None:
    """A source that is not listed is a mistake in the program, and never everybody."""
    for kind in (Kind.PRIVILEGED, Kind.ROLES, Kind.CALLER):
        with pytest.raises(ValueError, match=kind):
            await listings.page(Source(kind, "x"), None)
