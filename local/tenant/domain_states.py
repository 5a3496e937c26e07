"""The domains of the tenant in each state that `--federation` knows.

Facts: `resources/domain` (a subdomain has isRoot false); entra-docs `users/domains-verify-custom-subdomain` and
cisagov/Sparrow#59 (a child domain inherits; what its configuration answers is undocumented: 404 or nothing).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from local.tenant.people import DOMAIN, INITIAL_DOMAIN, SUBDOMAIN

ROGUE_DOMAIN = "contoso-login.example"
ANSWERS = ("own", "missing", "empty", "failing")
FRESH, NEXT, _STALE = 10, 9, 730 * 24 * 60  # minutes before the start


@dataclass(frozen=True, slots=True)
class Domain:
    """One verified domain.

    `answer` says what its federationConfiguration gives: its `own` columns, 404 (`missing`), an `empty` collection or
    500 (`failing`). `columns` replace the usual ones; a certificate may be written as `{"minutes", "key"}`. `second` is
    a further configuration, which should not exist.
    """

    name: str
    federated: bool = True
    root: bool = True
    default: bool = False
    initial: bool = False
    answer: str = "own"
    columns: Mapping[str, Any] = field(default_factory=dict)
    second: Mapping[str, Any] | None = None


INITIAL = Domain(INITIAL_DOMAIN, federated=False, initial=True)
_ROOT = Domain(DOMAIN, default=True)
_CHILD = Domain(SUBDOMAIN, root=False)
_OKTA = {
    "displayName": "Okta",
    "issuerUri": "http://www.okta.com/exk7contoso42",
    "passiveSignInUri": "https://contoso.okta.example/app/office365/exk7contoso42/sso/wsfed/passive",
    "activeSignInUri": "https://contoso.okta.example/app/office365/exk7contoso42/sso/wsfed/active",
    "metadataExchangeUri": "https://contoso.okta.example/app/office365/exk7contoso42/sso/wsfed/mex",
    "signOutUri": "https://contoso.okta.example/login/signout",
    "nextSigningCertificate": None,
}
# The back door as AADInternals leaves it: an issuer of its own, and MFA taken on trust (Tenable's indicator of exposure
# KNOWN-FEDERATED-DOMAIN-BACKDOOR). The certificate is younger than any compromise date.
_BACKDOOR = {
    "displayName": "Backdoor",
    "issuerUri": "http://any.sts/16F8B2C4",
    "passiveSignInUri": "https://any.sts/16F8B2C4",
    "activeSignInUri": "https://any.sts/16F8B2C4",
    "metadataExchangeUri": None,
    "signOutUri": "https://any.sts/16F8B2C4",
    "federatedIdpMfaBehavior": "acceptIfMfaDoneByFederatedIdp",
    "signingCertificate": {"minutes": 5},
    "nextSigningCertificate": None,
}
_SAME_KEY = {
    "signingCertificate": {"minutes": FRESH, "key": "one"},
    "nextSigningCertificate": {"minutes": NEXT, "key": "one"},
}
_INHERITING = replace(_CHILD, answer="missing")


def _trusting(columns: Mapping[str, Any]) -> Domain:
    return replace(_ROOT, columns=columns)


PRESETS: Mapping[str, tuple[Domain, ...]] = {
    "managed": (replace(_ROOT, federated=False), replace(_CHILD, federated=False)),
    "rotated": (_ROOT, _CHILD),
    "stale": (_trusting({"signingCertificate": {"minutes": _STALE}}), _CHILD),
    "single": (_trusting({"nextSigningCertificate": None}), _INHERITING),
    "equal": (_trusting({"nextSigningCertificate": "same"}), _INHERITING),
    "same-key": (_trusting(_SAME_KEY), _INHERITING),
    "inherited": (_ROOT, _INHERITING),
    "failing": (_ROOT, replace(_CHILD, answer="failing")),
    "rogue": (_ROOT, _INHERITING, Domain(ROGUE_DOMAIN, columns=_BACKDOOR)),
    "okta": (_trusting(_OKTA), _INHERITING),
}
STATES = tuple(PRESETS)
