"""What `app.bicep` and `grants.bicep` do, with `az rest`: for clouds that the Bicep extension does not serve.

    python infra/entra/apply.py app [--name revoker]
    python infra/entra/apply.py grants --api CLIENT_ID --responder OBJECT_ID [--playbook OBJECT_ID] [--permissions …]
    python infra/entra/apply.py role --api CLIENT_ID --to OBJECT_ID Sessions.Read [Sessions.Revoke …]

Whoever runs it is signed in with `az login`. Running it again changes nothing. It needs no role in Azure.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

HERE = Path(__file__).resolve().parent
PERMISSIONS = json.loads((HERE / "permissions.json").read_text(encoding="utf-8"))
ROLES = json.loads((HERE / "roles.json").read_text(encoding="utf-8"))
PLAYBOOK_ROLES = ("Sessions.Read", "Sessions.Revoke")
GRAPH_APP = "00000003-0000-0000-c000-000000000000"
AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"

# A new identity is not known everywhere in the directory at once.
PATIENCE_SECONDS = (0, 10, 20, 40, 60)


class DirectoryError(Exception):
    """The directory did not do as asked; the message is what `az` said."""


def main(arguments: list[str] | None = None) -> int:
    """Do one of the three things; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "app":
            sys.stdout.write(f"{make_app(options.name)}\n")
        elif options.command == "grants":
            grant(options.api, options.responder, options.playbook, options.permissions)
        else:
            give(options.api, options.to, options.roles)
    except DirectoryError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    app = commands.add_parser("app", help="make the app registration, print its client id")
    app.add_argument("--name", default="revoker")
    grants = commands.add_parser("grants", help="grant the Graph permissions, and the playbooks' roles")
    grants.add_argument("--api", required=True)
    grants.add_argument("--responder", required=True)
    grants.add_argument("--playbook", default="")
    grants.add_argument("--permissions", nargs="+", choices=[entry["value"] for entry in PERMISSIONS])
    role = commands.add_parser("role", help="let a person, a group or an identity call the API")
    role.add_argument("--api", required=True)
    role.add_argument("--to", required=True)
    role.add_argument("roles", nargs="+", choices=[entry["value"] for entry in ROLES])
    return parser


def make_app(name: str) -> str:
    """Make or mend the app registration and its service principal; return the client id."""
    uri = f"api://{az('account', 'show', '--query', 'tenantId')}/{name}"
    scope = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{uri}/user_impersonation"))
    body = _registration(name, uri, scope)
    found = _list("applications", f"identifierUris/any(u:u eq '{uri}')")
    if found:
        app = found[0]
        scopes = app["api"]["oauth2PermissionScopes"]
        scope = next((entry["id"] for entry in scopes if entry["value"] == "user_impersonation"), scope)
        body = _registration(name, uri, scope)
        rest("PATCH", f"applications/{app['id']}", body)
    else:
        app = rest("POST", "applications", body)
    # The scope must exist before the Azure CLI can be let use it.
    known = [{"appId": AZURE_CLI, "delegatedPermissionIds": [scope]}]
    rest("PATCH", f"applications/{app['id']}", {"api": {**body["api"], "preAuthorizedApplications": known}})
    principals = _list("servicePrincipals", f"appId eq '{app['appId']}'")
    principal = principals[0] if principals else _patiently("POST", "servicePrincipals", {"appId": app["appId"]})
    rest("PATCH", f"servicePrincipals/{principal['id']}", {"appRoleAssignmentRequired": True})
    return str(app["appId"])


def _registration(name: str, uri: str, scope: str) -> dict[str, Any]:
    impersonation = {
        "id": scope,
        "value": "user_impersonation",
        "type": "Admin",
        "isEnabled": True,
        "adminConsentDisplayName": "Call Revoker",
        "adminConsentDescription": "Call Revoker as the signed-in person, with that person's app roles.",
    }
    return {
        "displayName": f"Revoker ({name})",
        "signInAudience": "AzureADMyOrg",
        "identifierUris": [uri],
        "api": {"requestedAccessTokenVersion": 2, "oauth2PermissionScopes": [impersonation]},
        "appRoles": [{**role, "allowedMemberTypes": ["Application", "User"], "isEnabled": True} for role in ROLES],
    }


def grant(api: str, responder: str, playbook: str, permissions: Iterable[str] | None) -> None:
    """Grant Graph permissions to the app's identity, and app roles to the playbooks'."""
    wanted = set(permissions) if permissions is not None else {entry["value"] for entry in PERMISSIONS}
    _assign(responder, _principal_of(GRAPH_APP), [entry for entry in PERMISSIONS if entry["value"] in wanted])
    if playbook:
        give(api, playbook, PLAYBOOK_ROLES)


def give(api: str, principal: str, roles: Iterable[str]) -> None:
    """Let somebody call the API with these app roles."""
    _assign(principal, _principal_of(api), [entry for entry in ROLES if entry["value"] in set(roles)])


def _assign(principal: str, resource: str, roles: list[dict[str, str]]) -> None:
    # Read from the resource's side: the principal may be a person, a group or an identity.
    held = _pages(f"servicePrincipals/{resource}/appRoleAssignedTo?$top=999")
    has = {entry["appRoleId"] for entry in held if entry["principalId"].lower() == principal.lower()}
    for role in roles:
        if role["id"] not in has:
            body = {"principalId": principal, "resourceId": resource, "appRoleId": role["id"]}
            _patiently("POST", f"servicePrincipals/{resource}/appRoleAssignedTo", body)
        sys.stdout.write(f"{principal} has {role['value']}\n")


def _principal_of(app: str) -> str:
    found = _list("servicePrincipals", f"appId eq '{app}'")
    if not found:
        raise DirectoryError(f"There is no service principal of application {app} in this tenant.")
    return str(found[0]["id"])


def _list(kind: str, where: str) -> list[dict[str, Any]]:
    return _pages(f"{kind}?$filter={quote(where)}")


def _pages(path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while path:
        page = rest("GET", path)
        found += page["value"]
        path = page.get("@odata.nextLink", "")
    return found


def _patiently(method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    for seconds in PATIENCE_SECONDS:
        time.sleep(seconds)
        try:
            return rest(method, path, body)
        except DirectoryError as error:
            failure = error
    raise failure


def rest(method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Ask Graph in the cloud that `az` is signed in to."""
    graph = az("cloud", "show", "--query", "endpoints.microsoftGraphResourceId").rstrip("/")
    uri = path if path.startswith("https://") else f"{graph}/v1.0/{path}"
    command = ["rest", "--method", method, "--uri", uri, "--resource", graph]
    if body is not None:
        command += ["--headers", "Content-Type=application/json", "--body", json.dumps(body)]
    text = az(*command, output="json")
    answer: dict[str, Any] = json.loads(text) if text else {}
    return answer


def az(*arguments: str, output: str = "tsv") -> str:
    """Run the Azure CLI; raises DirectoryError with its words."""
    command = [shutil.which("az") or "az", *arguments, "--output", output, "--only-show-errors"]
    result = subprocess.run(command, capture_output=True, check=False, text=True)  # noqa: S603 - ours
    if result.returncode:
        raise DirectoryError(f"az {' '.join(arguments[:4])}: {result.stderr.strip()}")
    return result.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
