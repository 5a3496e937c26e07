"""The commands that deploy, run against an Azure CLI that writes down what it is asked."""

import json
import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from kept import ROOT, Json

from infra import deploy
from infra.entra import apply

RESPONDER = "bbbbbbbb-0000-0000-0000-000000000000"
PLAYBOOK = "cccccccc-0000-0000-0000-000000000000"


def asked(home: Path) -> list[str]:
    """Return the commands that changed something, shortened to what tells them apart."""
    lines = [json.loads(line) for line in (home / "asked.jsonl").read_text(encoding="utf-8").splitlines()]
    changing = [line for line in lines if line[1] not in {"show", "exists"} and line[2:3] != ["show"]]
    return [" ".join(part for part in line if not part.startswith("--"))[:60] for line in changing]


def directory(home: Path) -> Json:
    """Return what the directory came to hold."""
    found: Json = json.loads((home / "directory.json").read_text(encoding="utf-8"))
    return found


def test_one_command_goes_through_the_steps_in_order(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Registration, Azure, grants, code: each needs what the one before it made."""
    monkeypatch.setitem(deploy.STEPS, "verify", lambda _options: None)

    assert deploy.main(["up", "--group", "rg", "--location", "westeurope"]) == 0

    names = [line.split()[:5] for line in asked(home)]
    assert [line for line in names if line[0] == "deployment"] == [
        ["deployment", "group", "create", "rg", "entra-app"],
        ["deployment", "group", "create", "rg", "revoker"],
        ["deployment", "group", "create", "rg", "entra-grants"],
    ]
    assert names[-1] == ["functionapp", "deployment", "source", "config-zip", "rg"]


def test_national_clouds_go_without_the_extension(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Bicep cannot speak to Graph, `az rest` makes the same registration."""
    monkeypatch.setenv("FAKE_CLOUD", "AzureUSGovernment")

    assert deploy.main(["app", "--group", "rg"]) == 0

    assert not [line for line in asked(home) if line.startswith("deployment")]
    assert len(directory(home)["applications"]) == 1


def test_steps_of_another_person_say_what_they_need(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever does only one step is told what to bring."""
    assert home

    assert deploy.main(["azure", "--group", "rg", "--location", "westeurope"]) == 1
    assert "RESPONDER_API_CLIENT_ID" in capsys.readouterr().out


def test_a_new_group_needs_a_place(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A resource group is not made in a region that nobody chose."""
    assert home
    monkeypatch.setenv("RESPONDER_API_CLIENT_ID", "aaaaaaaa-0000-0000-0000-000000000000")
    monkeypatch.delenv("AZURE_LOCATION", raising=False)

    assert deploy.main(["azure", "--group", "rg"]) == 1
    assert "--location" in capsys.readouterr().out


def test_removal_takes_what_lives_on_the_workspace(home: Path) -> None:
    """The rule, the role and the saved query are in another group: they are removed by name, before the group."""
    assert deploy.main(["down", "--group", "rg", "--yes"]) == 0

    commands = asked(home)
    assert len([line for line in commands if line.startswith("rest DELETE")]) == 3
    assert commands[-1].startswith("group delete rg")


def test_removal_waits_for_the_name(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Evidence is not deleted by a finger that slipped: nothing at all happens before the group's name is typed."""
    monkeypatch.setattr("builtins.input", lambda _question: "rg-other")

    assert deploy.main(["down", "--group", "rg"]) == 1
    assert not (home / "asked.jsonl").exists()


def test_package_has_the_contract_and_no_tests(tmp_path: Path) -> None:
    """The package is what runs."""
    deploy.pack(tmp_path / "package.zip")
    names = set(ZipFile(tmp_path / "package.zip").namelist())

    assert {"function_app.py", "host.json", "requirements.txt", "revoker/web/openapi.json"} <= names
    assert not [name for name in names if name.startswith(("tests", "infra", "local")) or "__pycache__" in name]


def test_registration_is_what_bicep_declares(home: Path) -> None:
    """The script and the Bicep file name the same audience, token version, roles and scope."""
    client_id = apply.make_app("revoker")

    [app] = directory(home)["applications"]
    principal = directory(home)["servicePrincipals"][-1]
    declared = (ROOT / "infra" / "entra" / "app.bicep").read_text(encoding="utf-8")
    assert app["appId"] == client_id
    assert app["identifierUris"] == ["api://3f8a1c52-6b7d-4e90-9a41-0c5d2e7f8b13/revoker"]
    assert "'api://${tenant().tenantId}/${name}'" in declared
    assert app["api"]["requestedAccessTokenVersion"] == 2
    assert "requestedAccessTokenVersion: 2" in declared
    assert [role["value"] for role in app["appRoles"]] == [role["value"] for role in apply.ROLES]
    assert app["api"]["preAuthorizedApplications"][0]["appId"] == apply.AZURE_CLI
    assert apply.AZURE_CLI in declared
    # Where users may consent, a foreign client would else come by a lured responder's roles.
    assert [scope["type"] for scope in app["api"]["oauth2PermissionScopes"]] == ["Admin"]
    assert re.findall(r"\n +type: '(\w+)'", declared) == ["Admin"]
    assert (principal["appId"], principal["appRoleAssignmentRequired"]) == (client_id, True)


def test_doing_it_again_changes_nothing(home: Path) -> None:
    """A second run finds its registration and its grants."""
    for _ in range(2):
        client_id = apply.make_app("revoker")
        assert apply.main(["grants", "--api", client_id, "--responder", RESPONDER, "--playbook", PLAYBOOK]) == 0

    found = directory(home)
    held = [(entry["principalId"], entry["appRoleId"]) for entry in found["appRoleAssignedTo"]]
    assert len(found["applications"]) == 1
    assert len(held) == len(set(held)) == len(apply.PERMISSIONS) + 2


def test_playbooks_may_start_and_wait_and_no_more(home: Path) -> None:
    """Waiting for the result is reading, so the playbook needs both roles; it never needs the whole tenant."""
    client_id = apply.make_app("revoker")
    apply.main(["grants", "--api", client_id, "--responder", RESPONDER, "--playbook", PLAYBOOK, "--permissions",
                "User.RevokeSessions.All"])  # fmt: skip

    names = {role["id"]: role["value"] for role in [*apply.ROLES, *apply.PERMISSIONS]}
    held = {(entry["principalId"], names[entry["appRoleId"]]) for entry in directory(home)["appRoleAssignedTo"]}
    assert held == {
        (RESPONDER, "User.RevokeSessions.All"),
        (PLAYBOOK, "Sessions.Read"),
        (PLAYBOOK, "Sessions.Revoke"),
    }


def test_unknown_application_is_a_sentence(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Granting before the registration exists fails with words, not with a trace."""
    assert home

    assert apply.main(["role", "--api", "dddddddd", "--to", PLAYBOOK, "Sessions.Read"]) == 1
    assert "no service principal" in capsys.readouterr().err
