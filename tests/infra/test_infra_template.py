"""What an auditor would ask of the template, asked of every resource in it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from kept import ROOT, Found, Json, of_type, unfold

from infra import bicep, kept as infra_kept, scan
from infra.entra import registration

# Every role the deployment assigns, by the name that its description begins with; and what it may be assigned on.
ROLES = {
    "Storage Blob Data Owner": ("b7e6dc6d-f1e8-4753-8033-0f276bb0955b", "Microsoft.Storage/storageAccounts"),
    "Storage Queue Data Contributor": ("974c5e8b-45b9-4653-ba55-5f855dd0fb88", "Microsoft.Storage/storageAccounts"),
    "Storage Table Data Contributor": ("0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3", "Microsoft.Storage/storageAccounts"),
    "Monitoring Metrics Publisher": ("3913510d-42f4-4e42-8a64-420c390055eb", "Microsoft.Insights/components"),
    "Microsoft Sentinel Responder": (
        "3e150937-b8fe-4cfb-8069-0eaf05ecd056",
        "Microsoft.OperationalInsights/workspaces",
    ),
    "Log Analytics Reader": ("73c42c96-874c-492b-b04d-ab87d138a893", "Microsoft.OperationalInsights/workspaces"),
    # Sentinel starts playbooks by resource group: that is the narrowest it accepts.
    "Microsoft Sentinel Automation Contributor": ("f4c81013-99ee-4d62-a7ee-b3f1f648599a", None),
}

# Settings that break or contradict a Flex Consumption app.
NEVER_SET = {
    "AzureWebJobsStorage",
    "ENABLE_ORYX_BUILD",
    "FUNCTIONS_EXTENSION_VERSION",
    "FUNCTIONS_WORKER_RUNTIME",
    "FUNCTIONS_WORKER_RUNTIME_VERSION",
    "SCM_DO_BUILD_DURING_DEPLOYMENT",
    "TZ",
    "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING",
    "WEBSITE_CONTENTSHARE",
    "WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT",
    "WEBSITE_RUN_FROM_PACKAGE",
    "WEBSITE_TIME_ZONE",
}


def every_template(template: Json) -> Iterator[Json]:
    """Yield a template and all nested in it."""
    yield template
    resources = template["resources"]
    for resource in resources.values() if isinstance(resources, dict) else resources:
        if resource["type"] == "Microsoft.Resources/deployments":
            yield from every_template(resource["properties"]["template"])


def test_every_resource_is_seen(resources: list[Found]) -> None:
    """The scan through nested templates reaches what matters, so that the tests below assert something."""
    seen = {resource["type"] for _, resource, _ in resources}

    assert {
        "Microsoft.Authorization/roleAssignments",
        "Microsoft.Insights/scheduledQueryRules",
        "Microsoft.Logic/workflows",
        "Microsoft.Network/privateEndpoints",
        "Microsoft.SecurityInsights/automationRules",
        "Microsoft.Storage/storageAccounts",
        "Microsoft.Web/sites",
        "Microsoft.Web/sites/config",
    } <= seen


def test_no_parameter_is_a_secret(template: Json) -> None:
    """There is nothing to hide, to rotate or to leak."""
    kinds = {
        parameter.get("type", "")
        for nested in every_template(template)
        for parameter in nested.get("parameters", {}).values()
    }

    assert not {kind for kind in kinds if kind.lower().startswith("secure")}


@pytest.mark.parametrize(
    "word",
    ["listKeys", "listAccountSas", "listSecrets", "AccountKey=", "SharedAccessSignature", "clientSecret", "hostkeys"],
)
def test_no_key_is_read_or_written(template: Json, word: str) -> None:
    """No key of anything is asked for anywhere."""
    assert word.lower() not in json.dumps(template).lower()


def test_storage_opens_to_identities_only(resources: list[Found]) -> None:
    """No shared key, nothing public, nothing below TLS 1.2."""
    [(_, account, _)] = of_type(resources, "Microsoft.Storage/storageAccounts")

    expected = {
        "allowBlobPublicAccess": False,
        "allowSharedKeyAccess": False,
        "defaultToOAuthAuthentication": True,
        "minimumTlsVersion": "TLS1_2",
        "supportsHttpsTrafficOnly": True,
    }
    assert expected == {name: account["properties"][name] for name in expected}


def test_telemetry_takes_identities_only(resources: list[Found]) -> None:
    """Neither the component nor the workspace knows a key that works."""
    [(_, insights, _)] = of_type(resources, "Microsoft.Insights/components")
    [(_, workspace, _)] = of_type(resources, "Microsoft.OperationalInsights/workspaces")

    assert insights["properties"]["DisableLocalAuth"] is True
    assert workspace["properties"]["features"]["disableLocalAuth"] is True


def test_roles_are_these_and_each_is_narrow(resources: list[Found]) -> None:
    """Each role assignment names its role, has that role's GUID, and is on the one resource it is for."""
    found = {}
    for where, assignment, template in of_type(resources, "Microsoft.Authorization/roleAssignments"):
        scope = assignment.get("scope")
        kind = re.search(r"(?:resourceId|extensionResourceId)\('([^']+)'", scope).group(1) if scope else None
        variables = [*template["variables"].values()]
        for role in [entry for value in variables for entry in (value if isinstance(value, list) else [value])]:
            if isinstance(role, dict) and {"name", "id", "why"} <= set(role):
                on_this = "copy" in assignment or role["id"] not in {known for known, _ in found.values()}
                if on_this and _uses(assignment, role, template):
                    found[role["name"]] = (role["id"], kind)
        assert assignment["properties"]["principalType"] == "ServicePrincipal", where

    assert ROLES == found


