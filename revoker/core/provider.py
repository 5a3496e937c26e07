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
    """The kinds of identity provider."""

    AD_FS = "ad_fs"
    OTHER = "other"
    UNKNOWN = "unknown"


def provider_of(signing_in: Iterable[str], other_addresses: Iterable[str], subjects: Iterable[str]) -> Provider:
    """Return the kind by the issuer and the address for browsers (``signing_in``), else by the other signs.

    A proxy may hide AD FS's path in the address for browsers. It does not hide the addresses of WS-Trust, nor the
    subject that AD FS gives to certificates of its own making. Without any address the kind is AD FS.
    """
    first, rest = " ".join(signing_in).lower(), " ".join(other_addresses).lower()
    if _has(first, _AD_FS_SIGNS):
        return Provider.AD_FS
    if _has(first, _OTHERS):
        return Provider.OTHER
    # AD FS makes a current and a next certificate, other identity providers have one. Where there is no address at all,
    # the gate asks for two: a caller can acknowledge that finding, while taking it for another provider would let half
    # a rotation pass without a word.
    named = any(subject.lower().startswith(_AD_FS_SUBJECT) for subject in subjects)
    if named or _has(rest, _AD_FS_SIGNS) or not (first or rest):
        return Provider.AD_FS
    return Provider.UNKNOWN


def _has(text: str, signs: Iterable[str]) -> bool:
    return any(sign in text for sign in signs)
