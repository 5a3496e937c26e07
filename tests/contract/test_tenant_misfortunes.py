"""The real adapter where the tenant is unkind: every misfortune is an answer, and no token leaves for another host."""

from datetime import timedelta

import pytest
from support.live import Tenant as Simulated
from support.tenant_truth import GRANTED, GROUPS, Truth

from local.tenant import catalogue, memberships, people
from local.tenant.tokens import DEFAULT_ROLES
from revoker.adapters.graph.listings import MsGraphListings
from revoker.adapters.graph.transport import GraphTransport
from revoker.adapters.graph.users import MsGraphUsers
from revoker.core.federation import Certificate, Domain
from revoker.core.graph_answer import GraphAnswer
from revoker.core.request import Priority
from revoker.core.source import Kind, Source
from revoker.ports.graph import NOT_COUNTED, RoleHolders
from revoker.ports.page import Page

EVERYBODY = Source(Kind.ALL)
NOWHERE = "b0e1c5a4-1d3f-4a68-9c27-5e8f0d1a2bff"
FIELD = Source(Kind.GROUP, memberships.FIELD)
GLOBAL_READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"  # held by nobody before
ELSEWHERE = "https://graph.microsoft.com.evil.example/v1.0/users"


@pytest.fixture
def asked(transport: GraphTransport) -> MsGraphListings:
    """Return the real adapter."""
    return MsGraphListings(transport)


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
        "/roleAssignments",
        "/transitiveMembers",
        "/roleEligibilityScheduleInstances",
        "/eligibilityScheduleInstances",
        f"GET /groups/{memberships.TIER_ZERO}?",
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


@pytest.mark.parametrize("text", ["accountEnabled eq false", "endsWith(userPrincipalName,'@contoso.com')"])
async def test_a_filter_is_asked_once(tenant: Simulated, asked: MsGraphListings, text: str) -> None:
    """Plainly, for the index of advanced queries lags; one that can only be an advanced query is asked as such."""
    before = (await tenant.journal())["reads"]
    page = await asked.page(Source(Kind.FILTER, text), None)

    assert isinstance(page, Page)
    assert before + 1 == (await tenant.journal())["reads"]


async def test_members_without_names_are_a_missing_permission(tenant: Simulated, asked: MsGraphListings) -> None:
    """Graph lists members by id alone to whoever may not read users; nobody may be planned from that."""
    await tenant.control(roles=["GroupMember.Read.All"])
    page, everybody = await asked.page(FIELD, None), await asked.page(EVERYBODY, None)

    assert isinstance(page, GraphAnswer)
    assert isinstance(everybody, GraphAnswer)
    assert (403, 403) == (page.status, everybody.status)


async def holders(asked: MsGraphListings, roles: frozenset[str] | None = None) -> RoleHolders:
    """Return the holders of roles."""
    found = await asked.role_holders(roles)

    assert isinstance(found, RoleHolders)
    return found


async def test_holders_without_the_eligible_are_not_complete(
    tenant: Simulated, asked: MsGraphListings, truth: Truth
) -> None:
    """Where eligible holders may not be read, the others are told, and that it is not all."""
    await tenant.control(roles=list(GRANTED))
    await tenant.script({"match": "roleEligibilityScheduleInstances", "times": 1, "status": 403})
    found = await holders(asked)

    assert (truth.holders(truth.active, truth.joining), False, True) == (found.ids, found.complete, found.joiners_known)


async def test_without_the_licence_nobody_is_eligible(tenant: Simulated, asked: MsGraphListings, truth: Truth) -> None:
    """Then the list is complete: 400 AadPremiumLicenseRequired is an answer and no failure."""
    await tenant.control(roles=list(GRANTED), licensed=False)
    found = await holders(asked)

    assert (truth.holders(truth.active), True, True) == (found.ids, found.complete, found.joiners_known)