def _uses(assignment: Json, role: Json, template: Json) -> bool:
    """Whether the assignment's expressions speak of the variable that holds the role."""
    text = json.dumps(assignment)
    for name, value in template["variables"].items():
        if value == role or (isinstance(value, list) and role in value):
            return f"variables('{name}')" in text
    return False


def test_gate_lets_nobody_in_without_a_token(resources: list[Found]) -> None:
    """Authentication is required, answers 401, and leaves out only the two routes without a role."""
    [gate] = [
        resource["properties"]
        for _, resource, _ in of_type(resources, "Microsoft.Web/sites/config")
        if "authsettingsV2" in resource["name"]
    ]
    document = json.loads((ROOT / "revoker" / "web" / "openapi.json").read_text(encoding="utf-8"))
    open_routes = {
        f"/api{path}"
        for path, item in document["paths"].items()
        for operation in item.values()
        if operation.get("security") == []
    }

    assert gate["platform"]["enabled"] is True
    assert gate["globalValidation"]["requireAuthentication"] is True
    assert gate["globalValidation"]["unauthenticatedClientAction"] == "Return401"
    assert open_routes == set(gate["globalValidation"]["excludedPaths"])
    assert "clientSecretSettingName" not in gate["identityProviders"]["azureActiveDirectory"]["registration"]
    assert gate["login"]["tokenStore"]["enabled"] is False
    # Clients are registered once, by role or by consent (SECURITY.md): no second list to forget one in.
    assert "allowedApplications" not in json.dumps(gate)


def test_only_an_administrator_may_let_another_client_call() -> None:
    """No user can consent to the scope for a client; the Azure CLI needs nobody's consent, and is the only one."""
    template = json.loads((bicep.INFRA / "entra" / "app.json").read_text(encoding="utf-8"))

    api = template["resources"]["app"]["properties"]["api"]
    [scope], [client] = api["oauth2PermissionScopes"], api["preAuthorizedApplications"]
    assert ("Admin", True) == (scope["type"], scope["isEnabled"])
    assert registration.AZURE_CLI == template["variables"]["azureCli"]
    assert {"appId": "[variables('azureCli')]", "delegatedPermissionIds": [scope["id"]]} == client


