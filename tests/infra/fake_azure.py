"""An Azure and a directory in memory, asked as the Azure CLI is: enough for a deployment and its removal."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

TENANT = "3f8a1c52-6b7d-4e90-9a41-0c5d2e7f8b13"
GRAPH = "00000003-0000-0000-c000-000000000000"
GRAPH_PRINCIPAL = "11111111-0000-0000-0000-000000000000"
SENTINEL_PRINCIPAL = "dddddddd-0000-0000-0000-000000000000"
LEFTOVERS = (
    "/subscriptions/0/w/providers/Microsoft.Authorization/roleAssignments/1",
    "/subscriptions/0/w/providers/Microsoft.SecurityInsights/automationRules/2",
    "/subscriptions/0/w/savedSearches/3",
)
OUTPUTS = {
    "entra-app": {"RESPONDER_API_CLIENT_ID": {"value": "aaaaaaaa-0000-0000-0000-000000000000"}},
    "entra-grants": {},
    "revoker": {
        "RESPONDER_API_URL": {"value": "https://func-revoker.example/api"},
        "RESPONDER_API_AUDIENCE": {"value": "api://t/revoker"},
        "RESPONDER_APP_NAME": {"value": "func-revoker"},
        "RESPONDER_PRINCIPAL_ID": {"value": "bbbbbbbb-0000-0000-0000-000000000000"},
        "RESPONDER_PLAYBOOK_PRINCIPAL_ID": {"value": "cccccccc-0000-0000-0000-000000000000"},
        "RESPONDER_APPROVAL_ABOVE": {"value": 0},
        "RESPONDER_ALERT_RECEIVERS": {"value": 2},
        "RESPONDER_LEFTOVERS": {"value": list(LEFTOVERS)},
    },
}

type Json = dict[str, Any]


class RefusedError(Exception):
    """The command fails with these words."""


@dataclass
class Azure:
    """What there is, as it would be seen in the portal."""

    cloud: str = "AzureCloud"
    drawn: int = 0
    token_refused: str = ""
    groups: list[str] = field(default_factory=list)
    deployments: list[str] = field(default_factory=list)
    on_workspace: list[str] = field(default_factory=list)
    uploaded: str = ""
    assignments: list[Json] = field(default_factory=list)
    applications: list[Json] = field(default_factory=list)
    deleted: list[Json] = field(default_factory=list)
    principals: list[Json] = field(default_factory=lambda: [{"id": GRAPH_PRINCIPAL, "appId": GRAPH}])
    granted: list[Json] = field(default_factory=list)

    def ask(self, arguments: Sequence[str]) -> str:
        """Answer one command of the Azure CLI; raises RefusedError."""
        given = dict(pairwise(arguments))
        answer: str = getattr(self, f"_ask_{arguments[0]}")(arguments[1], arguments[2], given)
        return answer

    def _ask_cloud(self, _verb: str, _noun: str, given: Json) -> str:
        return self.cloud if given["--query"] == "name" else "https://graph.example/"

    def _ask_account(self, verb: str, _noun: str, given: Json) -> str:
        if verb == "show":
            return TENANT
        if self.token_refused:
            raise RefusedError(self.token_refused)
        return f"a-token-for-{given['--resource']}"

    def _ask_group(self, verb: str, _noun: str, given: Json) -> str:
        return self._group(verb, given["--name"])

    def _ask_role(self, _noun: str, _verb: str, _given: Json) -> str:
        return json.dumps(self.assignments)

    def _ask_deployment(self, _noun: str, verb: str, given: Json) -> str:
        return self._deployment(verb, given["--name"])

    def _ask_functionapp(self, _noun: str, _verb: str, given: Json) -> str:
        self.uploaded = Path(given["--src"]).name
        return ""

    def _ask_rest(self, _noun: str, _verb: str, given: Json) -> str:
        return self._rest(given["--method"], unquote(given["--uri"]), _body(given))

    def _group(self, verb: str, name: str) -> str:
        if verb == "exists":
            return "true" if name in self.groups else "false"
        if verb == "create":
            self.groups.append(name)
        else:
            self.groups.remove(name)
            self.deployments, self.uploaded = [], ""
        return ""

    def _deployment(self, verb: str, name: str) -> str:
        if verb == "create":
            self.deployments = sorted({*self.deployments, name})
            if name == "revoker":
                self.on_workspace = list(LEFTOVERS)
        return json.dumps(OUTPUTS[name])

    def _rest(self, method: str, uri: str, body: Json) -> str:
        if uri.startswith("/subscriptions"):
            place = uri.partition("?")[0]
            if place not in self.on_workspace:
                raise RefusedError("(ResourceNotFound) Not Found")
            self.on_workspace.remove(place)
            return ""
        path, _, query = uri.removeprefix("https://graph.example/v1.0/").partition("?")
        answer = getattr(self, f"_{method.lower()}")(path, query, body)
        return "" if answer is None else json.dumps(answer)

    def _get(self, path: str, query: str, _body: Json) -> Json:
        where = re.search(r"'([^']+)'\)?$", query)
        found = self._list(path)
        return {"value": [entry for entry in found if where is None or where[1] in json.dumps(entry)]}

    def _post(self, path: str, _query: str, body: Json) -> Json:
        made = {"id": self._draw(), **body}
        held = [(entry["principalId"], entry["appRoleId"]) for entry in self.granted]
        if "appRoleId" in body and (body["principalId"], body["appRoleId"]) in held:
            raise RefusedError("Permission being assigned already exists on the object")
        self._list(path).append(made)
        return made

    def _patch(self, path: str, _query: str, body: Json) -> Json | None:
        if keyed := re.fullmatch(r"applications\(uniqueName='(\w+)'\)", path):
            if keyed[1] in [entry["uniqueName"] for entry in [*self.applications, *self.deleted]]:
                raise RefusedError("Another object with the same value for property uniqueName already exists.")
            made = {"id": self._draw(), "appId": self._draw(), "uniqueName": keyed[1], **body}
            self.applications.append(made)
            return made
        kind, _, name = path.partition("/")
        next(entry for entry in self._list(kind) if entry["id"] == name).update(body)
        return None

    def _delete(self, path: str, _query: str, _body: Json) -> None:
        name = path.rpartition("/")[2]
        if path.startswith("directory/deletedItems"):
            self.deleted = [entry for entry in self.deleted if entry["id"] != name]
            return
        self.deleted += [entry for entry in self.applications if entry["id"] == name]
        self.applications = [entry for entry in self.applications if entry["id"] != name]

    def _list(self, path: str) -> list[Json]:
        kinds = {
            "applications": self.applications,
            "servicePrincipals": self.principals,
            "appRoleAssignedTo": self.granted,
            "microsoft.graph.application": self.deleted,
        }
        return kinds[path.rpartition("/")[2]]

    def _draw(self) -> str:
        self.drawn += 1
        return f"{self.drawn:08d}-0000-4000-8000-000000000000"


def _body(given: Json) -> Json:
    if "--body" not in given:
        return {}
    body: Json = json.loads(Path(given["--body"].removeprefix("@")).read_text(encoding="utf-8"))
    return body
