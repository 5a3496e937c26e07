"""Deploy Revoker with the Azure CLI, in steps that two people can share.

    python infra/deploy.py up --group rg-revoker --location westeurope

Steps: `app` (app registration; a directory person) → `azure` (main.bicep; an Azure person) → `grants` (Graph
permissions; a Privileged Role Administrator) → `code` (the package) → `verify` (is it ready). `up` is all of them.
`forget` removes what lives on the Sentinel workspace; `down` removes everything, the ledger included.
Parameters come from `main.bicepparam` and the environment variables it reads.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

INFRA = Path(__file__).resolve().parent
ROOT = INFRA.parent
PACKAGE = ("function_app.py", "host.json", "requirements.txt", "revoker")
DEPLOYMENT = "revoker"

# Roles take their time to spread: the first tries may be refused (azure-functions-core-tools#4346).
PATIENCE_SECONDS = (0, 30, 60, 120, 240)

# How each kind of resource on the Sentinel workspace is addressed.
VERSIONS = {"roleassignments": "2022-04-01", "automationrules": "2024-09-01", "savedsearches": "2020-08-01"}


class StepError(Exception):
    """A step failed; the message says what to do."""


def main(arguments: list[str] | None = None) -> int:
    """Run the steps asked for, in order; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=[*STEPS, "up"])
    parser.add_argument("--group", default=os.environ.get("AZURE_RESOURCE_GROUP", "rg-revoker"))
    parser.add_argument("--location", default=os.environ.get("AZURE_LOCATION", ""))
    parser.add_argument("--rest", action="store_true", help="directory steps with az rest, not with Bicep")
    parser.add_argument("--yes", action="store_true", help="do not ask before removing everything")
    options = parser.parse_args(arguments)
    names = ("app", "azure", "grants", "code", "verify") if options.step == "up" else (options.step,)
    try:
        for name in names:
            say(f"== {name}")
            STEPS[name](options)
    except StepError as error:
        say(f"{error}")
        return 1
    return 0


def app(options: argparse.Namespace) -> None:
    """Make the app registration, and remember its client id for the next step."""
    if _by_bicep(options):
        _group(options)
        client_id = _deploy(options, "entra-app", "entra/app.bicep", f"name={_name()}")["RESPONDER_API_CLIENT_ID"]
    else:
        client_id = _apply("app", "--name", _name()).splitlines()[-1]
    os.environ["RESPONDER_API_CLIENT_ID"] = client_id
    say(f"RESPONDER_API_CLIENT_ID={client_id}")
    if "AZURE_ENV_NAME" in os.environ and (azd := shutil.which("azd")):
        _run([azd, "env", "set", "RESPONDER_API_CLIENT_ID", client_id])


def azure(options: argparse.Namespace) -> None:
    """Deploy everything that lives in Azure."""
    if not os.environ.get("RESPONDER_API_CLIENT_ID"):
        raise StepError("Set RESPONDER_API_CLIENT_ID to what the step `app` printed.")
    _group(options)
    for name, value in _deploy(options, DEPLOYMENT, "main.bicepparam").items():
        say(f"{name}={value}")


def grants(options: argparse.Namespace) -> None:
    """Grant what the app's identity and the playbooks' need in the directory."""
    api = os.environ.get("RESPONDER_API_CLIENT_ID", "")
    responder, playbook = _known(options, "RESPONDER_PRINCIPAL_ID"), _known(options, "RESPONDER_PLAYBOOK_PRINCIPAL_ID")
    if not api or not responder:
        raise StepError("Set RESPONDER_API_CLIENT_ID and RESPONDER_PRINCIPAL_ID to what the steps before printed.")
    if _by_bicep(options):
        values = (f"responderPrincipalId={responder}", f"apiClientId={api}", f"playbookPrincipalId={playbook}")
        _patiently(lambda: _deploy(options, "entra-grants", "entra/grants.bicep", *values))
    else:
        say(_apply("grants", "--api", api, "--responder", responder, "--playbook", playbook))


def code(options: argparse.Namespace) -> None:
    """Upload the package; the platform installs what requirements.txt names."""
    name = _known(options, "RESPONDER_APP_NAME")
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "package.zip"
        pack(package)
        command = ("functionapp", "deployment", "source", "config-zip", "--resource-group", options.group)
        _patiently(lambda: az(*command, "--name", name, "--src", str(package), "--build-remote", "true"))


def pack(package: Path) -> None:
    """Write the package: what runs, and nothing else."""
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in contents():
            archive.write(path, path.relative_to(ROOT))


def contents() -> Iterator[Path]:
    """Yield the files of the package."""
    for name in PACKAGE:
        path = ROOT / name
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (file for file in found if file.is_file() and "__pycache__" not in file.parts)


