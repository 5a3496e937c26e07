"""Microsoft Graph, asked through `az rest` as the signed-in person."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from infra.azure_cli import StepError, az, patiently

Json = dict[str, Any]

# A new identity or application is not known everywhere in the directory at once (Bicep#16811).
PATIENCE_SECONDS = (0, 10, 20, 40, 60)


def rest(method: str, path: str, body: Mapping[str, Any] | None = None, prefer: str = "") -> Json:
    """Ask Graph in the cloud that `az` is signed in to; raises StepError with its words."""
    graph = az("cloud", "show", "--query", "endpoints.microsoftGraphResourceId").rstrip("/")
    uri = path  # a next page is a whole address
    if not path.startswith("https://"):
        uri = f"{graph}/v1.0/{_without_parentheses(path)}"
    command = ["rest", "--method", method, "--uri", uri, "--resource", graph]
    if body is None:
        return _read(az(*command, output="json"))
    headers = ["Content-Type=application/json"]
    if prefer:
        headers.append(f"Prefer={prefer}")
    # In a file, because az on Windows is a batch file: quotes and parentheses in its arguments end its commands early.
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "body.json"
        file.write_text(json.dumps(body), encoding="utf-8")
        return _read(az(*command, "--headers", *headers, "--body", f"@{file}", output="json"))


def rest_patiently(method: str, path: str, body: Mapping[str, Any]) -> Json:
    """Ask Graph again and again, for what needs an object that was made just now."""
    answers: list[Json] = []
    patiently(lambda: answers.append(rest(method, path, body)), PATIENCE_SECONDS)
    return answers[-1]


def matching(kind: str, condition: str) -> list[Json]:
    """Return every object of a kind that matches an OData filter."""
    return pages(f"{kind}?$filter={quote(condition)}")


def pages(path: str) -> list[Json]:
    """Return every entry of a list, over all its pages."""
    found: list[Json] = []
    while path:
        page = rest("GET", path)
        found += page["value"]
        path = page.get("@odata.nextLink", "")
    return found


def principal_of(app: str) -> str:
    """Return the object id of an application's service principal in this tenant."""
    found = matching("servicePrincipals", f"appId eq '{app}'")
    if not found:
        raise StepError(f"There is no service principal of application {app} in this tenant.")
    return str(found[0]["id"])


def _without_parentheses(path: str) -> str:
    return path.replace("(", "%28").replace(")", "%29")


def _read(text: str) -> Json:
    answer: Json = json.loads(text or "{}")
    return answer
