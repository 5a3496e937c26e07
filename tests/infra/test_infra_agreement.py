"""The template and the code say the same: queues, tables, settings, roles, permissions, log events."""

import ast
import json
import re
import subprocess
import sys
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from kept import ROOT, Found, Json, of_type, unfold

from revoker.core.outcome import Outcome
from revoker.core.permission import PERMISSIONS
from revoker.core.run import APPROVE_WITHIN
from revoker.settings import TABLES, load
from revoker.web.caller import Role

INFRA = ROOT / "infra"

# Read by the code and not to be set in Azure, each for its reason.
NOT_DEPLOYED = {
    "AzureWebJobsStorage": "a connection string: on a laptop only, since no key opens the account",
    "GRAPH_ENDPOINT": "names a simulated tenant on this machine; AZURE_CLOUD decides in Azure",
    "LEGION_SERVICE_HOST": "set by the platform",
    "REVOKER_AUTH": "turns authentication off: the app refuses it in Azure",
    "WEBSITE_AUTH_ENABLED": "set by the platform",
    "WEBSITE_HOSTNAME": "set by the platform",
    "WEBSITE_INSTANCE_ID": "set by the platform",
    "WEBSITE_POD_NAME": "set by the platform",
    "WEBSITE_SITE_NAME": "set by the platform",
}

# Set in Azure and not read by our settings, each for its reader.
NOT_OURS = {
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING": "the Functions host",
    "APPLICATIONINSIGHTS_CONNECTION_STRING": "the Functions host",
    "AzureWebJobsStorage__blobServiceUri": "the Functions host",
    "AzureWebJobsStorage__credential": "the Functions host",
    "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT": "the Functions host",
}

# Application permissions of Microsoft Graph, as its documentation numbers them.
GRAPH = {
    "User.RevokeSessions.All": "77f3a031-c388-4f99-b373-dc68676a979e",
    "User.Read.All": "df021288-bdef-4463-88db-98f22de89214",
    "GroupMember.Read.All": "98830695-27a2-44f7-8c18-0c3ebc9698f6",
    "RoleManagement.Read.Directory": "483bed4a-2ad3-4361-a73b-c83ccdbdc53c",
    "Domain.Read.All": "dbb9058a-0e50-45d7-ae91-66909b5d4664",
    "Domain-InternalFederation.Read.All": "c0e5a7b0-e8b7-40a7-b8e0-8249e6ea81d5",
    "Member.Read.Hidden": "658aa5d8-239f-45c4-aa12-864f4fc7e490",
    "PrivilegedEligibilitySchedule.Read.AzureADGroup": "edb419d6-7edc-42a3-9345-509bfdf5d87c",
}

# Words of the host, not of ours, that queries look for.
HOST_SAYS = ("Message has reached MaxDequeueCount", "Host.")


class Recorder(dict[str, str]):
    """An environment that remembers what was asked of it."""

    def __init__(self, **values: str) -> None:
        super().__init__(values)
        self.asked: set[str] = set()

    def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
        """Return the value, and remember the question."""
        self.asked.add(key)
        return super().get(key, default)


def settings_read() -> set[str]:
    """Return every variable that revoker/settings.py asks for."""
    laptop, azure = Recorder(), Recorder(WEBSITE_SITE_NAME="func-example")
    load(laptop)
    load(azure)
    return laptop.asked | azure.asked


def settings_set(resources: list[Found]) -> set[str]:
    """Return every app setting that the template sets or lets an operator set."""
    [(_, settings, template)] = [
        found for found in of_type(resources, "Microsoft.Web/sites/config") if "appsettings" in found[1]["name"]
    ]
    text = settings["properties"] + template["variables"]["storagePlace"]
    fixed = re.findall(r"'([A-Za-z_]+)', (?:parameters|format|tenant|if|'|reference)", text)
    return {*fixed, *operator_settings(template)}


def operator_settings(template: Json) -> set[str]:
    """Return the settings that the parameter `responder` takes."""
    [definition] = [entry for name, entry in template["definitions"].items() if name.endswith("responderSettings")]
    assert definition["additionalProperties"] is False
    return set(definition["properties"])


def test_settings_are_those_the_code_reads(resources: list[Found]) -> None:
    """Both ways: nothing is set in vain, nothing that an operator may want is out of reach."""
    assert settings_set(resources) == (settings_read() - set(NOT_DEPLOYED)) | set(NOT_OURS)


