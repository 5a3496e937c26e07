"""App roles: Graph permissions for the app's identity, and the API's own roles for callers. What is there stays."""

import json
from collections.abc import Iterable
from pathlib import Path

from infra.azure_cli import say
from infra.entra.directory import pages, principal_of, rest_patiently
from infra.entra.registration import ROLES

PERMISSIONS = json.loads((Path(__file__).resolve().parent / "permissions.json").read_text(encoding="utf-8"))
PLAYBOOK_ROLES = ("Sessions.Read", "Sessions.Revoke")
REVOKE = "User.RevokeSessions.All"
GRAPH_APP = "00000003-0000-0000-c000-000000000000"


def grant(
    api: str, responder: str, playbook: str, permissions: Iterable[str] | None, further: Iterable[str] = ()
) -> None:
    """Grant Graph permissions to the app's identity, all of them unless some are named, and app roles to playbooks.

    The ``further`` identities of a pool may end sessions, and nothing else.
    """
    wanted = PERMISSIONS
    if permissions is not None:
        wanted = _named(permissions, PERMISSIONS)
    graph = principal_of(GRAPH_APP)
    _assign(responder, graph, wanted)
    for principal in further:
        _assign(principal, graph, _named([REVOKE], PERMISSIONS))
    if playbook:
        give(api, playbook, PLAYBOOK_ROLES)


def give(api: str, principal: str, roles: Iterable[str]) -> None:
    """Let a person, a group or an identity call the API with these app roles."""
    _assign(principal, principal_of(api), _named(roles, ROLES))


def _named(names: Iterable[str], entries: list[dict[str, str]]) -> list[dict[str, str]]:
    by_name = {entry["value"]: entry for entry in entries}
    return [by_name[name] for name in names]


def _assign(principal: str, resource: str, roles: list[dict[str, str]]) -> None:
    # Read from the resource's side: the principal may be a person, a group or an identity. Granting twice is an error.
    held = pages(f"servicePrincipals/{resource}/appRoleAssignedTo?$top=999")
    has = {(entry["principalId"].lower(), entry["appRoleId"]) for entry in held}
    for role in roles:
        if (principal.lower(), role["id"]) not in has:
            body = {"principalId": principal, "resourceId": resource, "appRoleId": role["id"]}
            rest_patiently("POST", f"servicePrincipals/{resource}/appRoleAssignedTo", body)
        say(f"{principal} has {role['value']}")
