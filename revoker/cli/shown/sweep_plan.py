"""A sweep as the person reads it that is to approve it. Pure."""

from collections.abc import Iterator

from revoker.cli.shown import times
from revoker.cli.shown.plan import MANY
from revoker.cli.shown.share import names, scope
from revoker.cli.words import Fields, counted


def rows(sweep: Fields, *, local: bool) -> Iterator[tuple[str, str]]:
    """Return whom it would sign out, which sessions, how often and until when: names and values."""
    yield "Sign out", f"{users(sweep)}: {scope(sweep)}{names(sweep)}"
    yield "Sessions", _sessions(sweep, local=local)
    yield "Runs", f"{_rhythm(sweep)}, until {times.moment(sweep['until'], local=local)}"
    yield "Excluded", _excluded(sweep["exclude"])
    yield "Guests", "asked for too, at each run" if sweep["guests"] == "include" else "left alone"
    for code in sweep.get("acknowledge") or ():
        yield "Acknowledged", f"{code}, by {sweep['createdBy']['name']}"
    if sweep.get("approvalUntil"):
        yield "Approval", f"until {times.moment(sweep['approvalUntil'], local=local)}, or it ends"


def tenant(found: Fields) -> Iterator[tuple[str, str]]:
    """Return the tenant, where preflight tells it."""
    known = found.get("tenant") or {}
    if known.get("domain"):
        yield "Tenant", f"{known['domain']} {known.get('id') or ''}".strip()


def users(sweep: Fields) -> str:
    """Return how many users it is for; an API from before 0.3 does not tell."""
    number = sweep.get("countedUsers")
    return "its users" if number is None else f"about {counted(number, 'user')}"


def is_large(sweep: Fields) -> bool:
    """Whether it may mean more than 200 users; a number that is not known may always be more."""
    number = sweep.get("countedUsers")
    return number is None or number > MANY


def _sessions(sweep: Fields, *, local: bool) -> str:
    if sweep["issuedBefore"]:
        return f"issued before {times.moment(sweep['issuedBefore'], local=local)}"
    return f"older than {sweep['maxSessionAgeHours']} hours, at each run"


def _rhythm(sweep: Fields) -> str:
    if sweep["everyMinutes"]:
        hours, minutes = divmod(sweep["everyMinutes"], 60)
        return f"every {counted(sweep['everyMinutes'], 'minute') if minutes else counted(hours, 'hour')}"
    return f"by the schedule {sweep['schedule']} (UTC)"


def _excluded(exclude: Fields) -> str:
    parts = [(exclude["users"], "user"), (len(exclude["groups"]), "group")]
    return " and ".join(counted(number, one) for number, one in parts if number) or "no user"