def test_exceptions_are_still_exceptions(resources: list[Found]) -> None:
    """A reason outlives its case easily: each name in the two lists is needed there."""
    assert set(NOT_DEPLOYED) <= settings_read()
    assert not set(NOT_DEPLOYED) & settings_set(resources)
    assert not set(NOT_OURS) & settings_read()


@cache
def triggers() -> list[Json]:
    """Return what function_app.py declares; in a process of its own, since an app tells it once."""
    program = (
        "import json, function_app;"
        "print(json.dumps([json.loads(f.get_function_json()) for f in function_app.app.get_functions()]))"
    )
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], capture_output=True, check=True, text=True, cwd=ROOT
    )
    found: list[Json] = json.loads(result.stdout.splitlines()[-1])
    return found


def test_queues_are_those_the_functions_listen_to(resources: list[Found]) -> None:
    """A queue without a listener is work nobody does; a listener without a queue polls for its existence for ever."""
    listened = {
        binding["queueName"]
        for function in triggers()
        for binding in function["bindings"]
        if binding["type"] == "queueTrigger"
    }
    declared = of_type(resources, "Microsoft.Storage/storageAccounts/queueServices/queues")
    templates = [resource["name"] for _, resource, _ in declared]
    names = declared[0][2]["variables"]["queues"]

    assert ["-poison" in template for template in templates] == [False, True]
    assert all("variables('queues')[copyIndex()]" in template for template in templates)
    assert listened == {*names, *(f"{name}-poison" for name in names)}


def test_tables_are_those_of_the_ledger(resources: list[Found]) -> None:
    """The tables declared are the tables used."""
    [(_, _, template)] = of_type(resources, "Microsoft.Storage/storageAccounts/tableServices/tables")

    assert list(TABLES) == template["variables"]["tables"]


def test_clouds_are_those_the_code_knows(resources: list[Found]) -> None:
    """What `environment().name` may say, and the one it cannot, are words that settings.py takes."""
    [(_, _, template)] = of_type(resources, "Microsoft.Web/sites")
    assert template["parameters"]["cloud"]["type"] == "string"

    for cloud in ("AzureCloud", "AzureUSGovernment", "AzureUSGovernmentDoD", "AzureChinaCloud"):
        assert load({"AZURE_CLOUD": cloud}).graph_endpoint.startswith("https://")


def test_app_roles_are_those_the_code_checks() -> None:
    """The registration offers exactly the roles of the routes."""
    roles = json.loads((INFRA / "entra" / "roles.json").read_text(encoding="utf-8"))

    assert [role.value for role in Role] == [entry["value"] for entry in roles]
    assert len(roles) == len({entry["id"] for entry in roles})


def test_graph_permissions_are_those_that_preflight_knows() -> None:
    """Both ways and in order, with Graph's own GUIDs; the only one that changes anything ends sessions."""
    granted = json.loads((INFRA / "entra" / "permissions.json").read_text(encoding="utf-8"))

    assert [permission.name for permission in PERMISSIONS] == [entry["value"] for entry in granted]
    assert GRAPH == {entry["value"]: entry["id"] for entry in granted}
    assert ["User.RevokeSessions.All"] == [entry["value"] for entry in granted if ".Read." not in entry["value"]]


def test_what_a_permission_is_for_is_said_once() -> None:
    """The page has the code's words, which preflight shows too: one row a permission, in order."""
    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    rows = [f"| `{one.name}` | {one.purpose} | {one.without} |" for one in PERMISSIONS]

    assert "\n".join(rows) in page


@cache
def events() -> dict[str, set[str]]:
    """Return the fields of each event that the code logs."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "revoker").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
                continue
            if node.func.attr in {"event", "failure"} and getattr(node.func.value, "id", "") == "log":
                name = ast.literal_eval(node.args[0])
                found.setdefault(name, set()).update(keyword.arg or "" for keyword in node.keywords)
    return found


def queries() -> list[tuple[str, str]]:
    """Return every query that is deployed over the app's own log, by name."""
    revoked = INFRA / "queries" / "last-hour" / "RevokedUsers.kql"
    workbook = json.loads((INFRA / "workbook.json").read_text(encoding="utf-8"))
    shown = [(item["name"], item["content"]["query"]) for item in workbook["items"] if "query" in item["content"]]
    files = sorted(path for path in (INFRA / "queries").glob("*.kql") if path.stem != "hunting")
    return [*((path.name, path.read_text(encoding="utf-8")) for path in [*files, revoked]), *shown]


