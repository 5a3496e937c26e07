"""A run on its way, as lines that fit the terminal. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from revoker.cli.shown import times
from revoker.cli.shown.share import scope, share, tenant
from revoker.cli.words import Fields, Outcome, State, short

_DOT = " \u00b7 "
_BESIDE = (
    (Outcome.NOT_EFFECTIVE, "guests"),
    (Outcome.PROTECTED, "protected"),
    (Outcome.EXCLUDED, "excluded"),
    (Outcome.ALREADY_REVOKED, "no action"),
    (Outcome.RETRYING, "waiting for Graph"),
    (Outcome.CANCELLED, "cancelled"),
)


@dataclass(frozen=True, slots=True)
class Watched:
    """What a watch knows: the last status, and the pace in users a second, 0 while it is not known."""

    status: Fields
    pace: float = 0.0


def lines(watched: Watched, now: datetime, width: int) -> list[str]:
    """Return what a terminal of ``width`` columns shows: heading, share, the rest, and what is waited for."""
    share_line = [*_signed_out(watched), *_left(watched.status, now)]
    found: list[str] = []
    for parts in (heading(watched.status), share_line, _beside(watched.status)):
        found += folded(parts, width)
    waits = waits_for(watched.status, now)
    if waits:
        found += folded(waits.split(" "), width, " ")
    return found


def line(watched: Watched, now: datetime) -> str:
    """Return where a run stands in one line for a log."""
    finish = times.read(watched.status["estimate"]["finishAt"])
    parts = _signed_out(watched)
    if finish and finish > now and not watched.status["finishedAt"]:
        parts.append(f"done about {times.clock(finish)}")
    waits = waits_for(watched.status, now)
    return f"{times.clock(now)} {_DOT.join([*parts, *_beside(watched.status), *filter(None, [waits])])}"


def heading(status: Fields) -> list[str]:
    """Return what names a run: contoso.com, its scope, run 01a2135b-7f47."""
    parts = []
    if status["dryRun"]:
        parts.append("DRY RUN")
    domain = tenant(status)
    if domain:
        parts.append(domain)
    return [*parts, scope(status), f"run {short(status['runId'])}"]


def waits_for(status: Fields, now: datetime) -> str:
    """Say what a run waits for once the time it was to be done at has passed, or while it cannot be told."""
    finish = times.read(status["estimate"]["finishAt"])
    if status["finishedAt"] or status["state"] == State.AWAITING_APPROVAL:
        return ""
    if status["state"] == State.PLANNING:
        listed = sum(status["counts"].values())
        return f"Listing the directory: {listed:,} of about {status['total']:,} users so far."
    return "" if finish and now <= finish else _overdue(status["counts"])


def _overdue(counts: Mapping[str, int]) -> str:
    if counts.get(Outcome.RETRYING):
        return f"Waiting: Graph asked to try {counts[Outcome.RETRYING]:,} users again later."
    if counts.get(Outcome.PLANNED):
        return f"Waiting: {counts[Outcome.PLANNED]:,} users are in the queue still."
    if counts.get(Outcome.REVOKED):
        return f"Waiting: the directory does not show {counts[Outcome.REVOKED]:,} of them yet; that takes minutes."
    return "Waiting for the run's end."


def folded(parts: Sequence[str], width: int, between: str = _DOT) -> list[str]:
    """Return parts in as few lines as fit; a part that is wider than a line stands alone."""
    found: list[str] = []
    for part in parts:
        if found and len(found[-1]) + len(between) + len(part) < width:
            found[-1] += f"{between}{part}"
        else:
            found.append(part)
    return found


def _signed_out(watched: Watched) -> list[str]:
    found = share(watched.status)
    if watched.status["dryRun"]:
        return [f"Would sign out {found.planned:,}", "no one is signed out"]
    parts = [f"Signed out {found.out:,} of {found.due:,}"]
    if watched.pace >= 1:
        parts.append(f"{watched.pace:,.0f}/s")
    return parts


def _left(status: Fields, now: datetime) -> Iterable[str]:
    """Return how much time is left, until the end is due."""
    finish = times.read(status["estimate"]["finishAt"])
    if finish and not status["finishedAt"] and finish > now and not status["dryRun"]:
        return [f"{times.length((finish - now).total_seconds())} left"]
    return []


def _beside(status: Fields) -> list[str]:
    found, counts = share(status), status["counts"]
    parts = []
    if not status["dryRun"]:
        parts.append(f"Confirmed {found.confirmed:,}")
    for outcome, word in _BESIDE:
        if counts.get(outcome):
            parts.append(f"{word} {counts[outcome]:,}")
    return [*parts, f"failed {found.failed:,}"]
