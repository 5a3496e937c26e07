"""The gate on the simulated tenant's domains, through the real adapter: each state that the tenant knows, judged."""

from datetime import UTC, datetime, timedelta

import pytest
from support.live import Tenant as Simulated

from local.tenant.domain_states import ROGUE_DOMAIN, STATES
from local.tenant.people import DOMAIN, SUBDOMAIN
from local.tenant.tokens import DEFAULT_ROLES
from revoker.adapters.graph.listings import MsGraphListings
from revoker.adapters.graph.transport import GraphTransport
from revoker.core.federation import Compromise, Domain
from revoker.core.gate import judge
from revoker.core.provider import Provider
from revoker.core.unjudged import unjudged

NOT_ROTATED, ROTATED_ONCE = "federation_not_rotated", "federation_rotated_once"
SAME_KEY, UNTRUSTED, UNCHECKED = "federation_same_key", "federation_untrusted", "federation_unchecked"
FOUND: dict[str, list[tuple[str, str]]] = {
    "managed": [],
    "rotated": [],
    "stale": [(NOT_ROTATED, DOMAIN)],
    "single": [(ROTATED_ONCE, DOMAIN)],
    "equal": [(ROTATED_ONCE, DOMAIN)],
    "same-key": [(SAME_KEY, DOMAIN)],
    "inherited": [],
    "failing": [(UNCHECKED, SUBDOMAIN)],
    "rogue": [],
    "okta": [],
}
ELSEWHERE = {
    "issuerUri": "urn:contoso",
    "passiveSignInUri": "https://login.contoso.com/ls",
    "activeSignInUri": None,
    "metadataExchangeUri": None,
    "signOutUri": None,
    "nextSigningCertificate": None,
}


@pytest.fixture
def asked(transport: GraphTransport) -> MsGraphListings:
    """Return the real adapter."""
    return MsGraphListings(transport)


def since() -> datetime:
    """Return a moment before the tenant's new certificates and after its old ones."""
    return datetime.now(UTC) - timedelta(hours=12)


async def read(tenant: Simulated, asked: MsGraphListings, state: str, **changes: object) -> tuple[Domain, ...]:
    """Return the domains of a state."""
    await tenant.control(roles=list(DEFAULT_ROLES), federation=state, domains={DOMAIN: changes} if changes else {})
    domains = await asked.domains()
    assert isinstance(domains, tuple)
    return domains


@pytest.mark.parametrize("state", STATES)
async def test_each_state_is_judged(tenant: Simulated, asked: MsGraphListings, state: str) -> None:
    """Single, equal and same-key certificates, a child that inherits, one that fails, another provider."""
    domains = await read(tenant, asked, state)

    assert FOUND[state] == [(one.code, one.domain) for one in judge(domains, Compromise(since()))]
    assert () == unjudged([domain for domain in domains if domain.name != ROGUE_DOMAIN], Compromise(since()))


async def test_only_a_list_of_trusted_ones_shows_an_intruders_domain(tenant: Simulated, asked: MsGraphListings) -> None:
    """Its certificate is younger than any compromise; that it holds one is said without being asked."""
    domains = await read(tenant, asked, "rogue")
    [root] = domains[0].trusts
    trusted = frozenset(one.thumbprint for one in root.certificates)
    found = judge(domains, Compromise(since(), trusted_thumbprints=trusted))

    assert [(UNTRUSTED, ROGUE_DOMAIN)] == [(one.code, one.domain) for one in found]
    assert [True] == [ROGUE_DOMAIN in said for said in unjudged(domains, Compromise(since()))]


@pytest.mark.parametrize(
    ("kept", "provider"),
    [
        ({"issuerUri": f"http://{DOMAIN}/adfs/services/trust"}, Provider.AD_FS),
        ({"activeSignInUri": f"https://sts.{DOMAIN}/adfs/services/trust/2005/usernamemixed"}, Provider.AD_FS),
        ({"metadataExchangeUri": f"https://sts.{DOMAIN}/adfs/services/trust/mex"}, Provider.AD_FS),
        ({"signingCertificate": {"minutes": 10, "name": f"ADFS Signing - sts.{DOMAIN}"}}, Provider.AD_FS),
        ({"issuerUri": "http://www.okta.com/exk7contoso42"}, Provider.OTHER),
        ({}, Provider.UNKNOWN),
    ],
    ids=repr,
)
async def test_ad_fs_behind_another_address(
    tenant: Simulated, asked: MsGraphListings, kept: dict[str, object], provider: Provider
) -> None:
    """One sign is enough to ask for a second certificate; without any, a person is told."""
    domains = await read(tenant, asked, "rotated", **{**ELSEWHERE, **kept})
    [trust] = domains[0].trusts
    codes = [one.code for one in judge(domains, Compromise(since()))]

    assert provider is trust.provider
    assert (codes == [ROTATED_ONCE]) == (provider is Provider.AD_FS)
    assert (len(unjudged(domains, Compromise(since()))) == 1) == (provider is Provider.UNKNOWN)
