"""What a user looks like on the wire: every property by name, computed only when selected.

Facts: the `user` resource page (names, what comes without `$select`); `resources/agentuser` (an agent user is a user of
a derived type, so its rows carry `@odata.type` where those of plain users do not).
"""

from collections.abc import Callable, Mapping
from typing import Any

from local.tenant.exchange import Refusal
from local.tenant.identities import identities, mail
from local.tenant.people import Person

VALID_FROM = "signInSessionsValidFromDateTime"
# Listed on `agentuser-list` (v1.0) and described on the beta page of `user`.
RESTRICTED = "isManagementRestricted"


def _on_premises(name: str) -> Callable[[Person], str | None]:
    """Make the reader of a property that only synced users have."""
    return lambda person: getattr(person.on_premises, name, None)


_INVITATION_STATES = {None: None, True: "Accepted", False: "PendingAcceptance"}


def kind(person: Person) -> str:
    """Name the OData type of a user, without its namespace."""
    return "agentUser" if person.agent else "user"


PROPERTIES: Mapping[str, Callable[[Person], Any]] = {
    "id": lambda person: person.id,
    "userPrincipalName": lambda person: person.upn,
    "displayName": lambda person: person.name,
    "userType": lambda person: person.user_type,
    "accountEnabled": lambda person: person.enabled,
    "externalUserState": lambda person: _INVITATION_STATES[person.accepted],
    "creationType": lambda person: person.creation,
    # Not among the properties of an agent user, which come as null (`resources/agentuser`).
    "identities": lambda person: None if person.agent else identities(person),
    "department": lambda person: person.department,
    "mail": mail,
    "givenName": lambda person: person.name.split()[0],
    "surname": lambda person: person.name.split()[-1],
    # Null, not false, for users that were never synced.
    "onPremisesSyncEnabled": lambda person: bool(person.on_premises) or None,
    "onPremisesSamAccountName": _on_premises("sam_account"),
    "onPremisesDomainName": _on_premises("domain"),
    "onPremisesSecurityIdentifier": _on_premises("sid"),
    "businessPhones": lambda _: [],
}
# Real properties that this tenant leaves empty.
_EMPTY = frozenset(
    {
        "city",
        "companyName",
        "country",
        "createdDateTime",
        "deletedDateTime",
        "employeeId",
        "externalUserStateChangeDateTime",
        "jobTitle",
        "lastPasswordChangeDateTime",
        "mailNickname",
        "mobilePhone",
        "officeLocation",
        "onPremisesDistinguishedName",
        "onPremisesImmutableId",
        "onPremisesLastSyncDateTime",
        "onPremisesUserPrincipalName",
        "externalUserConvertedOn",
        "preferredLanguage",
        "state",
        "usageLocation",
    }
)
_DEFAULT = (
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
)


def selected(option: str | None) -> tuple[str, ...]:
    """Read `$select`; a name that no user has is refused, as Graph does."""
    if option is None:
        return _DEFAULT
    names = tuple(name.strip() for name in option.split(","))
    for name in names:
        if name not in PROPERTIES and name not in _EMPTY and name not in {VALID_FROM, RESTRICTED}:
            message = f"Parsing OData Select and Expand failed: Could not find a property named '{name}' on type "
            raise Refusal(400, "BadRequest", f"{message}'microsoft.graph.user'.")
    return names


def render(person: Person, names: tuple[str, ...], moving: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """Write the selected properties of a user; a derived type is always named.

    `moving` reads the properties that change while the tenant runs.
    """
    row: dict[str, Any] = {}
    if person.agent:
        row["@odata.type"] = f"#microsoft.graph.{kind(person)}"
    for name in names:
        row[name] = _value(person, name, moving)
    return row


def _value(person: Person, name: str, moving: Mapping[str, Callable[[], Any]]) -> Any:  # noqa: ANN401 - a JSON value
    if name in PROPERTIES:
        return PROPERTIES[name](person)
    if name in moving:
        return moving[name]()
    return None
