"""The table of commands: name, what it is asked, the function that does it, and its line of help."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from revoker.cli.parser import Chosen, Commands
from revoker.cli.typed import asked, starting


@dataclass(frozen=True, slots=True)
class Command:
    """One command; ``function`` is found by name when it is chosen, so that --help imports none of them."""

    name: str
    asked: type
    function: str
    text: str


TABLE = (
    Command("run", starting.Run, "running.run", "Start a run and watch it."),
    Command("status", asked.Status, "running.status", "Show how a run stands."),
    Command("wait", asked.Wait, "running.wait", "Watch a run to its end."),
    Command("watch", asked.Watch, "browsing.watch", "Watch a run to its end, with --browser as a live page."),
    Command("users", asked.Users, "reading.users", "List what happened to a run's users."),
    Command("not-done", asked.Status, "reading.not_done", "List the users not done, why, and what to do."),
    Command("report", asked.Report, "evidence.report", "Fetch the evidence, and its SHA-256."),
    Command("cancel", asked.Cancel, "running.cancel", "Cancel a run; exits 0 when accepted."),
    Command("retry", asked.Follow, "retrying.retry", "Start a run of the failed users, and watch it."),
    Command("resume", asked.Approve, "resuming.resume", "Start a run of the users that a cancelled run left."),
    Command("approve", asked.Approve, "approving.approve", "Show another person's run, ask, let it go, and watch it."),
    Command("runs", asked.Runs, "reading.runs", "List the latest runs."),
    Command("sentinel", starting.Sentinel, "sentinel.sentinel", "Start a run for the accounts in a Sentinel body."),
    Command("preflight", asked.Preflight, "reading.preflight", "Show what stands ready before an emergency."),
    Command("sweeps list", asked.Shown, "sweeping.list_all", "List the sweeps."),
    Command("sweeps create", starting.SweepNew, "sweeping.create", "Create a sweep from options, or from a JSON file."),
    Command("sweeps pause", asked.OneSweep, "sweeping.pause", "Let a sweep start no more runs."),
    Command("sweeps resume", asked.SweepResume, "sweeping.resume", "Let a sweep go on, or approve another person's."),
    Command("sweeps delete", asked.OneSweep, "sweeping.delete", "Forget a sweep; its runs stay."),
)


@cache
def commands() -> Commands:
    """Return the command line with every command of the table; made once."""
    made = Commands()
    for one in TABLE:
        made.add(one.name, one.asked, one.text)
    made.app.add_typer(made.sweeps, name="sweeps", help="Scheduled sweeps: list, create, pause, resume, delete.")
    return made


def chosen(argv: Sequence[str]) -> Chosen | int:
    """Return what the operator chose, or an exit code where help was shown; raises UsageError."""
    return commands().parse(argv)


def function(name: str) -> Callable[..., int]:
    """Return the function of a command."""
    place = next(one.function for one in TABLE if one.name == name)
    module, _, wanted = place.partition(".")
    found: Any = getattr(import_module(f"revoker.cli.commands.{module}"), wanted)
    return found  # type: ignore[no-any-return]
