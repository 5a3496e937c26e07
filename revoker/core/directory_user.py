"""A user as the directory shows it, and what that tells about a user of a run."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from revoker.core.outcome import EXTERNAL_NO_HOME, EXTERNAL_USER, User

SELECT = (
    "id",
    "userPrincipalName",
    "userType",
    "accountEnabled",
    "externalUserState",
    "creationType",
    "identities",
    "onPremisesDomainName",
    "signInSessionsValidFromDateTime",
)
_INVITED = frozenset({"invitation", "selfservicesignup"})
# Issuers that are no Entra tenant; a SAML or WS-Fed issuer is a URI (docs/graph-facts.md#external-users).
_NO_HOME = frozenset({"mail", "phone", "google.com", "facebook.com", "apple.com", "microsoftaccount", "live.com"})


@dataclass(frozen=True, slots=True)
class DirectoryUser:
    """One row of a listing or read; ``external_reason`` is None for a user that signs in in this tenant.

    ``conflicting``: the UPN is that of an external user, and everything else says that it is a member with credentials
    of this tenant. Such a user is called like any other: the UPN may be an intruder's choice.
    """

    id: str
    user_principal_name: str
    external_reason: str | None
    sessions_valid_from: datetime | None
    on_premises_domain: str | None = None
    conflicting: bool = False

    @property
    def external(self) -> bool:
        """Whether this tenant cannot end the user's sessions."""
        return self.external_reason is not None

    @property
    def names(self) -> frozenset[str]:
        """Both names that Graph takes for this user, lower case."""
        return frozenset({self.id.lower(), self.user_principal_name.lower()})


def listed_user(seen: DirectoryUser, requested_as: str) -> User:
    """Return a user of a run, made from a directory row."""
    return identified(User(key=seen.id, requested_as=requested_as), seen)


def identified(user: User, seen: DirectoryUser) -> User:
    """Return a user of a run with what the directory shows; a user known to be external stays so.

    Unless all that made it external was the form of its UPN.
    """
    guessed = None if seen.conflicting else user.external_reason
    return replace(
        user,
        id=seen.id,
        user_principal_name=seen.user_principal_name,
        external_reason=seen.external_reason or guessed,
        sessions_valid_from=seen.sessions_valid_from,
    )


def is_external_upn(upn: str) -> bool:
    """Whether a UPN has the form that Entra gives to invited users."""
    return "#ext#" in upn.lower()


def directory_user(body: Mapping[str, object]) -> DirectoryUser | None:
    """Return the user in a Graph answer, whatever its ``@odata.type``, or None when id or UPN is missing."""
    user_id, upn = body.get("id"), body.get("userPrincipalName")
    if not isinstance(user_id, str) or not isinstance(upn, str) or not user_id or not upn:
        return None
    domain, conflicting = body.get("onPremisesDomainName"), _has_only_the_name(body, upn)
    return DirectoryUser(
        user_id.lower(),
        upn,
        None if conflicting else _external_reason(body, upn),
        _moment(body.get("signInSessionsValidFromDateTime")),
        domain if isinstance(domain, str) else None,
        conflicting,
    )


def _has_only_the_name(body: Mapping[str, object], upn: str) -> bool:
    """Whether a member looks external by the UPN alone: each identity shown is of this tenant, and none invited it."""
    held = body.get("identities")
    member = str(body.get("userType")).lower() == "member"
    if not (is_external_upn(upn) and member and isinstance(held, list) and held):
        return False
    invited = str(body.get("creationType")).lower() in _INVITED
    return not (_foreign_issuers(held) or body.get("externalUserState") or invited)


def _external_reason(body: Mapping[str, object], upn: str) -> str | None:
    """Return why this tenant cannot end the user's sessions, or None when it can.

    ``userType`` decides nothing: an internal guest has credentials of this tenant, an external member has none.
    Source: entra-docs, ``user-properties``.
    """
    issuers = _foreign_issuers(body.get("identities"))
    if issuers:
        return EXTERNAL_NO_HOME if all(_is_no_tenant(issuer) for issuer in issuers) else EXTERNAL_USER
    # An invitation that was not accepted yet shows no issuer; where the user will sign in is not known then.
    invited = str(body.get("creationType")).lower() in _INVITED
    return EXTERNAL_USER if is_external_upn(upn) or body.get("externalUserState") or invited else None


def _foreign_issuers(identities: object) -> list[str]:
    """Return the issuers of identities that other identity providers hold, in lower case."""
    if not isinstance(identities, list):
        return []
    held = [identity for identity in identities if isinstance(identity, Mapping)]
    foreign = [identity for identity in held if str(identity.get("signInType")).lower() == "federated"]
    return [str(identity.get("issuer")).strip().lower() for identity in foreign]


def _is_no_tenant(issuer: str) -> bool:
    return issuer.replace(" ", "") in _NO_HOME or ":" in issuer


def _moment(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
