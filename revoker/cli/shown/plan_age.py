"""How old the list of users is that a plan rests on: a dry run does not expire, and the directory goes on. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from revoker.cli.shown import times
from revoker.cli.shown.plan import Plan
from revoker.cli.shown.share import share
from revoker.cli.words import counted, cutoff, short

_FRESH = timedelta(hours=1)


def aged(plan: Plan, now: datetime) -> Iterator[tuple[str, str]]:
    """Return when a dry run that is applied was listed, once that is an hour ago.

    A cutoff that was asked for is applied too, however old: a user signed out since then is not called again. Without
    one, the cutoff of a run is its own start.
    """
    listed = plan.listed
    age = now - datetime.fromisoformat(listed["createdAt"])
    if not listed["dryRun"] or age < _FRESH:
        return
    when = times.both(listed["createdAt"], now)
    yield "Listed", f"{_ago(age)} ago, {when}: users that came since are left out, unless --include-new is given"
    asked = cutoff(listed)
    if asked:
        before = times.both(asked, now)
        yield "Cutoff", f"sessions issued before {before}: users signed out since then are not called again"


def rehearsed(plan: Plan) -> Iterator[tuple[str, str]]:
    """Return what the requester saw before the run, where the run is listed anew."""
    seen = plan.rehearsal
    if not seen or plan.is_listed:
        return
    ahead = datetime.fromisoformat(plan.status["createdAt"]) - datetime.fromisoformat(seen["createdAt"])
    by = f"{seen['requestedBy']['name']}'s dry run of the same scope, {times.length(ahead.total_seconds())} before"
    yield "Looked at", f"{counted(share(seen).planned, 'user')} in {by}: revoker users {short(seen['runId'])}"


def _ago(age: timedelta) -> str:
    if age < timedelta(days=2):
        return counted(age // timedelta(hours=1), "hour")
    return counted(age.days, "day")