@pytest.mark.parametrize(("name", "query"), queries(), ids=[name for name, _ in queries()])
def test_queries_ask_for_what_the_code_logs(name: str, query: str) -> None:
    """An alert on an event that nobody writes never fires: names, fields and outcomes are the code's."""
    starts = re.findall(r'startswith "([^"]+)"', query)
    ours = {text.strip() for text in starts if not text.startswith(HOST_SAYS)}
    fields = set(re.findall(r"\bfields\.(\w+)", query))
    outcomes = {
        *re.findall(r"fields\.(?:outcomes|counts)\.(\w+)", query),
        *re.findall(r'outcome == "(\w+)"', query),
        *(word for words in re.findall(r"outcome !?in \(([^)]+)\)", query) for word in re.findall(r'"(\w+)"', words)),
    }

    assert ours or "FunctionAppLogs" in query, name
    assert ours <= set(events())
    assert fields <= set().union(*(events()[event] for event in ours), set())
    assert outcomes <= {outcome.value for outcome in Outcome}


def test_every_alert_has_its_query(resources: list[Found]) -> None:
    """Each query file but the hunters' is an alert, with a severity and something to do."""
    [(_, _, template)] = of_type(resources, "Microsoft.Insights/scheduledQueryRules")
    alerts = template["variables"]["alerts"]

    files = {path.stem for path in (INFRA / "queries").glob("*.kql")} - {"hunting"}
    assert files == {alert["name"] for alert in alerts}
    assert all(alert["description"].endswith(".") for alert in alerts)


def test_alerts_fill_in_their_queries_and_tell_runs_apart(resources: list[Found]) -> None:
    """No token is left in a query, and what an alert is split by is a column of its query."""
    [(_, _, template)] = of_type(resources, "Microsoft.Insights/scheduledQueryRules")

    for alert in template["variables"]["alerts"]:
        query = (INFRA / "queries" / f"{alert['name']}.kql").read_text(encoding="utf-8")
        filled = set(re.findall(r"\{\{\w+\}\}", alert["query"]))
        assert set(re.findall(r"\{\{\w+\}\}", query)) == filled, alert["name"]
        assert all(re.search(rf"(by|project|,) {column}\b", query) for column in alert["oneEach"]), alert["name"]


def test_a_run_that_waits_for_a_second_person_is_not_stuck() -> None:
    """It is given longer than approval may take, and only where approval is asked for."""
    query = (INFRA / "queries" / "stuck.kql").read_text(encoding="utf-8")
    [hours] = re.findall(r"iff\(awaiting, (\d+)h, 1h\)", query)

    assert timedelta(hours=int(hours)) > APPROVE_WITHIN
    assert "awaiting = above > 0 and expected > above and scheduled == 0 and approved == 0" in query


@pytest.mark.parametrize("file", [*sorted((INFRA / "queries").rglob("*.kql")), INFRA / "sentinel" / "actions.json"])
def test_kept_template_holds_the_files_it_loads(template: Json, file: Path) -> None:
    """Without a compiler too: what these tests read is what is deployed."""
    loaded = {
        value
        for _, _, nested in unfold(template)
        for value in nested.get("variables", {}).values()
        if isinstance(value, str)
    }

    assert file.read_text(encoding="utf-8") in loaded


def test_kept_template_holds_the_workbook(resources: list[Found]) -> None:
    """The page that is deployed is the page in the files: the runs, and with Sentinel the last hour."""
    [(_, page, nested)] = of_type(resources, "Microsoft.Insights/workbooks")
    names = ("workbook.json", "workbook-last-hour.json")
    pages = [json.loads((INFRA / name).read_text(encoding="utf-8")) for name in names]
    tokens = re.compile(r"\{\{\w+\}\}")

    assert all(one in nested["variables"].values() for one in pages)
    assert set(tokens.findall(json.dumps(pages))) == set(tokens.findall(page["properties"]["serializedData"]))


def test_deployment_page_names_everything(template: Json, resources: list[Found]) -> None:
    """Every parameter, setting, role and permission is on the page, by its name."""
    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    [(_, _, app)] = of_type(resources, "Microsoft.Web/sites")
    names = {*template["parameters"], *operator_settings(app), *GRAPH, *Role}

    assert not {name for name in names if f"`{name}`" not in page}


def test_every_azure_role_is_on_the_page(resources: list[Found]) -> None:
    """The table of roles is the roles."""
    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    names = {
        role["name"]
        for _, _, nested in of_type(resources, "Microsoft.Authorization/roleAssignments")
        for value in nested["variables"].values()
        for role in (value if isinstance(value, list) else [value])
        if isinstance(role, dict) and "why" in role
    }

    assert len(names) == 7
    assert not {name for name in names if name not in page}
