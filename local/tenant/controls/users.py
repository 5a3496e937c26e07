"""Controls that change which users there are and what becomes of their sessions."""

from collections.abc import Mapping
from random import Random
from typing import Any

from local.tenant.identities import ENTRA
from local.tenant.odata.options import not_found
from local.tenant.people import OnPremises, Person
from local.tenant.population import make_id
from local.tenant.tenant import Tenant

_FIELDS = {
    "id": "id",
    "userPrincipalName": "upn",
    "displayName": "name",
    "userType": "user_type",
    "accountEnabled": "enabled",
    "creationType": "creation",
    "department": "department",
    "agent": "agent",
    "issuer": "home",
    "linked": "linked",
    "signInAddress": "sign_in_address",
}
_STATES = {"Accepted": True, "PendingAcceptance": False, None: None}


def position(tenant: Tenant, name: str) -> int:
    """Find a user by object id or UPN, or refuse with 404."""
    index = tenant.graph.world.directory.find(name)
    if index is None:
        raise not_found(name)
    return index


def add_users(tenant: Tenant, value: list[Mapping[str, Any]]) -> None:
    """Append users, written as Graph writes them; only `userPrincipalName` is required.

    Known: `id`, `userPrincipalName`, `displayName`, `userType`, `accountEnabled`, `creationType`, `externalUserState`,
    `department`, and five of ours: `issuer` (the identity provider of an external user), `linked` (one that was added
    to an account with credentials here), `signInAddress` (of a local account, as in B2C), `agent` (true for an agent
    user), `onPremises` (`{"sam_account", "domain", "sid"}` of a synced user).
    """
    for row in value:
        tenant.graph.world.directory.add(_person(row))


def delete_user(tenant: Tenant, value: str) -> None:
    """Remove one user."""
    tenant.graph.world.directory.delete(position(tenant, value))


def come_back(tenant: Tenant, value: list[str]) -> None:
    """Bring the old sessions of some users back at once."""
    for name in value:
        tenant.graph.world.sessions.come_back(position(tenant, name), tenant.now)


def _person(row: Mapping[str, Any]) -> Person:
    known = {*_FIELDS, "externalUserState", "onPremises"}
    if not row.keys() <= known:
        message = f"unknown: {', '.join(sorted(row.keys() - known))}; a user has {', '.join(sorted(known))}"
        raise ValueError(message)
    upn = row["userPrincipalName"]
    made: dict[str, Any] = {"id": make_id(Random(upn)), "name": upn.partition("@")[0]}
    for key, name in _FIELDS.items():
        if key in row:
            made[name] = row[key]
    made["accepted"] = _STATES[row.get("externalUserState")]
    # An invited user without an issuer of its own comes from another Entra tenant, as most do.
    if made["accepted"] is not None:
        made.setdefault("home", ENTRA)
    if "onPremises" in row:
        made["on_premises"] = OnPremises(**row["onPremises"])
    return Person(**made)
