"""The commands that deploy, asked of an Azure in memory."""

import ast
import re

import pytest
from fake_azure import LEFTOVERS, SENTINEL_PRINCIPAL, Azure, RefusedError
from fake_cli import Cli
from kept import ROOT

from infra import azure_cli, deploy, steps
from infra.entra import apply, registration
from infra.entra.assignments import PERMISSIONS

RESPONDER = "bbbbbbbb-0000-0000-0000-000000000000"
GRAPH_ROLES = "https://graph.example/v1.0/servicePrincipals/1111"
PLAYBOOK = "cccccccc-0000-0000-0000-000000000000"
UP = ["up", "--group", "rg", "--location", "westeurope"]


@pytest.fixture
def ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the last step find the app ready: it asks over HTTP, and has tests of its own."""
    monkeypatch.setitem(deploy.STEPS, "verify", lambda _options: None)


@pytest.mark.usefixtures("ready")
def test_one_command_goes_through_the_steps_in_order(cli: Cli) -> None:
    """Registration, Azure, code, grants: each needs what the one before it made."""
    assert deploy.main(UP) == 0

    begins = (
        "rest PATCH https://graph.example/v1.0/applications",
        "group create",
        "deployment group create",
        "functionapp deployment source",
        f"rest POST {GRAPH_ROLES}",
    )
    done = cli.changing()
    order = [next(n for n, line in enumerate(done) if line.startswith(begin)) for begin in begins]
    assert sorted(order) == order
    assert cli.azure.uploaded.startswith("revoker-")


@pytest.mark.usefixtures("ready")
def test_the_package_goes_up_as_it_is(cli: Cli) -> None:
    """Nothing is built in Azure: what is uploaded is what was tested."""
    assert deploy.main(UP) == 0

    [upload] = [line for line in cli.asked if "config-zip" in line]
    assert upload[upload.index("--build-remote") + 1] == "false"


@pytest.mark.usefixtures("ready")
def test_every_command_has_a_time_limit(cli: Cli) -> None:
    """A command that hangs does not hang the deployment; deployments and uploads have longer than questions."""
    assert deploy.main(UP) == 0
    assert deploy.main(["down", "--group", "rg", "--yes"]) == 0

    longest: dict[str, int] = {}
    for line, limit in zip(cli.asked, cli.seconds, strict=True):
        longest[line[0]] = max(limit, longest.get(line[0], 0))
    assert longest["deployment"] == longest["group"] == azure_cli.DEPLOYMENT_SECONDS
    assert longest["functionapp"] == steps.UPLOAD_SECONDS
    assert longest["account"] == longest["rest"] == azure_cli.QUESTION_SECONDS


def test_a_hanging_command_ends_with_a_sentence() -> None:
    """Past its limit a command is ended, and the message says so."""
    with pytest.raises(azure_cli.TookTooLongError, match="no end within 0"):
        azure_cli.run(["sleep", "5"], seconds=0)


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("moment", ["before", "after"])
def test_interrupted_anywhere_and_run_again(cli: Cli, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """Whatever call of a deployment is the last one, the second try ends in the state of an undisturbed one."""
    assert deploy.main(UP) == 0
    undisturbed, calls = cli.azure, len(cli.asked)

    for call in range(calls):
        cli.azure, cli.asked = Azure(), []
        monkeypatch.setenv("RESPONDER_API_CLIENT_ID", "")
        setattr(cli, f"breaks_{moment}", call)
        with pytest.raises(KeyboardInterrupt):
            deploy.main(UP)
        setattr(cli, f"breaks_{moment}", -1)
        monkeypatch.setenv("RESPONDER_API_CLIENT_ID", "")
        assert deploy.main(UP) == 0
        assert undisturbed == cli.azure, f"{moment} call {call}"


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_removal_interrupted_anywhere_and_run_again(cli: Cli, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """Nothing stays behind, whatever call was the last one of the first try."""
    for call in range(40):
        cli.azure, cli.asked = Azure(), []
        monkeypatch.setenv("RESPONDER_API_CLIENT_ID", "")
        assert deploy.main(UP) == 0
        cli.asked = []
        setattr(cli, f"breaks_{moment}", call)
        try:
            deploy.main(["down", "--group", "rg", "--yes"])
        except KeyboardInterrupt:
            setattr(cli, f"breaks_{moment}", -1)
            assert deploy.main(["down", "--group", "rg", "--yes"]) == 0
        else:
            assert call == len(cli.asked)
            setattr(cli, f"breaks_{moment}", -1)
        left = cli.azure
        assert ([], [], [], []) == (left.groups, left.applications, left.deleted, left.on_workspace), f"call {call}"
        if call == len(cli.asked):
            return
    pytest.fail("a removal has fewer than 40 calls")


@pytest.mark.usefixtures("ready")
def test_a_second_deployment_after_a_removal(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """The application's key is free again: a deleted application would keep it for thirty days."""
    for _ in range(2):
        monkeypatch.setenv("RESPONDER_API_CLIENT_ID", "")
        assert deploy.main(UP) == 0
        assert deploy.main(["down", "--group", "rg", "--yes"]) == 0

    assert [] == cli.azure.deleted