def test_app_is_what_flex_consumption_takes(resources: list[Found]) -> None:
    """Python 3.13, https only, the package opened by identity, and none of the settings that Flex refuses."""
    [(_, site, template)] = of_type(resources, "Microsoft.Web/sites")
    properties = site["properties"]

    assert properties["httpsOnly"] is True
    assert properties["functionAppConfig"]["runtime"] == {"name": "python", "version": "3.13"}
    assert properties["functionAppConfig"]["deployment"]["storage"]["authentication"]["type"] == "UserAssignedIdentity"
    assert not {"linuxFxVersion", "functionAppScaleLimit", "appSettings"} & set(properties["siteConfig"])
    assert not [name for name in NEVER_SET if f"'{name}'" in json.dumps(template)]
    assert site["tags"] == "[union(parameters('tags'), createObject('azd-service-name', 'responder'))]"


def test_nothing_deprecated_on_flex_consumption_is_set(resources: list[Found]) -> None:
    """The plan knows neither (learn, flex-consumption-plan: deprecated site properties)."""
    [(_, site, _)] = of_type(resources, "Microsoft.Web/sites")

    assert not {"alwaysOn", "ftpsState"} & set(site["properties"]["siteConfig"])


def test_storage_is_found_in_every_cloud(resources: list[Found]) -> None:
    """By name in the public cloud, by address elsewhere: the host's own suffix is the public one."""
    [(_, _, template)] = of_type(resources, "Microsoft.Web/sites")

    place = template["variables"]["storagePlace"]
    assert place.startswith(
        "[if(equals(environment().name, 'AzureCloud'), createObject('AzureWebJobsStorage__accountName'"
    )
    assert ["blob", "queue", "table"] == re.findall(r"'AzureWebJobsStorage__(\w+)ServiceUri'", place)


def test_addresses_may_be_restricted(resources: list[Found]) -> None:
    """Without a list any address may ask for a token's worth; with one, every other address is denied."""
    [(_, site, template)] = of_type(resources, "Microsoft.Web/sites")

    config = site["properties"]["siteConfig"]
    assert (
        "[if(empty(parameters('allowedAddresses')), 'Allow', 'Deny')]" == config["ipSecurityRestrictionsDefaultAction"]
    )
    assert "[variables('restrictions')]" == config["ipSecurityRestrictions"]
    [copy] = template["variables"]["copy"]
    assert "Allow" == copy["input"]["action"]


def test_a_saved_search_can_be_deployed_twice(resources: list[Found]) -> None:
    """Without an etag inside its properties a second deployment is refused (azure-docs#49275)."""
    searches = of_type(resources, "Microsoft.OperationalInsights/workspaces/savedSearches")

    assert searches
    assert {"*"} == {search["properties"]["etag"] for _, search, _ in searches}


def test_every_alert_runs_as_itself_and_may_read(resources: list[Found]) -> None:
    """Each rule has an identity of its own, and that identity the right to read the workspace; none needs a union."""
    [(_, rule, template)] = of_type(resources, "Microsoft.Insights/scheduledQueryRules")
    alerts = template["variables"]["alerts"]

    assert {"type": "SystemAssigned"} == rule["identity"]
    assert not [alert["name"] for alert in alerts if re.search(r"\b(union|search)\b", _query(alert, template))]
    reading = template["resources"]["mayRead"]
    assert "[length(variables('alerts'))]" == reading["copy"]["count"]
    assert "identity.principalId" in reading["properties"]["parameters"]["principalId"]["value"]


def test_an_assignment_is_named_by_its_identity(resources: list[Found]) -> None:
    """One that belongs to an identity long gone has another name, and does not stop a deployment."""
    assignments = of_type(resources, "Microsoft.Authorization/roleAssignments")

    assert [] == [where for where, one, _ in assignments if "rincipalId')" not in one["name"]]


