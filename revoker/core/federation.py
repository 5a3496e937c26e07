"""What federated domains trust, what is known of the compromise, and what the gate finds, as values.

A refresh token is revoked after its signing certificate was replaced (CM0073 before CM0077): an intruder with the old
signing key gets new tokens as fast as old ones end. Facts: docs/graph-facts.md#federation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from revoker.core.provider import Provider, provider_of

NOT_ROTATED = "federation_not_rotated"
ROTATED_ONCE = "federation_rotated_once"
SAME_KEY = "federation_same_key"
UNTRUSTED = "federation_untrusted"
UNCHECKED = "federation_unchecked"
# Each code, and when the gate finds it: the caller acknowledges one code at a time.
CODES: Mapping[str, str] = {
    NOT_ROTATED: "a certificate is from before the rotation, or is named as compromised",
    ROTATED_ONCE: "an AD FS domain holds one certificate, so the second rotation is missing",
    SAME_KEY: "a new certificate was made over an old or a compromised key",
    UNTRUSTED: "a certificate is not among trustedThumbprints",
    UNCHECKED: "a domain's certificates cannot be read",
}


@dataclass(frozen=True, slots=True)
class Certificate:
    """A token-signing certificate.

    ``thumbprint`` (SHA-1, as AD FS shows it) and ``sha256`` are digests of the certificate, ``key`` is the SHA-256 of
    its SubjectPublicKeyInfo; all in lower-case hex digits.
    """

    thumbprint: str
    sha256: str
    key: str
    subject: str
    not_before: datetime

    @property
    def thumbprints(self) -> frozenset[str]:
        """Both digests by which a caller may name the certificate."""
        return frozenset({self.thumbprint, self.sha256})


@dataclass(frozen=True, slots=True)
class Trust:
    """One federation configuration of a domain; ``damaged`` names the columns that cannot be read as certificates.

    Without ``mfa_behavior`` Entra accepts the MFA that the identity provider says it did. ``other_addresses`` are
    those for rich clients, metadata and signing out.
    """

    issuer: str | None = None
    passive_sign_in_uri: str | None = None
    mfa_behavior: str | None = None
    update_status: str | None = None
    current: Certificate | None = None
    next: Certificate | None = None
    damaged: tuple[str, ...] = ()
    other_addresses: tuple[str, ...] = ()

    @property
    def certificates(self) -> tuple[Certificate, ...]:
        """The current and the next certificate, each once."""
        return tuple(dict.fromkeys(one for one in (self.current, self.next) if one is not None))

    @property
    def provider(self) -> Provider:
        """Which kind of identity provider signs."""
        signing_in = filter(None, (self.issuer, self.passive_sign_in_uri))
        return provider_of(signing_in, self.other_addresses, (one.subject for one in self.certificates))

    @property
    def is_ad_fs(self) -> bool:
        """Whether AD FS signs, or may, where nothing is named."""
        return self.provider is Provider.AD_FS


@dataclass(frozen=True, slots=True)
class Domain:
    """A verified domain.

    A federated domain without ``trusts`` and without ``unread`` has no configuration of its own. ``unread`` is why
    its configuration could not be read. ``is_root`` is false for a child such as corp.contoso.com. One domain of a
    tenant is its default.
    """

    name: str
    federated: bool = False
    is_root: bool = True
    trusts: tuple[Trust, ...] = ()
    unread: str | None = None
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Compromise:
    """What the caller tells of the compromise.

    ``began_at``: since when the intruder was in. ``rotated_since``: when the clean rotation began. ``thumbprints`` and
    ``keys`` (SHA-256 of SubjectPublicKeyInfo) name compromised certificates. ``trusted_thumbprints`` names every
    certificate that belongs here; without one, no certificate is missing from it.
    """

    began_at: datetime | None = None
    rotated_since: datetime | None = None
    thumbprints: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    trusted_thumbprints: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether certificates can be judged at all."""
        dated = self.began_at or self.rotated_since
        return bool(dated or self.thumbprints or self.keys or self.trusted_thumbprints)

    @property
    def clean_since(self) -> datetime | None:
        """The moment before which no certificate may be issued: the later of the two, where both are told."""
        told = [moment for moment in (self.began_at, self.rotated_since) if moment]
        return max(told, default=None)


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason to refuse a tenant-wide run: a code, a domain, and the certificate if there is one.

    ``text`` is one sentence for a person; ``ad_fs`` decides which advice fits.
    """

    code: str
    domain: str
    issuer: str | None
    thumbprint: str | None
    key: str | None
    not_before: datetime | None
    text: str
    subject: str | None = None
    ad_fs: bool = True


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the gate saw and found: the federated domains, the findings about them, and what they were judged by."""

    domains: tuple[Domain, ...] = ()
    findings: tuple[Finding, ...] = ()
    compromise: Compromise = Compromise()