def test_no_rights_in_azure_are_needed_for_the_directory(cli: Cli) -> None:
    """The steps of the directory person ask Azure for nothing, in whatever cloud."""
    cli.azure.cloud = "AzureUSGovernment"

    assert deploy.main(["app", "--group", "rg"]) == 0

    assert {"account", "cloud", "rest"} == {line[0] for line in cli.asked}
    assert len(cli.azure.applications) == 1


def test_bicep_makes_the_same_where_it_is_wished(cli: Cli) -> None:
    """With --bicep the directory steps are deployments."""
    assert deploy.main(["app", "--group", "rg", "--location", "westeurope", "--bicep"]) == 0

    assert ["entra-app"] == cli.azure.deployments


def test_the_package_is_looked_at_before_anything_is_made(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a package of these sources nothing begins."""
    monkeypatch.setattr(steps, "trouble", lambda _package: "There is no package: run `make package`.")

    assert deploy.main(UP) == 1
    assert [] == cli.asked
    assert "make package" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("Deployment was successful but the app appears to be unhealthy.", 0),
        ("Site Unavailable (CODE: 503)", 1),
    ],
)
def test_a_complaint_about_health_is_no_failed_upload(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, words: str, status: int
) -> None:
    """The CLI looks at the app before its grants are there (azure-cli#30870); a refusal is a refusal."""

    def refuse(_arguments: object) -> str:
        raise RefusedError(words)

    monkeypatch.setenv("RESPONDER_APP_NAME", "func-revoker")
    monkeypatch.setattr(cli.azure, "ask", refuse)

    assert status == deploy.main(["code", "--group", "rg"])


def test_a_cli_that_waits_for_the_app_has_uploaded(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Past the time limit the next steps go on, and the last one judges."""

    def hang(*_arguments: object) -> str:
        raise azure_cli.TookTooLongError("az functionapp: no end within 600 s.")

    assert cli
    monkeypatch.setenv("RESPONDER_APP_NAME", "func-revoker")
    monkeypatch.setattr(azure_cli, "run", hang)

    assert deploy.main(["code", "--group", "rg"]) == 0
    assert "`verify` will tell" in capsys.readouterr().out


@pytest.mark.parametrize("held", [True, False])
def test_what_sentinel_may_do_already_is_not_repeated(cli: Cli, monkeypatch: pytest.MonkeyPatch, *, held: bool) -> None:
    """Azure refuses the same right under a second name, and that would stop the whole deployment."""
    monkeypatch.setenv("RESPONDER_API_CLIENT_ID", "aaaaaaaa-0000-0000-0000-000000000000")
    monkeypatch.setenv("RESPONDER_SENTINEL_PRINCIPAL_ID", SENTINEL_PRINCIPAL)
    role = f"/x/roleDefinitions/{steps.SENTINEL_AUTOMATION_CONTRIBUTOR}"
    cli.azure.assignments = [{"principalId": SENTINEL_PRINCIPAL, "roleDefinitionId": role}] if held else []

    assert deploy.main(["azure", "--group", "rg", "--location", "westeurope"]) == 0
    assert ("no" if held else "") == steps.os.environ["RESPONDER_SENTINEL_GRANT"]


def test_steps_of_another_person_say_what_they_need(cli: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    """A person who does only one step is told what to bring."""
    assert cli

    assert deploy.main(["azure", "--group", "rg", "--location", "westeurope"]) == 1
    assert "RESPONDER_API_CLIENT_ID" in capsys.readouterr().out


def test_a_new_group_needs_a_place(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A resource group is not made in a region that nobody chose."""
    assert cli
    monkeypatch.setenv("RESPONDER_API_CLIENT_ID", "aaaaaaaa-0000-0000-0000-000000000000")

    assert deploy.main(["azure", "--group", "rg"]) == 1
    assert "--location" in capsys.readouterr().out


@pytest.mark.usefixtures("ready")
def test_removal_takes_what_lives_on_the_workspace(cli: Cli) -> None:
    """The rule, the role and the saved query are in another group: they are removed by name, before the group."""
    assert deploy.main(UP) == 0
    cli.asked = []

    assert deploy.main(["down", "--group", "rg", "--yes"]) == 0

    done = cli.changing()
    assert len(LEFTOVERS) == len([line for line in done if line.startswith("rest DELETE /subscriptions")])
    assert done[-1].startswith("group delete rg")


def test_removal_waits_for_the_name(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Evidence is not deleted by a finger that slipped: nothing at all happens before the group's name is typed."""
    monkeypatch.setattr("builtins.input", lambda _question: "rg-other")

    assert deploy.main(["down", "--group", "rg"]) == 1
    assert [] == cli.asked


def test_registration_is_what_bicep_declares(cli: Cli) -> None:
    """The script and the Bicep file name the same key, audience, token version, roles and scope."""
    client_id = registration.make_app("revoker")

    [app], principal = cli.azure.applications, cli.azure.principals[-1]
    declared = (ROOT / "infra" / "entra" / "app.bicep").read_text(encoding="utf-8")
    assert app["appId"] == client_id
    assert (app["uniqueName"], True) == ("revoker", "uniqueName: name" in declared)
    assert app["identifierUris"] == ["api://3f8a1c52-6b7d-4e90-9a41-0c5d2e7f8b13/revoker"]
    assert "'api://${tenant().tenantId}/${name}'" in declared
    assert app["api"]["requestedAccessTokenVersion"] == 2
    assert "requestedAccessTokenVersion: 2" in declared
    assert [role["value"] for role in app["appRoles"]] == [role["value"] for role in registration.ROLES]
    assert app["api"]["preAuthorizedApplications"][0]["appId"] == registration.AZURE_CLI
    assert registration.AZURE_CLI in declared
    # Where users may consent, a foreign client would else come by a lured responder's roles.
    [scope] = app["api"]["oauth2PermissionScopes"]
    assert ("Admin", "86871fbf-1c87-53aa-bdc2-2b18f7bba1a1") == (scope["type"], scope["id"])
    assert re.findall(r"\n +type: '(\w+)'", declared) == ["Admin"]
    assert "guid(name, 'user_impersonation')" in declared
    assert (principal["appId"], principal["appRoleAssignmentRequired"]) == (client_id, True)


def test_an_application_made_without_the_key_is_used(cli: Cli) -> None:
    """An older deployment's registration keeps its id and its scope's id, which callers have consented to."""
    scope = {"id": "5c0e", "value": "user_impersonation"}
    uri = "api://3f8a1c52-6b7d-4e90-9a41-0c5d2e7f8b13/revoker"
    old = {
        "id": "1",
        "appId": "2",
        "uniqueName": None,
        "identifierUris": [uri],
        "api": {"oauth2PermissionScopes": [scope]},
    }
    cli.azure.applications.append(old)

    assert registration.make_app("revoker") == "2"
    assert [scope["id"]] == [entry["id"] for entry in old["api"]["oauth2PermissionScopes"]]


def test_doing_it_again_changes_nothing(cli: Cli) -> None:
    """A second run finds its registration and its grants."""
    for _ in range(2):
        client_id = registration.make_app("revoker")
        assert apply.main(["grants", "--api", client_id, "--responder", RESPONDER, "--playbook", PLAYBOOK]) == 0

    held = [(entry["principalId"], entry["appRoleId"]) for entry in cli.azure.granted]
    assert len(cli.azure.applications) == 1
    assert len(held) == len(set(held)) == len(PERMISSIONS) + 2


def test_playbooks_may_start_and_wait_and_no_more(cli: Cli) -> None:
    """Waiting for the result is reading, so the playbook needs both roles; it never needs the whole tenant."""
    client_id = registration.make_app("revoker")
    apply.main(["grants", "--api", client_id, "--responder", RESPONDER, "--playbook", PLAYBOOK, "--permissions",
                "User.RevokeSessions.All"])  # fmt: skip

    names = {role["id"]: role["value"] for role in [*registration.ROLES, *PERMISSIONS]}
    held = {(entry["principalId"], names[entry["appRoleId"]]) for entry in cli.azure.granted}
    assert held == {
        (RESPONDER, "User.RevokeSessions.All"),
        (PLAYBOOK, "Sessions.Read"),
        (PLAYBOOK, "Sessions.Revoke"),
    }


def test_further_identities_may_revoke_and_no_more(cli: Cli) -> None:
    """Only the first identity reads; of the others each gets one permission."""
    client_id = registration.make_app("revoker")
    further = [PLAYBOOK.replace(PLAYBOOK[0], digit) for digit in "de"]
    apply.main(["grants", "--api", client_id, "--responder", RESPONDER, "--further", *further])

    names = {role["id"]: role["value"] for role in PERMISSIONS}
    held = [(entry["principalId"], names[entry["appRoleId"]]) for entry in cli.azure.granted]
    assert [(one, "User.RevokeSessions.All") for one in further] == [pair for pair in held if pair[0] != RESPONDER]


def test_unknown_application_is_a_sentence(cli: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    """Granting before the registration exists fails with words, not with a trace."""
    assert cli

    assert apply.main(["role", "--api", "dddddddd", "--to", PLAYBOOK, "Sessions.Read"]) == 1
    assert "no service principal" in capsys.readouterr().err


@pytest.mark.usefixtures("ready")
def test_nothing_in_an_argument_ends_a_batch_file_early(cli: Cli) -> None:
    """On Windows `az` is a batch file: parentheses and ampersands in its arguments would be read as its own."""
    assert deploy.main(UP) == 0
    assert deploy.main(["down", "--group", "rg", "--yes"]) == 0

    assert [] == [part for line in cli.asked for part in line if re.search(r"[()&|<>^\"]", part)]


def test_azd_does_the_same_steps_with_the_same_package() -> None:
    """Grants after the code, no build in Azure, and the archive that `make package` writes."""
    azure_yaml = (ROOT / "azure.yaml").read_text(encoding="utf-8")
    [archive] = re.findall(r"--from-package (\S+)", azure_yaml)

    assert steps.target() == ROOT / archive
    assert "remoteBuild: false" in azure_yaml
    assert ["preprovision", "postdeploy", "predown"] == re.findall(r"^  (pre\w+|post\w+):$", azure_yaml, re.MULTILINE)
    for run in re.findall(r"run: (.+)", azure_yaml):
        for step in re.findall(r"infra\.deploy (\w+)", run):
            assert step in deploy.STEPS


@pytest.mark.parametrize("folder", ["", "entra"])
def test_what_deploys_is_python_3_11(folder: str) -> None:
    """An administrator's machine may have an older Python than the app: the commands' syntax is 3.11's."""
    files = sorted((ROOT / "infra" / folder).glob("*.py"))
    files += [ROOT / "infra" / "package" / f"{name}.py" for name in ("__init__", "layout", "freshness")]
    needs_the_tools = {"scan.py", "check.py", "kusto.py", "bicep.py"}

    for file in files:
        if file.name not in needs_the_tools:
            ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 11))
