"""The command line: every command and its options."""

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from revoker.cli import reading, running, sweeping
from revoker.cli.client import Api
from revoker.cli.ending import Exit
from revoker.cli.run_body import add_run_options
from revoker.cli.screen import Screen
from revoker.core.outcome import Outcome
from revoker.core.run import State
from revoker.views.report import Format

if TYPE_CHECKING:
    from argparse import _SubParsersAction
type Choice = _SubParsersAction[ArgumentParser]
type Command = Callable[[Namespace, Api, Screen], Exit]

_EPILOG = """\
exit codes:
  0    done; a run has completed
  1    a run ended completed_with_failures or failed
  2    wrong use, or the API refused: what it said is printed
  3    a run is cancelled, or awaits approval
  4    the API cannot be reached, or failed
  70   a defect of this command; a run goes on
  130  Ctrl-C; a run goes on

environment: REVOKE_API, REVOKE_TOKEN, REVOKE_AUDIENCE
"""


def parser() -> ArgumentParser:
    """Return the parser; what it returns names the function to call as ``command``.

    Abbreviations are off: ``--all`` must not come to mean ``--all-users``.
    """
    top = ArgumentParser(
        "revoker",
        description="Ends Microsoft 365 sign-in sessions, over Revoker's API.",
        epilog=_EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    choose = top.add_subparsers(required=True, metavar="COMMAND")
    add_run_options(_watched(_command(choose, "run", running.run)))
    _run(_command(choose, "status", running.status))
    _run(_command(choose, "wait", running.wait))
    users = _run(_command(choose, "users", reading.users))
    users.add_argument(
        "--outcome", nargs="+", action="extend", choices=[outcome.value for outcome in Outcome], metavar="OUTCOME"
    )
    report = _run(_command(choose, "report", reading.report))
    report.add_argument("--format", choices=[form.value for form in Format], default=Format.JSON.value)
    report.add_argument("--output", metavar="FILE", help="a new file; default: standard output")
    _run(_command(choose, "cancel", running.cancel))
    _run(_watched(_command(choose, "retry", running.retry)))
    _run(_watched(_command(choose, "approve", running.approve)))
    runs = _command(choose, "runs", reading.runs)
    runs.add_argument("--state", choices=[state.value for state in State], metavar="STATE")
    runs.add_argument("--limit", type=int, default=20, metavar="N", help="1 to 100; default: 20")
    preflight = _command(choose, "preflight", reading.preflight)
    preflight.add_argument("--compromised-at", metavar="TIME", help="since when the intruder was in (RFC 3339)")
    _add_sweeps(choose.add_parser("sweeps", help="Scheduled sweeps: list, create, pause, resume, delete."))
    return top


def _add_sweeps(sweeps: ArgumentParser) -> None:
    choose = sweeps.add_subparsers(required=True, metavar="COMMAND")
    _command(choose, "list", sweeping.list_all)
    create = _command(choose, "create", sweeping.create)
    create.add_argument("file", metavar="FILE", help="the body of POST /api/sweeps; - reads standard input")
    _command(choose, "pause", sweeping.pause).add_argument("id", metavar="ID")
    _command(choose, "resume", sweeping.resume).add_argument("id", metavar="ID")
    _command(choose, "delete", sweeping.delete).add_argument("id", metavar="ID")


def _command(choose: Choice, name: str, command: Command) -> ArgumentParser:
    made = choose.add_parser(name, help=command.__doc__, description=command.__doc__, allow_abbrev=False)
    made.set_defaults(command=command)
    made.add_argument("--api", metavar="URL", help="the API's address (REVOKE_API)")
    made.add_argument("--audience", metavar="URI", help="sign in for it, as in api://... (REVOKE_AUDIENCE)")
    return made


def _run(made: ArgumentParser) -> ArgumentParser:
    made.add_argument("id", metavar="ID", type=_run_id, help="the run's id")
    return made


def _run_id(text: str) -> str:
    """Return a run's id; argparse reports the ValueError by this function's name."""
    return str(UUID(text))


_run_id.__name__ = "run id"


def _watched(made: ArgumentParser) -> ArgumentParser:
    made.add_argument("--no-wait", action="store_true", help="print the run's id and end")
    return made
