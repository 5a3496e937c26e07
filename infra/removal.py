"""Remove a deployment. Each part may be gone already: a removal that was interrupted is run again."""

import argparse
import json
import os

from infra.azure_cli import DEPLOYMENT_SECONDS, StepError, az, say
from infra.entra.registration import remove_app
from infra.steps import known

# How each kind of resource on the Sentinel workspace is addressed.
VERSIONS = {"roleassignments": "2022-04-01", "automationrules": "2024-09-01", "savedsearches": "2020-08-01"}


def forget(options: argparse.Namespace) -> None:
    """Remove what lives on the Sentinel workspace, and would outlive the resource group."""
    for leftover in json.loads(known(options, "RESPONDER_LEFTOVERS") or "[]"):
        version = next(value for kind, value in VERSIONS.items() if f"/{kind}/" in leftover.lower())
        try:
            az("rest", "--method", "DELETE", "--uri", f"{leftover}?api-version={version}")
        except StepError as error:
            if not _is_gone(error):
                raise
        say(f"removed {leftover}")


def down(options: argparse.Namespace) -> None:
    """Remove everything: the workspace's entries, the app registration, the resource group with the ledger."""
    warning = f"This deletes {options.group} and all evidence in it. Type its name: "
    if not options.yes and input(warning) != options.group:
        raise StepError("Nothing was removed.")
    # The group goes last: its deployment is where the other two are written down.
    if az("group", "exists", "--name", options.group) == "true":
        forget(options)
    if client_id := os.environ.get("RESPONDER_API_CLIENT_ID"):
        remove_app(client_id)
    else:
        say("The app registration stays: set RESPONDER_API_CLIENT_ID, or delete it by hand.")
    if az("group", "exists", "--name", options.group) == "true":
        az("group", "delete", "--name", options.group, "--yes", seconds=DEPLOYMENT_SECONDS)


def _is_gone(error: StepError) -> bool:
    return "notfound" in str(error).lower().replace(" ", "")
