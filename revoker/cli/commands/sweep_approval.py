"""A second person looks at a sweep before it starts its first run."""

from revoker.cli.commands.asking import domain_or_yes
from revoker.cli.commands.gate import look_ahead
from revoker.cli.ending import UsageError
from revoker.cli.remote.client import Api
from revoker.cli.shown.screen import Screen
from revoker.cli.shown.sweep_plan import is_large, rows, tenant, users
from revoker.cli.shown.table import Table
from revoker.cli.words import Fields


def look_before_approving(found: Fields, api: Api, screen: Screen) -> None:
    """Show what would be approved and ask; raises UsageError for its own creator, and where the answer is no."""
    creator = found["createdBy"]
    if api.caller and api.caller == creator["id"]:
        raise UsageError(_own(found, played=api.is_played))
    if not screen.is_attended:
        raise UsageError("An approval is asked for on a terminal: without one, say --yes.")
    known = look_ahead(api)
    screen.say(f"{creator['name']} asks for your approval of a sweep, for: {found['reason']}")
    screen.say("")
    said = [*tenant(known), ("API", api.address), *rows(found, local=screen.local)]
    screen.table(Table(("", " "), said, whole=frozenset({""}), bare=True), notice=True)
    screen.say("")
    domain = (known.get("tenant") or {}).get("domain")
    domain_or_yes(f"let it sign out {users(found)}", domain if is_large(found) else None, screen)


def _own(found: Fields, *, played: bool) -> str:
    """Say why a person cannot approve this sweep, and what the other person types."""
    who = f"You created this sweep yourself, as {found['createdBy']['name']}"
    command = f"revoker {'--as NAME ' if played else ''}sweeps resume {found['sweepId']}"
    return f"{who}: another person must approve it, with\n  {command}"