def test_a_run_that_waits_is_told_within_five_minutes(resources: list[Found]) -> None:
    """A second person is asked for while four hours are still four hours."""
    [(_, _, template)] = of_type(resources, "Microsoft.Insights/scheduledQueryRules")
    [alert] = [alert for alert in template["variables"]["alerts"] if alert["name"] == "awaiting"]

    assert ("PT5M", ["run"]) == (alert["every"], alert["oneEach"])


def _query(alert: Json, template: Json) -> str:
    """Return an alert's query, which the compiler keeps in a variable of its own."""
    [name] = re.findall(r"variables\('([^']+)'\)", alert["query"])
    text: str = template["variables"][name]
    return "\n".join(line for line in text.splitlines() if not line.startswith("//"))


def test_no_publishing_password_opens_the_app(resources: list[Found]) -> None:
    """Neither FTP nor the deployment site takes the user name and password that every site is born with."""
    doors = of_type(resources, "Microsoft.Web/sites/basicPublishingCredentialsPolicies")
    names = [re.search(r"'(\w+)'\)\]$", door["name"]) for _, door, _ in doors]

    assert ["ftp", "scm"] == [name and name.group(1) for name in names]
    assert [{"allow": False}] * 2 == [door["properties"] for _, door, _ in doors]


def test_app_waits_for_its_roles(template: Json) -> None:
    """A host that starts before its storage roles fails without a word (azure-functions-host#10970)."""
    assert {"access", "endpoints"} <= set(template["resources"]["app"]["dependsOn"])


def test_warm_instances_are_of_a_function_that_exists(resources: list[Found]) -> None:
    """The name after `function:` is a function of function_app.py."""
    [(_, _, template)] = of_type(resources, "Microsoft.Web/sites")
    [name] = re.findall(r"'function:(\w+)'", json.dumps(template)) or re.findall(
        r'"function:(\w+)"', json.dumps(template)
    )

    assert f"async def {name}(" in (ROOT / "function_app.py").read_text(encoding="utf-8")


def test_automation_rule_is_off_and_never_without_conditions(resources: list[Found]) -> None:
    """Nothing revokes by itself until somebody switches it on; and then not on every incident."""
    [(_, rule, _)] = of_type(resources, "Microsoft.SecurityInsights/automationRules")
    logic = rule["properties"]["triggeringLogic"]

    assert "'enabled'), false())" in logic["isEnabled"]
    assert "IncidentSeverity" in logic["conditions"]
    assert "createArray('High')" in logic["conditions"]


def test_everything_is_described(template: Json) -> None:
    """Every parameter and every output of every template says what it is."""
    silent = [
        name
        for nested in every_template(template)
        for kind in ("parameters", "outputs")
        for name, entry in nested.get(kind, {}).items()
        if not entry.get("metadata", {}).get("description", "").endswith(".")
        and not nested.get("definitions", {}).get(entry.get("$ref", "").rpartition("/")[2], {}).get("metadata")
    ]

    assert not silent


def test_every_output_is_used(template: Json) -> None:
    """What a module puts out and nobody takes is decoration; what main puts out is for the steps of deploy.py."""
    modules = {name: module["properties"]["template"] for name, module in template["resources"].items()}
    main = (ROOT / "infra" / "main.bicep").read_text(encoding="utf-8")
    commands = (ROOT / "infra" / name for name in ("steps.py", "removal.py"))
    taken = "".join(path.read_text(encoding="utf-8") for path in commands)
    unused = {
        f"{name}.{output}"
        for name, module in modules.items()
        for output in module.get("outputs", {})
        if not re.search(rf"\boutputs\.{output}\b", main)
    }

    assert not unused
    assert not {output for output in template["outputs"] if output not in taken}


