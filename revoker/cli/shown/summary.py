"""A run as it stands or has ended: a verdict first, then the facts, then what to type next. Pure."""

from collections.abc import Iterator
from datetime import datetime

from revoker.cli.shown import cancelled, times
from revoker.cli.shown.progress import waits_for
from revoker.cli.shown.screen import Screen
from revoker.cli.shown.share import names, scope, share
from revoker.cli.shown.table import Table
from revoker.cli.shown.verdict import verdict
from revoker.cli.words import MEANING, RETRYABLE, Fields, Outcome, State, short


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
    if status["dryRun"]:
        yield from _after_dry_run(status)
        return
    if any(status["counts"].get(outcome) for outcome in RETRYABLE):
        yield "To try again for the users who failed:"
        yield f"  revoker retry {run}"
    if status["state"] == State.CANCELLED:
        yield from cancelled.next_steps(status)
    yield "For the evidence folder:"
    yield f"  revoker report {run} --format html --output {run}.html"


def _after_dry_run(status: Fields) -> Iterator[str]:
    run = short(status["runId"])
    if not str(status["state"]).startswith("completed"):
        yield f"This dry run ended {status['state']}, so its list is not whole and cannot be applied: start a new one."
        return
    if not share(status).planned:
        yield "No user would be signed out, so there is nothing to apply. What became of each name:"
        yield f"  revoker users {run}"
        return
    yield "To look at the users, and to sign them out:"
    yield f"  revoker users {run}"
    yield f"  revoker run --plan {run}"
