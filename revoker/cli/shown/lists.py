"""Users, runs and sweeps as tables. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo

from revoker.cli.shown import times
from revoker.cli.shown.progress import folded
from revoker.cli.shown.share import scope
from revoker.cli.shown.table import Table
from revoker.cli.words import ADVICE, FAILURES, Fields, Outcome, short


def user_name(line: Fields) -> str:
    """Return what people know a user by."""
    return str(line["userPrincipalName"] or line["id"] or line["requestedAs"])


def why(line: Fields) -> str:
    """Return the reason beside an outcome, with Graph's status and request id, and under which name it was asked."""
    status = f"HTTP {line['status']}" if line["status"] else ""
    facts = [part for part in (line["reason"], status, line["requestId"]) if part]
    if "@" in line["requestedAs"] and line["requestedAs"] != user_name(line):
        facts.append(f"asked for as {line['requestedAs']}")
    return ", ".join(facts)


def users(found: Sequence[Fields]) -> Table:
    """Return what happened to each user."""
    rows = [(user_name(line), line["outcome"], why(line)) for line in found]
    return Table(("USER", "OUTCOME", "WHY"), rows, whole=frozenset({"OUTCOME"}), styles=_styles(found))


def not_done(found: Sequence[Fields]) -> Table:
    """Return users who are not done, with what to do."""
    rows = [(user_name(line), line["outcome"], why(line), ADVICE[Outcome(line["outcome"])]) for line in found]
    return Table(("USER", "OUTCOME", "WHY", "WHAT TO DO"), rows, whole=frozenset({"OUTCOME"}))


def runs(found: Iterable[Fields], local: tzinfo | None) -> Table:
    """Return runs, one a row."""
    titles = ("RUN", "STARTED", "STATE", "USERS", "SCOPE", "ASKED BY", "REASON")
    rows = [_run(one, local) for one in found]
    return Table(titles, rows, frozenset({"USERS"}), frozenset({"RUN", "STARTED", "STATE", "USERS"}))


def runs_folded(found: Iterable[Fields], local: tzinfo | None, width: int) -> Iterator[str]:
    """Return runs for a narrow terminal: the run and its state, and under it when, for whom, by whom and why."""
    for one in found:
        run, started, state, users, *others = _run(one, local)
        yield f"{run}  {state}  {users} user{'s' * (users != '1')}"
        for line in folded([started, *others], width - 2):
            yield f"  {line}"


def _run(one: Fields, local: tzinfo | None) -> tuple[str, ...]:
    state = f"{one['state']} (dry run)" if one["dryRun"] else str(one["state"])
    started = times.moment(one["createdAt"], local)[:16]
    asked_by = one["requestedBy"]["name"]
    if one["trigger"] == "schedule":
        asked_by = f"{asked_by} (sweep)"
    return (short(one["runId"]), started, state, f"{one['total']:,}", scope(one), asked_by, str(one["reason"]))


def sweeps(found: Iterable[Fields], local: tzinfo | None) -> Table:
    """Return sweeps, and why one fails."""
    rows = []
    for one in found:
        upcoming = times.moment(one["nextTick"], local) if one["nextTick"] else "-"
        problem = one.get("problem") or one.get("endedBecause") or ""
        rows.append((one["sweepId"], one["state"], upcoming, times.moment(one["until"], local), one["name"], problem))
    titles = ("SWEEP", "STATE", "NEXT", "UNTIL", "NAME", "PROBLEM")
    return Table(titles, rows, whole=frozenset({"SWEEP", "STATE"}))


def _styles(found: Sequence[Fields]) -> dict[int, str]:
    styles: dict[int, str] = {}
    for number, line in enumerate(found):
        if Outcome(line["outcome"]) in FAILURES:
            styles[number] = "red"
    return styles
