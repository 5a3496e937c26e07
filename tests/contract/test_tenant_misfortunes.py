"""The real adapter where the tenant is unkind: every misfortune is an answer, and no token leaves for another host."""

from datetime import timedelta

import pytest
from support.live import Tenant as Simulated

from local.tenant import memberships, people
from local.tenant.tokens import DEFAULT_ROLES
from revoker.adapters.graph.listings import MsGraphListings
from revoker.adapters.graph.transport import GraphTransport
from revoker.core.federation import Certificate, Domain
from revoker.core.graph_answer import GraphAnswer
from revoker.core.source import Kind, Source
from revoker.ports.graph import RoleHolders
from revoker.ports.page import Page

EVERYBODY = Source(Kind.ALL)
FIELD = Source(Kind.GROUP, memberships.FIELD)
ELSEWHERE = "https://graph.microsoft.com.evil.example/v1.0/users"


@pytest.fixture
def asked(line: GraphTransport) -> MsGraphListings:
    """Return the real adapter."""
    return MsGraphListings(line)


async def test_every_misfortune_is_an_answer(tenant: Simulated, asked: MsGraphListings) -> None:
    """Nothing is raised and nothing is tried a second time."""
    cases: tuple[tuple[dict[str, object], tuple[object, ...]], ...] = (
        ({"status": 429, "headers": {"Retry-After": "7.5"}}, (429, None, 7.5)),
        ({"status": 503}, (503, None, None)),
        ({"truncate": True}, (None, "unreadable", None)),
        ({"reset": True}, (None, "connection", None)),
        ({"delayMs": 1500}, (None, "timeout", None)),
        ({"status": 302, "headers": {"Location": ELSEWHERE}}, (302, None, None)),
        ({"status": 200, "body": {"value": "everybody"}}, (None, "unreadable", None)),
        ({"status": 200, "body": {"value": [], "@odata.nextLink": ELSEWHERE}}, (None, "foreign_link", None)),
        ({"status": 200, "body": {"value": [], "@odata.nextLink": 7}}, (None, "unreadable", None)),
    )
    for script, expected in cases:
        await tenant.script({"match": "GET /users", "times": 1, **script})
        answer = await asked.page(EVERYBODY, None)

        assert isinstance(answer, GraphAnswer)
        assert expected == (answer.status, answer.fault, answer.retry_after)


@pytest.mark.parametrize(
    "question",
    [
        "GET /directoryRoles?",
        "/members",
        "/transitiveMembers",
        "/roleEligibilityScheduleInstances",
        "GET /domains?",
    ],
)
async def test_what_passes_is_asked_again_as_a_whole(tenant: Simulated, asked: MsGraphListings, question: str) -> None:
    """One part that cannot be had now makes the whole an answer: half of the truth would look like all of it."""
    await tenant.control(roles=list(DEFAULT_ROLES), federation="stale")
    await tenant.script({"match": question, "times": 1, "status": 503})
    answer = await (asked.domains() if "domains" in question else asked.role_holders(None))

    assert isinstance(answer, GraphAnswer)
    assert 503 == answer.status


@pytest.mark.parametrize(
    "cursor",
    [
        ELSEWHERE,
        "https://graph.microsoft.com/v1.0/users",
        "{root}@evil.example/v1.0/users",
        "{root}.evil.example/v1.0/users",
        "{root}0/v1.0/users",
        "//evil.example/v1.0/users",
        "/v1.0/users",
        "{root}/v1.0/users?$skiptoken=" + "x" * 20_000,
    ],
)
async def test_a_cursor_to_elsewhere_is_not_followed(tenant: Simulated, asked: MsGraphListings, cursor: str) -> None:
    """A kept link that does not lead to the tenant is refused before anything is sent."""
    before = (await tenant.journal())["reads"]
    answer = await asked.page(EVERYBODY, cursor.replace("{root}", tenant.root))

    assert GraphAnswer(fault="foreign_link") == answer
    assert before == (await tenant.journal())["reads"]


async def test_a_link_that_no_url_can_be_is_as_one_that_is_gone(tenant: Simulated, asked: MsGraphListings) -> None:
    """Control characters and halves of characters do not raise; the listing begins anew."""
    for ending in ("\x00", "\n", "\ud800"):
        answer = await asked.page(EVERYBODY, f"{tenant.root}/v1.0/users?$skiptoken={ending}")

        assert isinstance(answer, GraphAnswer)
        assert 400 == answer.status


async def test_an_expired_link_is_an_answer(tenant: Simulated, asked: MsGraphListings) -> None:
    """Graph forgets a listing after a while: 400, from which a scan begins anew."""
    page = await asked.page(EVERYBODY, None)
    await tenant.control(expireLinks=True)
    assert isinstance(page, Page)
    answer = await asked.page(EVERYBODY, page.cursor)

    assert isinstance(answer, GraphAnswer)
    assert 400 == answer.status


async def test_a_refused_token_is_renewed_once(tenant: Simulated, asked: MsGraphListings) -> None:
    """A token that expires amid a listing is replaced, and the listing goes on."""
    page = await asked.page(EVERYBODY, None)
    await tenant.control(expireTokens=True)
    assert isinstance(page, Page)
    following = await asked.page(EVERYBODY, page.cursor)

    assert isinstance(following, Page)
    assert page.rows != following.rows


