import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from local.tenant.domain_states import ROGUE_DOMAIN, STATES
from local.tenant.people import DOMAIN, INITIAL_DOMAIN, SUBDOMAIN
from local.tenant.visitor import NOON, Visitor

STARTED = datetime.fromtimestamp(NOON, UTC)
AD_FS = f"http://{DOMAIN}/adfs/services/trust"


def asked(visitor: Visitor, domain: str) -> tuple[int, list[dict[str, Any]]]:
    """Read a domain's federation: the status and the configurations."""
    response = visitor.ask("GET", f"/domains/{domain}/federationConfiguration").response
    return response.status, response.payload.get("value", [])


def trusted(state: str, domain: str = DOMAIN) -> dict[str, Any]:
    """Read the one configuration of a domain in a state."""
    _, [found] = asked(Visitor(federation=state), domain)
    return found


def opened(text: str) -> x509.Certificate:
    """Read a certificate as a caller of Graph does."""
    return x509.load_der_x509_certificate(base64.b64decode(text))


def pair(state: str) -> tuple[x509.Certificate, x509.Certificate]:
    """Return the current and the next certificate of contoso.com."""
    found = trusted(state)
    return opened(found["signingCertificate"]), opened(found["nextSigningCertificate"])


def public_key(found: x509.Certificate) -> bytes:
    """Return the SubjectPublicKeyInfo of a certificate."""
    return found.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.parametrize("state", STATES)
def test_every_state_lists_its_domains(state: str) -> None:
    """The root comes first and is the default; the child is no root and follows it; the initial domain is managed."""
    found = Visitor(federation=state).get("/domains")["value"]
    kind = "Managed" if state == "managed" else "Federated"

    assert [(row["id"], row["isDefault"], row["isRoot"], row["authenticationType"]) for row in found[:3]] == [
        (DOMAIN, True, True, kind),
        (INITIAL_DOMAIN, False, True, "Managed"),
        (SUBDOMAIN, False, False, kind),
    ]
    assert [row["id"] for row in found[3:]] == ([ROGUE_DOMAIN] if state == "rogue" else [])


def test_single_and_equal() -> None:
    """A certificate that is not followed by another: null, or the same once more."""
    equal = trusted("equal")

    assert trusted("single")["nextSigningCertificate"] is None
    assert equal["signingCertificate"] == equal["nextSigningCertificate"]


def test_two_certificates_over_one_key() -> None:
    """Other thumbprints and dates, the same SubjectPublicKeyInfo; a rotation makes two keys."""
    current, following = pair("same-key")
    rotated = pair("rotated")

    assert public_key(current) == public_key(following)
    assert current.not_valid_before_utc < following.not_valid_before_utc
    assert public_key(rotated[0]) != public_key(rotated[1])


@pytest.mark.parametrize(
    ("state", "expected"), [("inherited", 404), ("okta", 404), ("failing", 500), ("rotated", 200), ("managed", 404)]
)
def test_what_a_child_domain_answers(state: str, expected: int) -> None:
    """Undocumented: nothing of its own, or an error, while the root answers."""
    visitor = Visitor(federation=state)

    assert expected == asked(visitor, SUBDOMAIN)[0]
    assert asked(visitor, DOMAIN)[0] == (404 if state == "managed" else 200)


def test_an_intruders_own_domain() -> None:
    """It trusts a younger certificate of another issuer, and takes MFA on trust."""
    found = trusted("rogue", ROGUE_DOMAIN)
    issued = opened(found["signingCertificate"]).not_valid_before_utc

    assert ("http://any.sts/16F8B2C4", "acceptIfMfaDoneByFederatedIdp") == (
        found["issuerUri"],
        found["federatedIdpMfaBehavior"],
    )
    assert issued == STARTED - timedelta(minutes=5)
    assert trusted("rogue")["issuerUri"] == AD_FS


def test_another_identity_provider() -> None:
    """Okta holds one certificate, and its addresses show that AD FS commands are no advice."""
    found = trusted("okta")

    assert found["issuerUri"].startswith("http://www.okta.com/")
    assert found["nextSigningCertificate"] is None
    assert "/adfs/" not in found["passiveSignInUri"]


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ({"issuerUri": "urn:other"}, {"issuerUri": "urn:other"}),
        ({"signingCertificate": ""}, {"signingCertificate": ""}),
        ({"nextSigningCertificate": None}, {"nextSigningCertificate": None}),
        ({"federatedIdpMfaBehavior": None}, {"federatedIdpMfaBehavior": None}),
        ({"signingCertificateUpdateStatus": None}, {"signingCertificateUpdateStatus": None}),
        ({"signingCertificate": "not base64!"}, {"signingCertificate": "not base64!"}),
    ],
)
def test_a_column_can_be_anything(patch: dict[str, Any], expected: dict[str, Any]) -> None:
    """One column is changed, the others stay as they were."""
    visitor = Visitor(federation="rotated")
    _, [before] = asked(visitor, DOMAIN)
    visitor.control("/_control", {"domains": {DOMAIN: patch}})

    assert asked(visitor, DOMAIN) == (200, [before | expected])


def test_a_damaged_certificate() -> None:
    """Base64 that is no certificate, in one column alone."""
    visitor = Visitor(federation="rotated")
    visitor.control("/_control", {"domains": {DOMAIN: {"nextSigningCertificate": "damaged"}}})
    _, [found] = asked(visitor, DOMAIN)

    with pytest.raises(ValueError, match="parsing"):
        opened(found["nextSigningCertificate"])
    assert opened(found["signingCertificate"]).not_valid_before_utc == STARTED - timedelta(minutes=10)


@pytest.mark.parametrize(("answer", "expected"), [("missing", (404, [])), ("empty", (200, [])), ("failing", (500, []))])
def test_one_domain_answers_otherwise(answer: str, expected: tuple[int, list[Any]]) -> None:
    """The others answer as before."""
    visitor = Visitor(federation="rotated")
    visitor.control("/_control", {"domains": {SUBDOMAIN: {"answer": answer}}})

    assert expected == asked(visitor, SUBDOMAIN)
    assert asked(visitor, DOMAIN)[0] == 200


def test_domains_come_and_go() -> None:
    """A new one is federated unless said otherwise; a reset brings the state back."""
    visitor = Visitor(federation="rotated")
    new = {"answer": "empty", "isRoot": False}
    second = {"issuerUri": "urn:second", "signingCertificate": {"minutes": -3}}
    visitor.control("/_control", {"domains": {"New.example": new, SUBDOMAIN: None, DOMAIN: {"second": second}}})
    names = [row["id"] for row in visitor.get("/domains")["value"]]
    _, [first, other] = asked(visitor, DOMAIN)

    assert names == [DOMAIN, INITIAL_DOMAIN, "new.example"]
    assert (AD_FS, "urn:second") == (first["issuerUri"], other["issuerUri"])
    assert opened(other["signingCertificate"]).not_valid_before_utc == STARTED + timedelta(minutes=3)

    visitor.control("/_control", {"reset": True})

    assert [row["id"] for row in visitor.get("/domains")["value"]] == [DOMAIN, INITIAL_DOMAIN, SUBDOMAIN]


@pytest.mark.parametrize("patch", [{"answer": "sometimes"}, {"issuerUrl": "urn:typing-error"}])
def test_controls_of_domains_refuse_what_there_is_not(patch: dict[str, Any]) -> None:
    """An answer and a column that do not exist: a typing error in a test shows at once."""
    assert "error" in Visitor(federation="rotated").control("/_control", {"domains": {DOMAIN: patch}})
