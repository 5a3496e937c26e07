"""What kind of identity provider signs for a federated domain: AD FS, one that is known to be another, or unknown.

It decides two things: whether one certificate is half a rotation, and which advice fits. Facts:
docs/graph-facts.md#federation.
"""

from collections.abc import Iterable
from enum import StrEnum

_AD_FS_SIGNS = ("adfs", "/services/trust")
_AD_FS_SUBJECT = "cn=adfs signing"
# Hosts in the issuers of providers on Microsoft's compatibility list; one that is missing here is unknown, and is said.
_OTHERS = ("okta.com", "oktapreview.com", "okta-emea.com", "pingone.", "pingidentity.com", "onelogin.com", "google.com")


class Provider(StrEnum):
    """Which kind it is."""

    AD_FS = "ad_fs"
    OTHER = "other"
    UNKNOWN = "unknown"


def provider_of(signing_in: Iterable[str], other_addresses: Iterable[str], subjects: Iterable[str]) -> Provider:
    """Return the kind by the issuer and the address for browsers, then by every other sign; no address is AD FS.

    A proxy may hide AD FS's path in the address for browsers; the addresses of WS-Trust, and the name that AD FS gives
    to certificates of its own making, stay.
    """
    first, rest = " ".join(signing_in).lower(), " ".join(other_addresses).lower()
    if _has(first, _AD_FS_SIGNS):
        return Provider.AD_FS
    if _has(first, _OTHERS):
        return Provider.OTHER
    # AD FS makes a current and a next certificate, other identity providers hold one. Where there is no address at all,
    # the stricter reading asks for two: it can be acknowledged, and the laxer one would pass half a rotation unseen.
    named = any(subject.lower().startswith(_AD_FS_SUBJECT) for subject in subjects)
    if named or _has(rest, _AD_FS_SIGNS) or not (first or rest):
        return Provider.AD_FS
    return Provider.UNKNOWN


def _has(text: str, signs: Iterable[str]) -> bool:
    return any(sign in text for sign in signs)
