"""A user as the directory shows it, and what that tells about a user of a run."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from revoker.core.external import signs_in
from revoker.core.outcome import User

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


@dataclass(frozen=True, slots=True)
class DirectoryUser:
    """One row of a listing or read; ``external_reason`` is None for a user that signs in in this tenant.

    ``conflicting``: a sign of an external user, and credentials of this tenant. Such a user is called like any other.
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
    """Return a user of a run with what the directory shows; a user known to be external stays external.

    A ``conflicting`` user does not: "dana_fabrikam.com#EXT#@contoso.com" was taken for external by its UPN, and the
    directory shows credentials of this tenant. Such a user is called.
    """
    guessed = None if seen.conflicting else user.external_reason
    return replace(
        user,
        id=seen.id,
        user_principal_name=seen.user_principal_name,
        external_reason=seen.external_reason or guessed,
        sessions_valid_from=seen.sessions_valid_from,
    )


def directory_user(body: Mapping[str, object]) -> DirectoryUser | None:
    """Return the user in a Graph answer, whatever its ``@odata.type``, or None when id or UPN is missing."""
    user_id, upn = body.get("id"), body.get("userPrincipalName")
    if not isinstance(user_id, str) or not isinstance(upn, str) or not user_id or not upn:
        return None
    domain, where = body.get("onPremisesDomainName"), signs_in(body, upn)
    return DirectoryUser(
        user_id.lower(),
        upn,
        where.external_reason,
        _moment(body.get("signInSessionsValidFromDateTime")),
        domain if isinstance(domain, str) else None,
        where.conflicting,
    )


def _moment(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
