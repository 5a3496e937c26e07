"""Users, runs and sweeps as tables. Pure."""

from collections.abc import Iterable, Iterator

from revoker.cli.shown import times
from revoker.cli.shown.listing import Row, Titles
from revoker.cli.shown.progress import folded
from revoker.cli.shown.share import scope
from revoker.cli.shown.table import Table
from revoker.cli.words import ADVICE, FAILURES, Fields, Outcome, short

USERS = Titles(("USER", "OUTCOME", "WHY"), whole=1, room=80)
LEFT = Titles((*USERS.names, "WHAT TO DO"), whole=1, room=120)


def user_name(line: Fields) -> str:
    """Return what people know a user by."""
    return str(line["userPrincipalName"] or line["id"] or line["requestedAs"])


def why(line: Fields) -> str:
    """Return the reason beside an outcome, with Graph's status and request id, and under which name it was asked."""
    facts = [str(line["reason"] or "")]
    if line["status"]:
        facts.append(f"HTTP {line['status']}")
    facts.append(str(line["requestId"] or ""))
    if "@" in line["requestedAs"] and line["requestedAs"] != user_name(line):
        facts.append(f"asked for as {line['requestedAs']}")
    return ", ".join(filter(None, facts))


def users(found: Iterable[Fields]) -> Iterator[Row]:
    """Yield what happened to each user, as the lines of ``USERS``."""
    for line in found:
        style = "red" if Outcome(line["outcome"]) in FAILURES else ""
        yield Row((user_name(line), line["outcome"], why(line)), style)


def not_done(found: Iterable[Fields]) -> Iterator[Row]:
    """Yield users not done, with what to do, as the lines of ``LEFT``."""
    for line in found:
        yield Row((user_name(line), line["outcome"], why(line), ADVICE[Outcome(line["outcome"])]))


def runs(found: Iterable[Fields], *, local: bool) -> Table:
    """Return runs, one a row."""
    titles = ("RUN", "STARTED", "STATE", "USERS", "SCOPE", "ASKED BY", "REASON")
    rows = [_run(one, local=local) for one in found]
    return Table(titles, rows, frozenset({"USERS"}), frozenset({"RUN", "STARTED", "STATE", "USERS"}))


def runs_folded(found: Iterable[Fields], width: int, *, local: bool) -> Iterator[str]:
    """Return runs for a narrow terminal: run and state, and under them time, scope, requester and reason."""
    for one in found:
        run, started, state, users, *others = _run(one, local=local)
        yield f"{run}  {state}  {users} users"
        for line in folded([started, *others], width - 2):
            yield f"  {line}"


def _run(one: Fields, *, local: bool) -> tuple[str, ...]:
    state = str(one["state"])
    if one["dryRun"]:
        state = f"{state} (dry run)"
    started = times.moment(one["createdAt"], local=local)[:16]
    asked_by = one["requestedBy"]["name"]
    if one["trigger"] == "schedule":
        asked_by = f"{asked_by} (sweep)"
    return (short(one["runId"]), started, state, f"{one['total']:,}", scope(one), asked_by, str(one["reason"]))


def sweeps(found: Iterable[Fields], *, local: bool) -> Table:
    """Return sweeps, and why one fails."""
    rows = [_sweep(one, local=local) for one in found]
    titles = ("SWEEP", "STATE", "NEXT", "UNTIL", "NAME", "PROBLEM")
    return Table(titles, rows, whole=frozenset({"SWEEP", "STATE"}))


def sweeps_folded(found: Iterable[Fields], width: int, *, local: bool) -> Iterator[str]:
    """Return sweeps for a narrow terminal: sweep and state, and under them name, next tick, end and problem."""
    for one in found:
        sweep, state, upcoming, until, name, problem = _sweep(one, local=local)
        yield f"{sweep}  {state}"
        for line in folded([name, f"next {upcoming}", f"until {until}", *filter(None, [problem])], width - 2):
            yield f"  {line}"


def _sweep(one: Fields, *, local: bool) -> tuple[str, ...]:
    upcoming = "-"
    if one["nextTick"]:
        upcoming = times.moment(one["nextTick"], local=local)
    until = times.moment(one["until"], local=local)
    problem = one.get("problem") or one.get("endedBecause") or ""
    return one["sweepId"], one["state"], upcoming, until, one["name"], problem
