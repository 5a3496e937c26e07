"""Whether a federated tenant has stopped trusting the token-signing certificates of a compromise. Pure.

CM0077's preparation: refresh tokens are revoked after new AD FS certificates were issued (CM0073), since whoever
holds an old one signs in again at once. Microsoft's emergency procedure makes two new ones: the current and the next.
"""

from dataclasses import dataclass
from datetime import datetime


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