def verify(options: argparse.Namespace) -> None:
    """Ask the app whether it is ready; infra/verify.py says what is asked."""
    place = ("--url", _known(options, "RESPONDER_API_URL"), "--audience", _known(options, "RESPONDER_API_AUDIENCE"))
    if subprocess.run([sys.executable, str(INFRA / "verify.py"), *place], check=False).returncode:  # noqa: S603 - ours
        raise StepError("It is deployed, and not ready: mend the above, then run `verify` again.")


def forget(options: argparse.Namespace) -> None:
    """Remove what lives on the Sentinel workspace, and would outlive the resource group."""
    for leftover in json.loads(_known(options, "RESPONDER_LEFTOVERS") or "[]"):
        version = next(value for kind, value in VERSIONS.items() if f"/{kind}/" in leftover.lower())
        try:
            az("rest", "--method", "DELETE", "--uri", f"{leftover}?api-version={version}")
        except StepError as error:
            if "not found" not in str(error).lower().replace("notfound", "not found"):
                raise
        say(f"removed {leftover}")


def down(options: argparse.Namespace) -> None:
    """Remove everything: the workspace's entries, the app registration, the resource group with the ledger."""
    warning = f"This deletes {options.group} and all evidence in it. Type its name: "
    if not options.yes and input(warning) != options.group:
        raise StepError("Nothing was removed.")
    forget(options)
    if client_id := os.environ.get("RESPONDER_API_CLIENT_ID"):
        az("ad", "app", "delete", "--id", client_id)
    else:
        say("The app registration stays: set RESPONDER_API_CLIENT_ID, or delete it by hand.")
    az("group", "delete", "--name", options.group, "--yes")


STEPS: dict[str, Callable[[argparse.Namespace], None]] = {
    step.__name__: step for step in (app, azure, grants, code, verify, forget, down)
}


def _name() -> str:
    return os.environ.get("RESPONDER_NAME", "revoker")


def _by_bicep(options: argparse.Namespace) -> bool:
    """Whether the Graph extension of Bicep serves this cloud."""
    return not options.rest and az("cloud", "show", "--query", "name") == "AzureCloud"


def _group(options: argparse.Namespace) -> None:
    if az("group", "exists", "--name", options.group) == "true":
        return
    if not options.location:
        raise StepError("There is no such resource group yet: say where it is to be, with --location.")
    az("group", "create", "--name", options.group, "--location", options.location)


def _deploy(options: argparse.Namespace, name: str, file: str, *values: str) -> dict[str, str]:
    path = str(INFRA / file)
    source = ["--parameters", path] if path.endswith(".bicepparam") else ["--template-file", path]
    given = ["--parameters", *values] if values else []
    command = ("deployment", "group", "create", "--resource-group", options.group, "--name", name)
    return _outputs(az(*command, *source, *given, "--query", "properties.outputs", output="json"))


def _known(options: argparse.Namespace, name: str) -> str:
    """Return an output of main.bicep: from the environment, as azd hands it on, else from the deployment itself."""
    if name in os.environ:
        return os.environ[name]
    command = ("deployment", "group", "show", "--resource-group", options.group, "--name", DEPLOYMENT)
    return _outputs(az(*command, "--query", "properties.outputs", output="json")).get(name, "")


def _outputs(text: str) -> dict[str, str]:
    found = json.loads(text or "{}") or {}
    return {
        name: entry["value"] if isinstance(entry["value"], str) else json.dumps(entry["value"])
        for name, entry in found.items()
    }


def _apply(*arguments: str) -> str:
    return _run([sys.executable, str(INFRA / "entra" / "apply.py"), *arguments])


def _patiently(act: Callable[[], object]) -> None:
    for seconds in PATIENCE_SECONDS:
        time.sleep(seconds)
        try:
            act()
        except StepError as error:
            failure = error
            say(f"{error}")
        else:
            return
    raise failure


def az(*arguments: str, output: str = "tsv") -> str:
    """Run the Azure CLI; raises StepError with its words."""
    return _run([shutil.which("az") or "az", *arguments, "--output", output, "--only-show-errors"])


def _run(command: list[str]) -> str:
    try:
        result = subprocess.run(command, capture_output=True, check=False, text=True)  # noqa: S603 - ours
    except FileNotFoundError as error:
        raise StepError(f"{command[0]} is not installed; see docs/deploy.md.") from error
    if result.returncode:
        raise StepError(f"{' '.join(command[:5])}: {result.stderr.strip()}")
    return result.stdout.strip()


def say(text: str) -> None:
    """Write a line."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