@pytest.mark.parametrize(
    ("without", "group_pim"),
    [("PrivilegedEligibilitySchedule.Read.AzureADGroup", "answers"), ("", "unsupported")],
)
async def test_users_that_may_join_need_an_optional_permission(
    tenant: Simulated, asked: MsGraphListings, truth: Truth, without: str, group_pim: str
) -> None:
    """Without it, and where PIM refuses the group, the holders are complete and the users that may join are not."""
    await tenant.control(roles=[role for role in GRANTED if role != without], groupPim=group_pim)
    found = await holders(asked)

    assert truth.holders(truth.active, truth.eligible) == found.ids
    assert (True, False) == (found.complete, found.joiners_known)


async def test_a_future_owner_of_a_group_holds_none_of_its_roles(
    tenant: Simulated, asked: MsGraphListings, truth: Truth
) -> None:
    """Privileged Identity Management lists eligible owners beside eligible members of a group."""
    owner = {"group": memberships.TIER_ZERO, "principal": people.CARA.upn, "access": "owner"}
    await tenant.control(roles=list(GRANTED), makeEligible=[owner])

    assert people.CARA.id not in truth.holders() | (await holders(asked)).ids


async def test_a_group_that_is_gone_holds_nobody(tenant: Simulated, asked: MsGraphListings, truth: Truth) -> None:
    """A group deleted since it was listed as a holder does not stop the others."""
    await tenant.control(roles=list(GRANTED))
    await tenant.script({"match": f"{memberships.TIER_ZERO}/transitiveMembers", "times": 1, "status": 404})
    found = await holders(asked)

    assert found.complete
    assert found.ids < truth.holders()


@pytest.mark.parametrize("granted", [True, False])
async def test_a_hidden_group_that_holds_a_role(
    tenant: Simulated,
    asked: MsGraphListings,
    granted: bool,  # noqa: FBT001
) -> None:
    """It looks empty without Member.Read.Hidden, so that the list of holders is not complete then."""
    roles = [role for role in GRANTED if granted or role != "Member.Read.Hidden"]
    await tenant.control(roles=roles, assign=[{"role": GLOBAL_READER, "principal": memberships.HIDDEN}])
    found = await holders(asked, frozenset({GLOBAL_READER}))

    assert (granted, 2 if granted else 0) == (found.complete, len(found.ids))


async def test_a_principal_that_is_not_shown_may_be_a_user(tenant: Simulated, asked: MsGraphListings) -> None:
    """A row with a principal of no known type is not left out: its id is read as a user's later."""
    row = {"roleDefinitionId": catalogue.GLOBAL_ADMINISTRATOR, "principalId": people.ALICE.id, "principal": None}
    await tenant.control(roles=list(GRANTED), licensed=False)
    await tenant.script({"match": "/roleAssignments", "times": 1, "status": 200, "body": {"value": [row]}})
    found = await holders(asked)

    assert frozenset({people.ALICE.id}) == found.ids


async def test_all_holders_take_few_calls(tenant: Simulated, asked: MsGraphListings) -> None:
    """One listing of assignments, one of eligibility, three calls for the groups that hold a role, two for each."""
    await tenant.control(roles=list(GRANTED))
    await asked.permissions()
    before = (await tenant.journal())["reads"]
    await holders(asked)

    assert (await tenant.journal())["reads"] - before <= 8


async def test_a_tenant_that_does_not_count_is_listed(tenant: Simulated, asked: MsGraphListings) -> None:
    """Azure AD B2C refuses advanced queries: the number is unknown then, and what is wrong is wrong all the same."""
    await tenant.control(roles=list(GRANTED), b2c=True)

    assert NOT_COUNTED == await asked.count(EVERYBODY)
    assert NOT_COUNTED == await asked.count(Source(Kind.FILTER, "accountEnabled eq false"))
    assert isinstance(await asked.page(EVERYBODY, None), Page)
    for source, status in ((Source(Kind.FILTER, "departement eq 'x'"), 400), (Source(Kind.GROUP, NOWHERE), 404)):
        wrong = await asked.count(source)
        assert isinstance(wrong, GraphAnswer)
        assert status == wrong.status


