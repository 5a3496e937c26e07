"""Federated domains, their certificates and the gate's findings, as JSON for a person to read."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from revoker.core.federation import UNCHECKED, Certificate, Compromise, Domain, Finding, Judgement, Trust
from revoker.core.gate import followed_parent
from revoker.views.plain import moment

# What Entra does where the property is not set (docs/graph-facts.md#federation).
_MFA_BY_DEFAULT = "acceptIfMfaDoneByFederatedIdp"


class Verdict(StrEnum):
    """What the gate finds about a domain, from the worst to the best; of several findings the worst is shown.

    An intruder's own domain comes first, since no rotation ends it. `undated`: no date was told to judge by.
    """

    UNTRUSTED = "untrusted"
    NOT_ROTATED = "not_rotated"
    SAME_KEY = "same_key"
    ROTATED_ONCE = "rotated_once"
    UNCHECKED = "unchecked"
    UNDATED = "undated"
    ROTATED = "rotated"
    MANAGED = "managed"


WORST_FIRST = tuple(Verdict)
_FOUND = {f"federation_{verdict}": verdict for verdict in Verdict}


def domains_status(
    domains: Iterable[Domain], findings: Sequence[Finding], compromise: Compromise
) -> list[dict[str, object]]:
    """Return every domain with its configurations and findings, a child domain with those of its parent."""
    listed = tuple(domains)
    federated = {domain.name.lower(): domain for domain in listed if domain.federated}
    shown: list[dict[str, object]] = []
    for domain in listed:
        parent = followed_parent(domain, federated)
        judged = parent or domain
        own = [finding for finding in findings if finding.domain == judged.name]
        shown.append(
            {
                "domain": domain.name,
                "verdict": _verdict(domain, own, compromise),
                "follows": parent.name if parent else None,
                "unread": domain.unread,
                "configurations": [_trust(trust) for trust in judged.trusts],
                "certificates": [certificate(one) for trust in judged.trusts for one in trust.certificates],
                "findings": [finding_status(finding) for finding in own],
            }
        )
    return shown


def judgement_status(judged: Judgement) -> list[dict[str, object]]:
    """Return the federated domains as the gate saw them."""
    return domains_status(judged.domains, judged.findings, judged.compromise)


def certificate(one: Certificate) -> dict[str, object]:
    """Return a certificate in JSON."""
    return {
        "thumbprint": one.thumbprint,
        "sha256": one.sha256,
        "key": one.key,
        "subject": one.subject,
        "notBefore": moment(one.not_before),
    }


def finding_status(finding: Finding) -> dict[str, object]:
    """Return a finding in JSON; without a certificate its thumbprint is null."""
    return {
        "code": finding.code,
        "domain": finding.domain,
        "issuer": finding.issuer,
        "thumbprint": finding.thumbprint,
        "key": finding.key,
        "subject": finding.subject,
        "notBefore": moment(finding.not_before),
        "text": finding.text,
    }


def _trust(trust: Trust) -> dict[str, object]:
    return {
        "issuer": trust.issuer,
        "passiveSignInUri": trust.passive_sign_in_uri,
        "provider": trust.provider,
        "mfaBehavior": trust.mfa_behavior or _MFA_BY_DEFAULT,
        "updateStatus": trust.update_status,
        "damaged": list(trust.damaged),
    }


def _verdict(domain: Domain, findings: Sequence[Finding], compromise: Compromise) -> Verdict:
    if not domain.federated:
        return Verdict.MANAGED
    codes = {finding.code for finding in findings}
    if not compromise:
        return Verdict.UNCHECKED if UNCHECKED in codes else Verdict.UNDATED
    # Thumbprints and keys alone tell nothing of a certificate's age: without a date it is not known to be rotated.
    passed = Verdict.ROTATED if compromise.clean_since else Verdict.UNDATED
    return min((_FOUND[code] for code in codes), key=WORST_FIRST.index, default=passed)