@pytest.mark.parametrize(
    "text",
    [
        "startswith(displayName,'x')&$top=1",
        "displayName eq 'x'#&$select=id",
        "displayName eq 'x&$filter=accountEnabled eq true'",
        "displayName eq '%27 or accountEnabled eq true or displayName eq %27'",
        "displayName eq '{+baseurl}'",
        "displayName eq 'é+ \u2028'",
    ],
)
async def test_a_filter_stays_in_its_place(asked: MsGraphListings, text: str) -> None:
    """Whatever is in a filter is read as filter: nobody has such a name, or Graph cannot read it."""
    count, page = await asked.count(Source(Kind.FILTER, text)), await asked.page(Source(Kind.FILTER, text), None)

    assert 0 == count or (isinstance(count, GraphAnswer) and 400 == count.status)
    assert Page((), None) == page or (isinstance(page, GraphAnswer) and 400 == page.status)


async def test_half_a_character_is_a_bad_filter(asked: MsGraphListings) -> None:
    """JSON may carry what no URL can."""
    answer = await asked.count(Source(Kind.FILTER, "displayName eq '\ud800'"))

    assert isinstance(answer, GraphAnswer)
    assert (400, True) == (answer.status, "URL" in answer.message)


async def test_a_plain_filter_is_asked_plainly(tenant: Simulated, asked: MsGraphListings) -> None:
    """One read: an advanced query, whose index lags, is not asked for without need."""
    before = (await tenant.journal())["reads"]
    await asked.page(Source(Kind.FILTER, "accountEnabled eq false"), None)

    assert before + 1 == (await tenant.journal())["reads"]


async def test_members_without_names_are_a_missing_permission(tenant: Simulated, asked: MsGraphListings) -> None:
    """Graph lists members by id alone to whoever may not read users; nobody may be planned from that."""
    await tenant.control(roles=["GroupMember.Read.All"])
    page, everybody = await asked.page(FIELD, None), await asked.page(EVERYBODY, None)

    assert isinstance(page, GraphAnswer)
    assert isinstance(everybody, GraphAnswer)
    assert (403, 403) == (page.status, everybody.status)


async def test_holders_without_the_eligible_are_not_complete(tenant: Simulated, asked: MsGraphListings) -> None:
    """Where eligible holders may not be read, the others are told, and that it is not all."""
    await tenant.control(roles=list(DEFAULT_ROLES))
    await tenant.script({"match": "roleEligibilityScheduleInstances", "times": 1, "status": 403})
    found = await asked.role_holders(None)

    assert isinstance(found, RoleHolders)
    assert (9, False) == (len(found.ids), found.complete)


async def test_a_group_that_is_gone_holds_nobody(tenant: Simulated, asked: MsGraphListings) -> None:
    """A group deleted since it was listed as a holder does not stop the others."""
    await tenant.control(roles=list(DEFAULT_ROLES))
    await tenant.script({"match": f"{memberships.TIER_ZERO}/transitiveMembers", "times": 1, "status": 404})
    found = await asked.role_holders(None)

    assert isinstance(found, RoleHolders)
    assert 10 == len(found.ids)


@pytest.mark.parametrize(
    ("script", "unread"),
    [
        ({"status": 403}, "http_403"),
        ({"status": 503}, "http_503"),
        ({"status": 404}, None),
        ({"status": 200, "body": {"value": []}}, None),
    ],
)
async def test_trust_that_cannot_be_read_is_told(
    tenant: Simulated, asked: MsGraphListings, script: dict[str, object], unread: str | None
) -> None:
    """A domain whose configuration fails says why; the other domains are read all the same."""
    await tenant.control(roles=list(DEFAULT_ROLES), federation="rotated")
    await tenant.script({"match": f"{people.DOMAIN}/federationConfiguration", "times": 1, **script})
    domains = await asked.domains()

    assert isinstance(domains, tuple)
    assert Domain(people.DOMAIN, federated=True, unread=unread) == domains[0]
    assert Domain(people.INITIAL_DOMAIN) == domains[1]
    assert (False, 2) == (domains[2].is_root, len(domains[2].trusts[0].certificates))


async def test_a_federated_domain_shows_its_certificates(tenant: Simulated, asked: MsGraphListings) -> None:
    """Both of them, with what a responder compares: thumbprint, subject, moment of issue."""
    await tenant.control(roles=list(DEFAULT_ROLES), federation="stale")
    domains = await asked.domains()
    assert isinstance(domains, tuple)
    [trusted] = domains[0].trusts
    old, new = trusted.certificates

    assert isinstance(old, Certificate)
    assert (f"CN=ADFS Signing - sts.{people.DOMAIN}",) * 2 == (old.subject, new.subject)
    assert timedelta(days=730, minutes=-9) == new.not_before - old.not_before
    assert (40, 64, 64) == (len(old.thumbprint), len(old.sha256), len(old.key))
    assert (f"http://{people.DOMAIN}/adfs/services/trust", True) == (trusted.issuer, trusted.is_ad_fs)


async def test_without_a_token_nothing_is_known(
    tenant: Simulated, asked: MsGraphListings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No identity, no answer, and no permission to tell of."""
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{tenant.root}/nowhere")
    answer = await asked.count(EVERYBODY)

    assert GraphAnswer(fault="no_token") == answer
    assert frozenset() == await asked.permissions()
