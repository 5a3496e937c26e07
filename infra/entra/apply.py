"""What `app.bicep` and `grants.bicep` declare, done with `az rest`: it needs no rights in Azure, and runs in any cloud.

    python -m infra.entra.apply app [--name revoker]
    python -m infra.entra.apply grants --api CLIENT_ID --responder OBJECT_ID [--playbook OBJECT_ID] [--further …]
        [--permissions …]
    python -m infra.entra.apply role --api CLIENT_ID --to OBJECT_ID Sessions.Read [Sessions.Revoke …]

It acts as the signed-in person (`az login`). Doing it again changes nothing.
"""

import argparse
import sys

from infra.azure_cli import StepError, say
from infra.entra.assignments import PERMISSIONS, give, grant
from infra.entra.registration import ROLES, make_app


def main(arguments: list[str] | None = None) -> int:
    """Do one of the three things; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "app":
            say(make_app(options.name))
        elif options.command == "grants":
            grant(options.api, options.responder, options.playbook, options.permissions, options.further)
        else:
            give(options.api, options.to, options.roles)
    except StepError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.entra.apply", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    app = commands.add_parser("app", help="make the app registration, print its client id")
    app.add_argument("--name", default="revoker")
    grants = commands.add_parser("grants", help="grant the Graph permissions, and the playbooks' roles")
    grants.add_argument("--api", required=True)
    grants.add_argument("--responder", required=True)
    grants.add_argument("--playbook", default="")
    grants.add_argument("--further", nargs="+", default=[], help="identities that revoke and do nothing else")
    grants.add_argument("--permissions", nargs="+", choices=[entry["value"] for entry in PERMISSIONS])
    role = commands.add_parser("role", help="let a person, a group or an identity call the API")
    role.add_argument("--api", required=True)
    role.add_argument("--to", required=True)
    role.add_argument("roles", nargs="+", choices=[entry["value"] for entry in ROLES])
    return parser


if __name__ == "__main__":
    sys.exit(main())
