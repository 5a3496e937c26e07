"""Whether a federated tenant has stopped trusting the token-signing certificates of a compromise. Pure.

CM0077's preparation: refresh tokens are revoked after new AD FS certificates were issued (CM0073), since whoever
holds an old one signs in again at once. Microsoft's emergency procedure makes two new ones: the current and the next.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

# What a caller may acknowledge, to pass the gate all the same.
NOT_ROTATED, UNCHECKED = "federation_not_rotated", "federation_unchecked"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A token-signing certificate; ``thumbprint`` is SHA-1 in 40 lower-case hex digits, as AD FS shows it."""

    thumbprint: str
    subject: str
    not_before: datetime


@dataclass(frozen=True, slots=True)
class Domain:
    """A verified domain; ``certificates`` are those a federated one trusts, or None where one cannot be read."""

    name: str
    federated: bool = False
    certificates: tuple[Certificate, ...] | None = ()


@dataclass(frozen=True, slots=True)
class Compromise:
    """What is known of it: when it began, or which certificates it took (thumbprints); these decide where given."""

    began_at: datetime | None = None
    thumbprints: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether certificates can be judged at all."""
        return self.began_at is not None or bool(self.thumbprints)

    def took(self, certificate: Certificate) -> bool:
        """Whether a certificate must not be trusted any more; where nothing is known, none may be."""
        if self.thumbprints:
            return certificate.thumbprint in self.thumbprints
        return self.began_at is None or certificate.not_before <= self.began_at


@dataclass(frozen=True, slots=True)
class Verdict:
    """What stands in the way of a tenant-wide run: domains that trust an old certificate, and that cannot be read.

    ``judged`` says that there were certificates, so that what the caller told of the compromise decided.
    """

    trusted: tuple[tuple[str, Certificate], ...] = ()
    unchecked: tuple[str, ...] = ()
    judged: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """Return what a caller would have to acknowledge."""
        return (*([NOT_ROTATED] if self.trusted else []), *([UNCHECKED] if self.unchecked else []))


def judge(domains: Iterable[Domain], compromise: Compromise) -> Verdict:
    """Judge every federated domain; one that names no certificate is as one that cannot be read."""
    federated = [domain for domain in domains if domain.federated]
    return Verdict(
        trusted=tuple(
            (domain.name, certificate)
            for domain in federated
            for certificate in domain.certificates or ()
            if compromise.took(certificate)
        ),
        unchecked=tuple(domain.name for domain in federated if not domain.certificates),
        judged=any(domain.certificates for domain in federated),
    )
