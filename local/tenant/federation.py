"""What each federated domain trusts: one configuration with its certificates.

Facts: `domain-list-federationconfiguration` (one object, or 404); `resources/internaldomainfederation` (the columns; an
unset federatedIdpMfaBehavior means acceptIfMfaDoneByFederatedIdp).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from local.tenant.certificates import certificate
from local.tenant.domain_states import FRESH, INITIAL, NEXT, PRESETS, Domain
from local.tenant.exchange import stamp
from local.tenant.people import DOMAIN, SUBDOMAIN

CERTIFICATES = ("signingCertificate", "nextSigningCertificate")
_IDS = {
    DOMAIN: "c2f4a681-07d9-4e35-b8a1-9d60e7c3f511",
    SUBDOMAIN: "c2f4a681-07d9-4e35-b8a1-9d60e7c3f512",
}
_OTHER_ID = "c2f4a681-07d9-4e35-b8a1-9d60e7c3f513"


@dataclass
class Federation:
    """How the tenant's domains sign in: a preset, and the domains that a control replaced, added or (None) removed."""

    state: str
    started: float
    changed: dict[str, Domain | None] = field(default_factory=dict)

    def domains(self) -> list[Domain]:
        """List the verified domains; the initial one is always managed."""
        root, *others = PRESETS[self.state]
        found: dict[str, Domain] = {domain.name: domain for domain in (root, INITIAL, *others)}
        for name, domain in self.changed.items():
            if domain is None:
                found.pop(name, None)
            else:
                found[name] = domain
        return list(found.values())

    def configurations(self, domain: Domain) -> list[dict[str, Any]]:
        """Describe what a domain trusts: nothing when managed, one configuration when all is well."""
        if not domain.federated or domain.answer != "own":
            return []
        found = [self._configuration(domain, domain.columns)]
        if domain.second is not None:
            found.append(self._configuration(domain, domain.second) | {"id": _OTHER_ID})
        return found

    def _configuration(self, domain: Domain, columns: Mapping[str, Any]) -> dict[str, Any]:
        made = {**usual(domain.name, self.started), **columns}
        for column in CERTIFICATES:
            made[column] = self._certificate(domain.name, made[column], _holder(made))
        # In a second round, since `same` stands for a certificate that has to be made first.
        for column in CERTIFICATES:
            made[column] = _spoilt(made[column], made["signingCertificate"])
        return made

    def _certificate(self, domain: str, wanted: Any, holder: str) -> Any:  # noqa: ANN401 - a column may hold anything
        """Make a certificate from its description, `{"minutes": before the start, "key": shared}`."""
        if not isinstance(wanted, Mapping):
            return wanted
        issued = datetime.fromtimestamp(int(self.started), UTC) - timedelta(minutes=wanted["minutes"])
        return certificate(domain, issued, wanted.get("key", ""), wanted.get("name", holder))


def _holder(columns: Mapping[str, Any]) -> str:
    """Name whose certificates they are: empty, for AD FS's own name, where any address is AD FS's."""
    if any("/adfs/" in str(value) for value in columns.values()):
        return ""
    return str(columns["displayName"])


def usual(domain: str, started: float) -> dict[str, Any]:
    """Write the columns of a domain that is federated with AD FS and rotated its certificates."""
    host = f"https://sts.{domain}/adfs"
    return {
        "@odata.type": "#microsoft.graph.internalDomainFederation",
        "id": _IDS.get(domain, _OTHER_ID),
        "displayName": "Contoso",
        "issuerUri": f"http://{domain}/adfs/services/trust",
        "metadataExchangeUri": f"{host}/services/trust/mex",
        "signingCertificate": {"minutes": FRESH},
        "nextSigningCertificate": {"minutes": NEXT},
        "passiveSignInUri": f"{host}/ls",
        "activeSignInUri": f"{host}/services/trust/2005/usernamemixed",
        "signOutUri": f"{host}/ls",
        "preferredAuthenticationProtocol": "wsFed",
        "promptLoginBehavior": "nativeSupport",
        "isSignedAuthenticationRequestRequired": True,
        "federatedIdpMfaBehavior": "rejectMfaByFederatedIdp",
        "signingCertificateUpdateStatus": {
            "certificateUpdateResult": "Success",
            "lastRunDateTime": stamp(started),
        },
    }


COLUMNS = frozenset(usual("", 0.0))


def _spoilt(value: Any, current: Any) -> Any:  # noqa: ANN401 - a column may hold anything
    """Read the words `same` (as the current certificate) and `damaged` (cut short in the middle)."""
    if value == "same":
        return current
    if value == "damaged":
        return f"{certificate('damaged.example', datetime(2026, 1, 1, tzinfo=UTC))[:120]}=="
    return value
