"""Deploy Revoker with the Azure CLI, in steps that several people can share.

    python -m infra.deploy up --group rg-revoker --location westeurope

`up` does these steps in order; each may be done alone, and again: a step that was interrupted is repeated.

  package   look whether the package is built from these sources (`make package` builds it)
  app       the app registration (Application Administrator)
  azure     everything in main.bicep (Owner of the resource group)
  code      upload the package (the same person)
  grants    Graph permissions and app roles (Privileged Role Administrator)
  verify    ask the app whether it is ready

`forget` removes what lives on the Sentinel workspace; `down` removes everything, the ledger included.
Parameters come from `main.bicepparam` and the environment variables that it reads.
"""

import argparse
import os
import sys
from collections.abc import Callable

from infra import removal, steps
from infra.azure_cli import StepError, say

STEPS: dict[str, Callable[[argparse.Namespace], None]] = {
    "package": steps.package,
    "app": steps.app,
    "azure": steps.azure,
    "code": steps.code,
    "grants": steps.grants,
    "verify": steps.verify,
    "forget": removal.forget,
    "down": removal.down,
}
# The grants come after the code: they are the step that another person does, maybe days later, and the app says
# until then what is missing.
UP = ("package", "app", "azure", "code", "grants", "verify")


def main(arguments: list[str] | None = None) -> int:
    """Do the steps asked for, in order; return the exit status."""
    options = _parser().parse_args(arguments)
    wanted: tuple[str, ...] = (options.step,)
    if options.step == "up":
        wanted = UP
    for name in wanted:
        say(f"== {name}")
        try:
            STEPS[name](options)
        except StepError as error:
            say(f"{error}")
            say(f"Stopped in the step `{name}`. Everything before it is done; run the same command again.")
            return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.deploy", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("step", choices=[*STEPS, "up"])
    parser.add_argument("--group", default=os.environ.get("AZURE_RESOURCE_GROUP", "rg-revoker"))
    parser.add_argument("--location", default=os.environ.get("AZURE_LOCATION", ""))
    parser.add_argument("--bicep", action="store_true", help="directory steps with Bicep: needs rights in Azure too")
    parser.add_argument("--yes", action="store_true", help="remove everything without asking")
    return parser


if __name__ == "__main__":
    sys.exit(main())
