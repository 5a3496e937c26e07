"""A user as the directory shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

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
    """One user, read. ``external`` is true when only a home tenant elsewhere can end the sessions."""

    id: str
    user_principal_name: str
    external: bool
    sessions_valid_from: datetime | None
    on_premises_domain: str | None = None

    @property
    def names(self) -> frozenset[str]:
        """Both names Graph accepts for this user, lower case."""
        return frozenset({self.id.lower(), self.user_principal_name.lower()})

    def is_valid_since(self, moment: datetime) -> bool:
        """Whether every session issued before ``moment`` is dead."""
        return self.sessions_valid_from is not None and self.sessions_valid_from >= moment


def is_external_upn(upn: str) -> bool:
    """Whether a UPN is the form Entra gives to invited users."""
    return "#ext#" in upn.lower()


def directory_user(body: Mapping[str, object]) -> DirectoryUser | None:
    """Return the user in a Graph answer, or None when it is not one.

    Signs of an external user, any of which decides: reference graph, Reading.
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
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
        return moment.astimezone(UTC) if moment is not None and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
