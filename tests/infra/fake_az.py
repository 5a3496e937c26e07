"""An Azure CLI for tests: it writes down what it is asked, and keeps a directory in a file. Run as `az`."""

import json
import os
import re
import sys
import uuid
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

HOME = Path(os.environ["FAKE_AZ"])
TENANT = "3f8a1c52-6b7d-4e90-9a41-0c5d2e7f8b13"
GRAPH = "00000003-0000-0000-c000-000000000000"
GRAPH_PRINCIPAL = "11111111-0000-0000-0000-000000000000"
OUTPUTS = {
    "entra-app": {"RESPONDER_API_CLIENT_ID": {"value": "aaaaaaaa-0000-0000-0000-000000000000"}},
    "entra-grants": {},
    "revoker": {
        "RESPONDER_API_URL": {"value": "https://func-revoker.example/api"},
        "RESPONDER_API_AUDIENCE": {"value": "api://t/revoker"},
        "RESPONDER_APP_NAME": {"value": "func-revoker"},
        "RESPONDER_PRINCIPAL_ID": {"value": "bbbbbbbb-0000-0000-0000-000000000000"},
        "RESPONDER_PLAYBOOK_PRINCIPAL_ID": {"value": "cccccccc-0000-0000-0000-000000000000"},
        "RESPONDER_LEFTOVERS": {
            "value": [
                "/subscriptions/0/w/providers/Microsoft.Authorization/roleAssignments/1",
                "/subscriptions/0/w/providers/Microsoft.SecurityInsights/automationRules/2",
                "/subscriptions/0/w/savedSearches/3",
            ]
        },
    },
}


def main(arguments: list[str]) -> str:
    """Answer one command."""
    with (HOME / "asked.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(arguments) + "\n")
    given = dict(pairwise(arguments))
    match arguments[:3]:
        case ["cloud", "show", "--query"]:
            cloud = os.environ.get("FAKE_CLOUD", "AzureCloud")
            return cloud if given["--query"] == "name" else "https://graph.example/"
        case ["account", verb, _]:
            return TENANT if verb == "show" else token(given["--resource"])
        case ["group", "exists", "--name"]:
            return "false"
        case ["deployment", "group", _]:
            return json.dumps(OUTPUTS[given["--name"]])
        case ["rest", "--method", _]:
            return rest(given["--method"], unquote(given["--uri"]), json.loads(given.get("--body", "null")))
    return ""


def token(resource: str) -> str:
    """Give out a token, unless the directory is to refuse."""
    if refusal := os.environ.get("FAKE_TOKEN_REFUSED"):
        sys.exit(refusal)
    return f"a-token-for-{resource}"


def rest(method: str, uri: str, body: dict[str, Any] | None) -> str:
    """Do what Graph does with applications, service principals and assignments."""
    if not uri.startswith("https://graph.example/v1.0/"):
        return ""
    file = HOME / "directory.json"
    start = {
        "applications": [],
        "servicePrincipals": [{"id": GRAPH_PRINCIPAL, "appId": GRAPH}],
        "appRoleAssignedTo": [],
    }
    directory: dict[str, list[dict[str, Any]]] = json.loads(file.read_text()) if file.exists() else start
    parts = uri.removeprefix("https://graph.example/v1.0/").partition("?")
    path, where = parts[0].split("/"), re.search(r"'([^']+)'\)?$", parts[2])
    kind = directory[path[-1] if path[-1] in directory else path[0]]
    answer: dict[str, Any] = {}
    if method == "GET":
        answer = {"value": [entry for entry in kind if where is None or where[1] in json.dumps(entry)]}
    elif method == "POST":
        answer = {"id": str(uuid.uuid4()), "appId": str(uuid.uuid4()), **(body or {})}
        kind.append(answer)
    else:
        next(entry for entry in kind if entry["id"] == path[1]).update(body or {})
    file.write_text(json.dumps(directory), encoding="utf-8")
    return json.dumps(answer)


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1:]))