@pytest.mark.parametrize("group", GROUPS)
async def test_groups_are_listed_without_the_cast_where_it_is_refused(
    tenant: Simulated, asked: MsGraphListings, truth: Truth, group: str
) -> None:
    """Devices, applications and groups inside are left out, and the users are the same."""
    await tenant.control(roles=list(GRANTED), b2c=True, pageSize=7)
    source, cursor, found = Source(Kind.GROUP, group), None, []
    while not found or cursor:
        page = await asked.page(source, cursor)
        assert isinstance(page, Page)
        found += page.rows or [None]
        cursor = page.cursor

    assert sorted(seen.id for seen in truth.listed[source]) == sorted(seen.id for seen in found if seen)
    assert NOT_COUNTED == await asked.count(source)


async def test_role_holders_in_a_tenant_without_advanced_queries(
    tenant: Simulated, asked: MsGraphListings, truth: Truth
) -> None:
    """The users in groups that hold a role are found there too."""
    await tenant.control(roles=list(GRANTED), b2c=True)

    assert truth.holders() == (await holders(asked)).ids


@pytest.mark.parametrize("links", ["repeat", "cycle"])
async def test_links_that_lead_back_end_a_listing(tenant: Simulated, asked: MsGraphListings, links: str) -> None:
    """Read to its end, a listing whose links repeat is an answer after a few pages."""
    await tenant.control(roles=list(GRANTED), links=links, pageSize=5)
    before = (await tenant.journal())["reads"]

    assert GraphAnswer(fault="endless") == await asked.defined_roles()
    assert (await tenant.journal())["reads"] - before < 10


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
    assert Domain(people.DOMAIN, federated=True, unread=unread, is_default=True) == domains[0]
    assert Domain(people.INITIAL_DOMAIN) == domains[1]
    assert (False, 2) == (domains[2].is_root, len(domains[2].trusts[0].certificates))


async def test_one_domain_that_fails_hides_no_other(tenant: Simulated, asked: MsGraphListings) -> None:
    """The child answers 500; the root is read with both its certificates."""
    await tenant.control(roles=list(DEFAULT_ROLES), federation="failing")
    domains = await asked.domains()

    assert isinstance(domains, tuple)
    assert [None, None, "http_500"] == [domain.unread for domain in domains]
    assert 2 == len(domains[0].trusts[0].certificates)


@pytest.mark.parametrize(
    ("column", "written", "damaged"),
    [
        ("nextSigningCertificate", "", ()),
        ("nextSigningCertificate", None, ()),
        ("nextSigningCertificate", "damaged", ("nextSigningCertificate",)),
        ("signingCertificate", "damaged", ("signingCertificate",)),
    ],
)
async def test_one_column_that_is_damaged_hides_no_other(
    tenant: Simulated, asked: MsGraphListings, column: str, written: str | None, damaged: tuple[str, ...]
) -> None:
    """An empty text is no certificate, a damaged one is named, and the other column is read."""
    await tenant.control(roles=list(DEFAULT_ROLES), federation="rotated", domains={people.DOMAIN: {column: written}})
    domains = await asked.domains()

    assert isinstance(domains, tuple)
    [trust] = domains[0].trusts
    assert (1, damaged) == (len(trust.certificates), trust.damaged)


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


@pytest.mark.parametrize(
    "made",
    [
        {"linked": "google.com"},
        {"linked": "facebook.com", "signInAddress": "m@mail.example", "creationType": "LocalAccount"},
        {"linked": "facebook.com", "signInAddress": "m@mail.example", "userType": None},
    ],
    ids=repr,
)
async def test_an_account_of_this_tenant_with_another_identity(
    tenant: Simulated, asked: MsGraphListings, directory: MsGraphUsers, made: dict[str, object]
) -> None:
    """It is no guest, its sessions end here, and it is said that its signs contradict each other."""
    await tenant.control(addUsers=[{"userPrincipalName": "mallory@contoso.com", **made}])
    source = Source(Kind.FILTER, "startswith(userPrincipalName,'mallory@')")
    page = await asked.page(source, None)
    assert isinstance(page, Page)
    [seen] = page.rows
    before = (await tenant.user(seen.id))["validFrom"]
    await directory.revoke([seen.id], Priority.URGENT)

    assert (None, True) == (seen.external_reason, seen.conflicting)
    assert (await tenant.user(seen.id))["validFrom"] > before