def test_no_host_is_written_out() -> None:
    """National clouds have other hosts: they come from environment() or from a parameter."""
    sources = [path for path in (ROOT / "infra").rglob("*") if path.suffix in {".bicep", ".bicepparam", ".kql"}]
    hosts = re.compile(r"[\w.]*(?:windows\.net|azure\.com|microsoftonline\.(?:com|us)|graph\.microsoft\.\w+|azure\.us)")
    found = {
        (path.name, host)
        for path in sources
        for host in hosts.findall(path.read_text(encoding="utf-8"))
        # the two names of schemas, which are no hosts that anybody speaks to
        if not host.endswith("schema.management.azure.com")
    }

    assert {host for _, host in found} <= {"schema.management.azure.com"}


def test_the_kept_templates_are_of_these_sources() -> None:
    """What is behind the "Deploy to Azure" button was compiled from this Bicep; `make infra` compiles and compares."""
    assert [] == list(infra_kept.unrecorded())


@pytest.mark.parametrize("name", ["modules/alerts.bicep", "queries/stuck.kql", "azuredeploy.json", "entra/app.json"])
def test_a_change_that_was_not_compiled_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Of Bicep, of what it loads, and of the kept templates themselves."""
    changed = {**infra_kept.digests(), name: "another"}
    monkeypatch.setattr(infra_kept, "digests", lambda: changed)

    assert [f"infra/{name}"] == [said.partition(":")[0] for said in infra_kept.unrecorded()]


def compiler_that(says: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put in the compiler's place a script that says so of a file, and writes every file as one line."""
    script = folder / "bicep"
    formats = "for file in *.bicep; do echo '// as the compiler writes it' > $file; done"
    script.write_text(f"#!/bin/sh\ncase $1 in lint) {says};; format) {formats};; esac\n", encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setattr(bicep, "compiler", lambda: str(script))


# Recorded from the compiler, 0.49.2; it has called the same a warning and an error.
MISSPELT = (
    'planted.bicep(4,3) : Error BCP089: The property "propertees" is not allowed on objects of type '
    '"Microsoft.Network/virtualNetworks". Did you mean "properties"? '
    "[https://aka.ms/bicep/core-diagnostics#BCP089]"
)


UNDECLARED = (
    'planted.bicepparam(3,1) : Error BCP259: The parameter "nosuch" is assigned in the params file without being '
    "declared in the Bicep file. [https://aka.ms/bicep/core-diagnostics#BCP259]"
)


@pytest.mark.parametrize("status", [0, 1])
def test_a_misspelt_property_and_a_careless_line_are_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """`make infra` fails on what the compiler only warns of, and on what it would write otherwise."""
    compiler_that(f"printf '%s\\n' '{MISSPELT}' '{UNDECLARED}' >&2; exit {status}", tmp_path, monkeypatch)
    planted = tmp_path / "planted"
    planted.mkdir()
    (planted / "planted.bicep").write_text(bicep.PLANTED, encoding="utf-8")

    complaints = list(bicep.complaints(planted))

    assert [MISSPELT, UNDECLARED] == complaints[:-1]
    assert complaints[-1].startswith("planted.bicep: not formatted")
    assert [] == list(bicep.blind())


def test_a_compiler_that_checks_nothing_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real compiler is given the planted mistakes by every `make infra` that has one, in both kinds of file."""
    for says, missed in (("true", "propertees"), (f"echo '{MISSPELT}' >&2", "['nosuch']")):
        compiler_that(says, tmp_path, monkeypatch)
        [said] = bicep.blind()
        assert missed in said
        assert "it checked nothing" in said


def test_every_nested_resource_reaches_checkov(template: Json, tmp_path: Path) -> None:
    """Nested deployments are nothing to checkov: each is given to it as a file."""
    count = scan.flatten(template, tmp_path)

    assert len(list(unfold(template))) == count
    assert {"Microsoft.Resources/deployments"}.isdisjoint(
        resource["type"] for file in tmp_path.iterdir() for resource in json.loads(file.read_text())["resources"]
    )
