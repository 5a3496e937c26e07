"""A run as it stands or has ended: a verdict first, then the facts, then what to type next. Pure."""

from collections.abc import Iterator
from datetime import datetime

from revoker.cli.shown import cancelled, times
from revoker.cli.shown.progress import waits_for
from revoker.cli.shown.screen import Screen
from revoker.cli.shown.share import is_listed, names, scope, share
from revoker.cli.shown.table import Table
from revoker.cli.words import MEANING, RETRYABLE, Fields, Outcome, State, counted, short


def show(status: Fields, screen: Screen, dry_run: Fields | None = None) -> None:
    """Show how a run stands; ``dry_run`` is the one whose users it waits to apply."""
    style = "bold"
    if status["state"] in {State.COMPLETED_WITH_FAILURES, State.FAILED, State.CANCELLED}:
        style = "bold red"
    screen.show(verdict(status, dry_run), style=style)
    screen.table(Table(("", " "), list(facts(status, screen)), whole=frozenset({""}), bare=True))
    if status["counts"]:
        screen.show("")
        screen.table(counts(status))
    if status["residualAccessUntil"]:
        screen.show("")
        until = times.both(status["residualAccessUntil"], screen.now())
        screen.show(f"A stolen access token may still work until {until}.")
        # An API from before 0.3 says no more.
        if status.get("residualAccessNote"):
            screen.show(status["residualAccessNote"], style="dim")
    for sentence in status["warnings"]:
        screen.show(f"Warning: {sentence}")


def verdict(status: Fields, dry_run: Fields | None = None) -> str:
    """Return how a run stands in one sentence; ``dry_run`` is the one whose users it waits to apply."""
    found, beside = share(status), _guests(status)
    if status["dryRun"]:
        return f"DRY RUN: {_planned(status)}, no one was{beside}."
    signed = f"{found.out:,} of {found.due:,} users signed out, {found.confirmed:,} confirmed{beside}"
    match status["state"]:
        case State.AWAITING_APPROVAL:
            return f"AWAITING APPROVAL: {_awaiting(status, signed, dry_run)}."
        case State.CANCELLED:
            # An API from before 0.3 does not tell whether the scope was listed to its end.
            unlisted = "; its scope was not listed to the end" if status.get("incomplete") else ""
            return f"CANCELLED: {signed}; {found.not_done:,} not done{unlisted}."
        case State.FAILED:
            return f"FAILED: {signed}; not all users in its scope could be listed."
        case State.COMPLETED | State.COMPLETED_WITH_FAILURES:
            return f"{signed}; {found.not_done:,} not done."
        case _:
            return f"{signed} so far."


def _awaiting(status: Fields, signed: str, dry_run: Fields | None) -> str:
    """Return what waits: all of a run, or the rest of one whose scope has grown since it was counted or approved."""
    if not status["startedAt"]:
        return f"nothing is done yet; {_awaited(status, dry_run)}"
    return f"{signed} so far; the scope has grown to {status['approval']['users']:,} users"


def _awaited(status: Fields, dry_run: Fields | None) -> str:
    """Return what an approval would let go: counted users, those of the dry run, or the directory's count."""
    if dry_run:
        return f"{_planned(dry_run)}, as dry run {short(dry_run['runId'])} counted them{_guests(dry_run)}"
    if is_listed(status):
        return f"{_planned(status)}{_guests(status)}"
    return f"about {_planned(status)}; the listing decides"


def _planned(status: Fields) -> str:
    return f"{counted(share(status).planned, 'user')} would be signed out"


def _guests(status: Fields) -> str:
    guests = status["counts"].get(Outcome.NOT_EFFECTIVE, 0)
    return f"; {counted(guests, 'guest')} left to their home tenants" if guests else ""


def facts(status: Fields, screen: Screen) -> Iterator[tuple[str, str]]:
    """Return what a run is: names and values."""
    yield "Run", status["runId"]
    yield "State", status["state"]
    known = status.get("tenant") or {}
    if known:
        yield "Tenant", f"{known.get('domain') or 'domain not told'} ({known.get('id')})"
    yield "Scope", f"{scope(status)}{names(status)}"
    yield "Reason", status["reason"]
    yield "Asked by", f"{status['requestedBy']['name']}, {times.moment(status['createdAt'], local=screen.local)}"
    yield from _decided(status, screen)
    yield "Cutoff", f"sessions issued before {times.moment(status['issuedBefore'], local=screen.local)}"
    if status["finishedAt"]:
        yield "Ended", times.moment(status["finishedAt"], local=screen.local)
    elif waits_for(status, screen.now()):
        yield "Now", waits_for(status, screen.now())
    for key, title in (("retryOf", "Retries"), ("retriedBy", "Retried by"), ("sweepId", "Sweep")):
        if status[key]:
            yield title, status[key]


def _decided(status: Fields, screen: Screen) -> Iterator[tuple[str, str]]:
    """Return the people that approved, cancelled and acknowledged, where the API tells."""
    approval = status.get("approval") or {}
    if approval.get("approvedBy"):
        at = times.moment(approval["approvedAt"], local=screen.local)
        yield "Approved by", f"{approval['approvedBy']['name']}, {at}"
    if status.get("cancelledBy"):
        at = times.moment(status["cancelledAt"], local=screen.local)
        yield "Cancelled by", f"{status['cancelledBy']['name']}, {at}"
    for one in status.get("acknowledged") or ():
        yield "Acknowledged", f"{one['code']}, by {one['by']['name']}"


def counts(status: Fields) -> Table:
    """Return the outcomes with their meaning."""
    rows = []
    for outcome, count in status["counts"].items():
        meaning = MEANING[Outcome(outcome)]
        if status["dryRun"] and outcome == Outcome.PLANNED:
            meaning = "would be signed out"
        rows.append((outcome, f"{count:,}", meaning))
    rows.append(("total", f"{status['total']:,}", ""))
    return Table(("OUTCOME", "USERS", "MEANING"), rows, frozenset({"USERS"}), frozenset({"OUTCOME", "USERS"}))


def next_steps(status: Fields, now: datetime) -> Iterator[str]:
    """Say what to type next: a heading, then commands, each on a line of its own so that it can be copied."""
    run = short(status["runId"])
    if status["state"] == State.AWAITING_APPROVAL:
        approval = status.get("approval") or {}
        until = " within four hours"
        if approval.get("until"):
            until = f" by {times.both(approval['until'], now)}"
        yield f"A person other than {status['requestedBy']['name']} must approve it{until}:"
        yield f"  revoker approve {run}"
        return
    if not status["finishedAt"]:
        return
    if status["dryRun"] and not share(status).planned:
        yield "No user would be signed out, so there is nothing to apply. What became of each name:"
        yield f"  revoker users {run}"
        return
    if status["dryRun"]:
        yield "To look at the users, and to sign them out:"
        yield f"  revoker users {run}"
        yield f"  revoker run --plan {run}"
        return
    if any(status["counts"].get(outcome) for outcome in RETRYABLE):
        yield "To try again for the users who failed:"
        yield f"  revoker retry {run}"
    if status["state"] == State.CANCELLED:
        yield from cancelled.next_steps(status)
    yield "For the evidence folder:"
    yield f"  revoker report {run} --format html --output {run}.html"
