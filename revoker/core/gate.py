"""The gate before a tenant-wide run: which certificates that federated domains trust stand in its way."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from revoker.core.federation import (
    NOT_ROTATED,
    ROTATED_ONCE,
    SAME_KEY,
    UNCHECKED,
    UNTRUSTED,
    Certificate,
    Compromise,
    Domain,
    Finding,
    Trust,
)

_SHOWN = 100
type _Keys = Mapping[str, frozenset[Certificate]]


def judge(domains: Iterable[Domain], compromise: Compromise) -> tuple[Finding, ...]:
    """Return the findings: one for each code, domain and certificate."""
    federated = {domain.name.lower(): domain for domain in domains if domain.federated}
    keys = _by_key(federated.values())
    found: dict[tuple[str, str, str | None], Finding] = {}
    for domain in federated.values():
        if followed_parent(domain, federated) is None:
            for finding in _judge_domain(domain, compromise, keys):
                found.setdefault((finding.code, finding.domain, finding.thumbprint), finding)
    return tuple(found.values())


def unchecked(domain: str, why: str, trust: Trust | None = None) -> Finding:
    """Return the finding for a domain of which something could not be read."""
    text = f"The certificates of {domain[:_SHOWN]} cannot be read: {why}."
    issuer = trust.issuer if trust else None
    return Finding(UNCHECKED, domain, issuer, None, None, None, text, ad_fs=trust is None or trust.is_ad_fs)


def followed_parent(domain: Domain, federated: Mapping[str, Domain]) -> Domain | None:
    """Return the nearest federated parent of a child domain without a configuration of its own, or None.

    ``federated`` has lower-case names. The parent's configuration holds for such a child, and so do its findings.
    """
    if not domain.federated or domain.is_root or domain.trusts or domain.unread:
        return None
    # eu.corp.contoso.com looks for corp.contoso.com, then contoso.com, then com.
    name = domain.name.lower().partition(".")[2]
    while name and name not in federated:
        name = name.partition(".")[2]
    return federated.get(name)


def _judge_domain(domain: Domain, compromise: Compromise, keys: _Keys) -> Iterator[Finding]:
    if domain.unread:
        yield unchecked(domain.name, domain.unread)
    elif not domain.trusts:
        yield unchecked(domain.name, "it is federated, and Graph shows no configuration")
    for trust in domain.trusts:
        yield from _judge_trust(domain.name, trust, compromise, keys)


def _judge_trust(domain: str, trust: Trust, compromise: Compromise, keys: _Keys) -> Iterator[Finding]:
    # The current and the next certificate are judged each by itself: one that cannot be read must not hide the other.
    for column in trust.damaged:
        yield unchecked(domain, f"{column} holds no certificate", trust)
    if not trust.certificates and not trust.damaged:
        yield unchecked(domain, "no certificate is named", trust)
    for certificate in trust.certificates:
        for code, why in _faults(certificate, compromise, keys):
            yield _finding(code, domain, trust, certificate, why)
    # Entra accepts the old certificate until a second rotation has pushed it out of both columns.
    if trust.is_ad_fs and not trust.damaged and len(trust.certificates) == 1:
        why = "is the only one: rotate a second time, or the old one may still be accepted"
        yield _finding(ROTATED_ONCE, domain, trust, trust.certificates[0], why)


def _faults(certificate: Certificate, compromise: Compromise, keys: _Keys) -> Iterator[tuple[str, str]]:
    since = compromise.clean_since
    if certificate.thumbprints & compromise.thumbprints:
        yield NOT_ROTATED, "is among compromisedThumbprints"
    elif since and certificate.not_before <= since:
        yield NOT_ROTATED, f"was issued before {since:%Y-%m-%dT%H:%M:%SZ}"
    elif not compromise:
        yield NOT_ROTATED, "may be from before the compromise: compromisedAt does not say when that was"
    if certificate.key in compromise.keys:
        yield SAME_KEY, "has the key of a certificate in compromisedCertificates"
    elif older := _older_over_the_same_key(certificate, keys):
        yield SAME_KEY, f"has the same key as certificate {older.thumbprint}"
    if compromise.trusted_thumbprints and not certificate.thumbprints & compromise.trusted_thumbprints:
        yield UNTRUSTED, "is not among trustedThumbprints"


def _older_over_the_same_key(certificate: Certificate, keys: _Keys) -> Certificate | None:
    """Return the oldest other certificate over the same key, in any domain: a renewal by hand may keep the key."""
    oldest = min(keys[certificate.key], key=lambda one: (one.not_before, one.sha256))
    return oldest if oldest.sha256 != certificate.sha256 else None


def _by_key(domains: Iterable[Domain]) -> _Keys:
    keys: defaultdict[str, set[Certificate]] = defaultdict(set)
    for domain in domains:
        for trust in domain.trusts:
            for certificate in trust.certificates:
                keys[certificate.key].add(certificate)
    return {key: frozenset(certificates) for key, certificates in keys.items()}


def _finding(code: str, domain: str, trust: Trust, certificate: Certificate, why: str) -> Finding:
    issued = f"{certificate.not_before:%Y-%m-%dT%H:%M:%SZ}"
    issuer = f"issuer {trust.issuer[:_SHOWN]}" if trust.issuer else "no issuer named"
    described = f"{certificate.subject[:_SHOWN]}, issued {issued}, key {certificate.key[:16]}"
    text = f"{domain[:_SHOWN]} ({issuer}) trusts certificate {certificate.thumbprint} ({described}), which {why}."
    return Finding(
        code,
        domain,
        trust.issuer,
        certificate.thumbprint,
        certificate.key,
        certificate.not_before,
        text,
        subject=certificate.subject[:_SHOWN],
        ad_fs=trust.is_ad_fs,
    )
