"""Whether a user signs in in this tenant or elsewhere, by what the directory shows of it.

``userType`` decides nothing by itself: an internal guest has credentials of this tenant, an external member has none
(entra-docs, ``user-properties``; docs/graph-facts.md#external-users).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from revoker.core.outcome import EXTERNAL_NO_HOME, EXTERNAL_USER

_INVITED = frozenset({"invitation", "selfservicesignup"})
# Issuers that are no Entra tenant; a SAML or WS-Fed issuer is a URI (docs/graph-facts.md#external-users).
_NO_HOME = frozenset({"mail", "phone", "google.com", "facebook.com", "apple.com", "microsoftaccount", "live.com"})
_FEDERATED, _BY_UPN = "federated", "userprincipalname"


@dataclass(frozen=True, slots=True)
class SignsIn:
    """Where a user signs in: ``external_reason`` is None for a user with credentials of this tenant.

    ``conflicting``: a user with credentials of this tenant has a sign of an external user as well. It is called like
    any other: an intruder may have added the sign so that the account is left alone, or in order to come back by it.
    """

    external_reason: str | None
    conflicting: bool = False


def signs_in(body: Mapping[str, object], upn: str) -> SignsIn:
    """Return where the user of a Graph answer signs in."""
    identities = _identities(body)
    reason = _external_reason(body, upn, identities)
    if reason and _has_credentials_here(body, upn, identities):
        return SignsIn(None, conflicting=True)
    return SignsIn(reason)


def is_external_upn(upn: str) -> bool:
    """Whether a UPN has the form that Entra gives to invited users."""
    return "#ext#" in upn.lower()


def _external_reason(body: Mapping[str, object], upn: str, identities: list[Mapping[str, object]]) -> str | None:
    """Return why this tenant cannot end the user's sessions, going by the signs of an external user alone."""
    issuers = _foreign_issuers(identities)
    if issuers and all(map(_is_no_tenant, issuers)):
        return EXTERNAL_NO_HOME
    # An invitation that was not accepted yet shows no issuer; where the user will sign in is not known then.
    if issuers or is_external_upn(upn) or _was_invited(body):
        return EXTERNAL_USER
    return None


def _has_credentials_here(body: Mapping[str, object], upn: str, identities: list[Mapping[str, object]]) -> bool:
    """Whether an account that looks external was made here, with credentials of this tenant.

    A social identity (google.com and the like) proves nothing: it may be added to an account later, and a B2C account
    has one beside its password. An identity of another Entra tenant comes by an invitation only, so it counts.
    """
    kinds = {_kind(one) for one in identities} - {_FEDERATED}
    if kinds - {_BY_UPN, ""}:  # a name or an address to sign in with: a local account, which has a password here
        return True
    # Each user has an identity by its UPN, an invited user too. So it counts only where nothing shows an invitation.
    made_here = _kind_of_user(body) == "member" or bool(body.get("onPremisesDomainName"))
    if not made_here or _BY_UPN not in kinds or _was_invited(body):
        return False
    foreign = _foreign_issuers(identities)
    return not foreign or (not is_external_upn(upn) and all(map(_is_no_tenant, foreign)))


def _identities(body: Mapping[str, object]) -> list[Mapping[str, object]]:
    shown = body.get("identities")
    if not isinstance(shown, list):
        return []
    return [one for one in shown if isinstance(one, Mapping)]


def _was_invited(body: Mapping[str, object]) -> bool:
    return bool(body.get("externalUserState")) or str(body.get("creationType")).lower() in _INVITED


def _foreign_issuers(identities: list[Mapping[str, object]]) -> list[str]:
    """Return the issuers of identities that other identity providers hold, in lower case."""
    return [str(one.get("issuer")).strip().lower() for one in identities if _kind(one) == _FEDERATED]


def _is_no_tenant(issuer: str) -> bool:
    return issuer.replace(" ", "") in _NO_HOME or ":" in issuer


def _kind(identity: Mapping[str, object]) -> str:
    kind = identity.get("signInType")
    if not isinstance(kind, str):
        return ""
    return kind.lower()


def _kind_of_user(body: Mapping[str, object]) -> str:
    return str(body.get("userType")).lower()
