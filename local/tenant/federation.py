"""Domains, and the certificates that federated ones sign tokens with.

Facts: `domain-list-federationconfiguration`, `internaldomainfederation`; the certificates are real X.509, made when
first asked for.
"""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from local.tenant.exchange import stamp
from local.tenant.people import DOMAIN, INITIAL_DOMAIN, SUBDOMAIN

STATES = ("managed", "rotated", "stale")
_FRESH = timedelta(minutes=10)
_STALE = timedelta(days=730)
_LIFE = timedelta(days=1095)


@dataclass
class Federation:
    """How the tenant's domains sign in. `stale`: the main domain still signs with a certificate two years old."""

    state: str
    started: float

    def domains(self) -> list[dict[str, Any]]:
        """Describe every verified domain."""
        federated = "Managed" if self.state == "managed" else "Federated"
        return [
            _domain(DOMAIN, federated, default=True),
            _domain(INITIAL_DOMAIN, "Managed", initial=True),
            _domain(SUBDOMAIN, federated, root=False),
        ]

    def configuration(self, domain: str) -> dict[str, Any] | None:
        """Describe a federated domain's trust, or None: managed domains have none."""
        if self.state == "managed" or domain not in {DOMAIN, SUBDOMAIN}:
            return None
        age = _STALE if self.state == "stale" and domain == DOMAIN else _FRESH
        host = f"https://sts.{domain}/adfs"
        return {
            "@odata.type": "#microsoft.graph.internalDomainFederation",
            "id": _CONFIGURATION_IDS[domain],
            "displayName": "Contoso",
            "issuerUri": f"http://{domain}/adfs/services/trust",
            "metadataExchangeUri": f"{host}/services/trust/mex",
            "signingCertificate": certificate(domain, self._issued(age)),
            "nextSigningCertificate": certificate(domain, self._issued(_FRESH - timedelta(minutes=1))),
            "passiveSignInUri": f"{host}/ls",
            "activeSignInUri": f"{host}/services/trust/2005/usernamemixed",
            "signOutUri": f"{host}/ls",
            "preferredAuthenticationProtocol": "wsFed",
            "promptLoginBehavior": "nativeSupport",
            "isSignedAuthenticationRequestRequired": True,
            "federatedIdpMfaBehavior": "rejectMfaByFederatedIdp",
            "signingCertificateUpdateStatus": {
                "certificateUpdateResult": "Success",
                "lastRunDateTime": stamp(self.started),
            },
        }

    def _issued(self, age: timedelta) -> datetime:
        return datetime.fromtimestamp(int(self.started), UTC) - age


_CONFIGURATION_IDS = {
    DOMAIN: "c2f4a681-07d9-4e35-b8a1-9d60e7c3f511",
    SUBDOMAIN: "c2f4a681-07d9-4e35-b8a1-9d60e7c3f512",
}


@cache
def certificate(domain: str, issued: datetime) -> str:
    """Issue a token-signing certificate, self-signed as AD FS does it: base64 of DER."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"ADFS Signing - sts.{domain}")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(issued)
        .not_valid_after(issued + _LIFE)
    )
    return base64.b64encode(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)).decode()


def _domain(name: str, kind: str, *, default: bool = False, initial: bool = False, root: bool = True) -> dict[str, Any]:
    return {
        "id": name,
        "authenticationType": kind,
        "isAdminManaged": True,
        "isDefault": default,
        "isInitial": initial,
        "isRoot": root,
        "isVerified": True,
        "supportedServices": ["Email"],
    }
