"""The steps of a deployment. Each finds what an earlier try left, so that doing it again changes nothing."""

import argparse
import json
import os
import shutil
from pathlib import Path

from infra.asking import trusted
from infra.azure_cli import DEPLOYMENT_SECONDS, StepError, TookTooLongError, az, outputs, patiently, run, say
from infra.entra.assignments import grant
from infra.entra.registration import make_app
from infra.package.freshness import trouble
from infra.package.layout import target
from infra.readiness import left_open
from infra.verify import check, report

INFRA = Path(__file__).resolve().parent
DEPLOYMENT = "revoker"

# Ten minutes for 20 MB: past that the CLI is waiting for the app, not uploading (azure-cli#30870).
UPLOAD_SECONDS = 600
UPLOADED_ALL_THE_SAME = "deployment was successful"

SENTINEL_AUTOMATION_CONTRIBUTOR = "f4c81013-99ee-4d62-a7ee-b3f1f648599a"


def package(_options: argparse.Namespace) -> None:
    """Stop before anything is made in Azure where there is nothing to upload."""
    if problem := trouble(target()):
        raise StepError(problem)


def app(options: argparse.Namespace) -> None:
    """Make the app registration, and remember its client id for the next step."""
    if options.bicep:
        _group(options)
        client_id = _deploy(options, "entra-app", "entra/app.bicep", f"name={_name()}")["RESPONDER_API_CLIENT_ID"]
    else:
        client_id = make_app(_name())
    os.environ["RESPONDER_API_CLIENT_ID"] = client_id
    say(f"RESPONDER_API_CLIENT_ID={client_id}")
    if "AZURE_ENV_NAME" in os.environ and (azd := shutil.which("azd")):
        run([azd, "env", "set", "RESPONDER_API_CLIENT_ID", client_id])


def azure(options: argparse.Namespace) -> None:
    """Deploy everything that lives in Azure."""
    if not os.environ.get("RESPONDER_API_CLIENT_ID"):
        raise StepError("Set RESPONDER_API_CLIENT_ID to what the step `app` printed.")
    _group(options)
    if _sentinel_may_start(options):
        os.environ["RESPONDER_SENTINEL_GRANT"] = "no"
    for name, value in _deploy(options, DEPLOYMENT, "main.bicepparam").items():
        say(f"{name}={value}")


def code(options: argparse.Namespace) -> None:
    """Upload the package as it is; nothing is built in Azure."""
    package(options)
    patiently(lambda: _upload(options, known(options, "RESPONDER_APP_NAME")))


def grants(options: argparse.Namespace) -> None:
    """Grant what the app's identity and the playbooks' need in the directory."""
    api = os.environ.get("RESPONDER_API_CLIENT_ID", "")
    responder, playbook = known(options, "RESPONDER_PRINCIPAL_ID"), known(options, "RESPONDER_PLAYBOOK_PRINCIPAL_ID")
    further = json.loads(known(options, "RESPONDER_FURTHER_PRINCIPAL_IDS") or "[]")
    if not api or not responder:
        raise StepError("Set RESPONDER_API_CLIENT_ID and RESPONDER_PRINCIPAL_ID to what the steps before printed.")
    if options.bicep:
        values = (
            f"responderPrincipalId={responder}",
            f"apiClientId={api}",
            f"playbookPrincipalId={playbook}",
            f"furtherPrincipalIds={','.join(further)}",
        )
        patiently(lambda: _deploy(options, "entra-grants", "entra/grants.bicep", *values))
    else:
        grant(api, responder, playbook, None, further)


def verify(options: argparse.Namespace) -> None:
    """Ask the app whether it is ready; infra/verify.py says what is asked."""
    choices = left_open(known(options, "RESPONDER_ALERT_RECEIVERS"), known(options, "RESPONDER_APPROVAL_ABOVE"))
    found = check(trusted(known(options, "RESPONDER_API_URL")), known(options, "RESPONDER_API_AUDIENCE"), choices)
    if report(found):
        raise StepError("It is deployed, and not ready: mend what is listed above, then run `verify` again.")


def known(options: argparse.Namespace, name: str) -> str:
    """Return an output of main.bicep: from the environment, as azd hands it on, else from the deployment itself."""
    if name in os.environ:
        return os.environ[name]
    command = ("deployment", "group", "show", "--resource-group", options.group, "--name", DEPLOYMENT)
    return outputs(az(*command, "--query", "properties.outputs", output="json")).get(name, "")


def _upload(options: argparse.Namespace, name: str) -> None:
    command = ("functionapp", "deployment", "source", "config-zip", "--resource-group", options.group, "--name", name)
    try:
        az(*command, "--src", str(target()), "--build-remote", "false", seconds=UPLOAD_SECONDS)
    except TookTooLongError:
        say("The CLI waits for the app; the step `verify` will tell whether the package has arrived.")
    except StepError as error:
        # The CLI looks at the app's health after the upload, and an app without its grants or roles is not well yet.
        if UPLOADED_ALL_THE_SAME not in str(error).lower():
            raise
        say(f"{error}\nThe package is uploaded; the step `verify` judges the app.")


def _sentinel_may_start(options: argparse.Namespace) -> bool:
    """Tell whether Sentinel may start playbooks here already: Azure refuses the same right under a second name."""
    principal = os.environ.get("RESPONDER_SENTINEL_PRINCIPAL_ID")
    if not principal:
        return False
    listed = json.loads(az("role", "assignment", "list", "--resource-group", options.group, output="json") or "[]")
    for entry in listed:
        is_role = entry["roleDefinitionId"].endswith(SENTINEL_AUTOMATION_CONTRIBUTOR)
        if is_role and entry["principalId"] == principal:
            return True
    return False


def _name() -> str:
    return os.environ.get("RESPONDER_NAME", "revoker")


def _group(options: argparse.Namespace) -> None:
    if az("group", "exists", "--name", options.group) == "true":
        return
    if not options.location:
        raise StepError("There is no such resource group yet: say where it is to be, with --location.")
    az("group", "create", "--name", options.group, "--location", options.location)


def _deploy(options: argparse.Namespace, name: str, file: str, *values: str) -> dict[str, str]:
    path = str(INFRA / file)
    command = ["deployment", "group", "create", "--resource-group", options.group, "--name", name]
    if path.endswith(".bicepparam"):  # it names its own template
        command += ["--parameters", path]
    else:
        command += ["--template-file", path]
    if values:
        command += ["--parameters", *values]
    return outputs(az(*command, "--query", "properties.outputs", output="json", seconds=DEPLOYMENT_SECONDS))
