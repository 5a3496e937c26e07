"""The app registration that guards the API: what `app.bicep` declares, made with `az rest`.

Both ways give the application the same key (`uniqueName`) and its scope the same id, so that one can follow the other.
"""

import json
import uuid
from pathlib import Path
from typing import Any

from infra.azure_cli import StepError, az
from infra.entra.directory import Json, matching, pages, rest, rest_patiently

HERE = Path(__file__).resolve().parent
ROLES = json.loads((HERE / "roles.json").read_text(encoding="utf-8"))
AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"

# The namespace of Bicep's guid(), which joins its arguments with hyphens: guid('revoker', 'user_impersonation') is
# 86871fbf-1c87-53aa-bdc2-2b18f7bba1a1 there and here (a test compiles it).
_BICEP_GUID = uuid.UUID("11fb06fb-712d-4ddd-98c7-e71bbd588830")


def bicep_guid(*parts: str) -> str:
    """Return what Bicep's guid() returns."""
    return str(uuid.uuid5(_BICEP_GUID, "-".join(parts)))


def make_app(name: str) -> str:
    """Make the app registration and its service principal, or mend them; return the client id."""
    uri = f"api://{az('account', 'show', '--query', 'tenantId')}/{name}"
    app = _with_audience(uri)
    scope = _scope_of(app) or bicep_guid(name, "user_impersonation")
    body = _registration(name, uri, scope)
    if app:
        rest("PATCH", f"applications/{app['id']}", body)
    else:
        # An application gets its key only as it is made (learn, application-upsert).
        app = rest("PATCH", f"applications(uniqueName='{name}')", body, prefer="create-if-missing") or _made(uri)
    # The scope must exist before the Azure CLI can be let use it.
    known = [{"appId": AZURE_CLI, "delegatedPermissionIds": [scope]}]
    rest_patiently("PATCH", f"applications/{app['id']}", {"api": {**body["api"], "preAuthorizedApplications": known}})
    principals = matching("servicePrincipals", f"appId eq '{app['appId']}'")
    if not principals:
        principals = [rest_patiently("POST", "servicePrincipals", {"appId": app["appId"]})]
    rest_patiently("PATCH", f"servicePrincipals/{principals[0]['id']}", {"appRoleAssignmentRequired": True})
    return str(app["appId"])


def remove_app(client_id: str) -> None:
    """Remove an app registration for good: the directory keeps a deleted one, and its key, for thirty days.

    A second try finds it among the deleted ones (msgraph-bicep-types#137).
    """
    for app in matching("applications", f"appId eq '{client_id}'"):
        rest("DELETE", f"applications/{app['id']}")
    for app in pages("directory/deletedItems/microsoft.graph.application?$select=id,appId"):
        if app["appId"] == client_id:
            rest("DELETE", f"directory/deletedItems/{app['id']}")


def _with_audience(uri: str) -> Json | None:
    return next(iter(matching("applications", f"identifierUris/any(u:u eq '{uri}')")), None)


def _made(uri: str) -> Json:
    """Return an application that had the key and another audience, and was mended just now."""
    found = _with_audience(uri)
    if found is None:
        raise StepError("The application is there, and the directory does not show it yet: try again in a minute.")
    return found


def _scope_of(app: Json | None) -> str:
    """Return the id of the scope that an application has already: an enabled scope cannot get another."""
    for entry in (app or {}).get("api", {}).get("oauth2PermissionScopes", []):
        if entry["value"] == "user_impersonation":
            return str(entry["id"])
    return ""


def _registration(name: str, uri: str, scope: str) -> dict[str, Any]:
    impersonation = {
        "id": scope,
        "value": "user_impersonation",
        "type": "Admin",
        "isEnabled": True,
        "adminConsentDisplayName": "Call Revoker",
        "adminConsentDescription": "Call Revoker as the signed-in person, with that person's app roles.",
    }
    roles = [{**role, "allowedMemberTypes": ["Application", "User"], "isEnabled": True} for role in ROLES]
    return {
        "displayName": f"Revoker ({name})",
        "signInAudience": "AzureADMyOrg",
        "identifierUris": [uri],
        "api": {"requestedAccessTokenVersion": 2, "oauth2PermissionScopes": [impersonation]},
        "appRoles": roles,
    }
