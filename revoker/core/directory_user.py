"""A user as the directory shows it, and what that tells about a user of a run."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from revoker.core.outcome import User

SELECT = (
    "id",
    "userPrincipalName",
    "userType",
    "accountEnabled",
    "externalUserState",
    "creationType",
    "onPremisesDomainName",
    "signInSessionsValidFromDateTime",
)


@dataclass(frozen=True, slots=True)
class DirectoryUser:
    """One row of a listing or read. ``external``: only a home tenant elsewhere can end the sessions."""

    id: str
    user_principal_name: str
    external: bool
    sessions_valid_from: datetime | None
    on_premises_domain: str | None = None

    @property
    def names(self) -> frozenset[str]:
        """Both names that Graph takes for this user, lower case."""
        return frozenset({self.id.lower(), self.user_principal_name.lower()})


def listed_user(seen: DirectoryUser, requested_as: str) -> User:
    """Return a user of a run, made from a directory row."""
    return identified(User(key=seen.id, requested_as=requested_as), seen)


def identified(user: User, seen: DirectoryUser) -> User:
    """Return a user of a run with what the directory shows; a user known to be external stays so."""
    return replace(
        user,
        id=seen.id,
        user_principal_name=seen.user_principal_name,
        external=user.external or seen.external,
        sessions_valid_from=seen.sessions_valid_from,
    )


def is_external_upn(upn: str) -> bool:
    """Whether a UPN has the form that Entra gives to invited users."""
    return "#ext#" in upn.lower()


def directory_user(body: Mapping[str, object]) -> DirectoryUser | None:
    """Return the user in a Graph answer, or None when it is not one.

    Each sign of an external user decides by itself: docs/graph-facts.md#external-users.
    """
    user_id, upn = body.get("id"), body.get("userPrincipalName")
    if not isinstance(user_id, str) or not isinstance(upn, str) or not user_id or not upn:
        return None
    external = (
        is_external_upn(upn)
        or str(body.get("userType")).lower() == "guest"
        or bool(body.get("externalUserState"))
        or body.get("creationType") == "Invitation"
    )
    domain = body.get("onPremisesDomainName")
    return DirectoryUser(
        user_id.lower(),
        upn,
        external,
        _moment(body.get("signInSessionsValidFromDateTime")),
        domain if isinstance(domain, str) else None,
    )


def _moment(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
