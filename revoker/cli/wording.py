"""Runs, users and sweeps as lines of text. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from revoker.core.outcome import RETRYABLE, Outcome
from revoker.core.run import State

type Fields = Mapping[str, Any]

_MEANING = {
    Outcome.PLANNED: "not tried yet",
    Outcome.RETRYING: "tried; Graph said later",
    Outcome.CANCELLED: "the run was cancelled first",
    Outcome.ABANDONED: "the message died",
    Outcome.FAILED: "gave up",
    Outcome.REFUSED: "Graph said 403",
    Outcome.UNRESOLVED: "cannot be tied to exactly one user",
    Outcome.NOT_FOUND: "no such user",
    Outcome.ALREADY_REVOKED: "sessions are younger than the cutoff already",
    Outcome.EXCLUDED: "excluded by the request or by rule",
    Outcome.REVOKED: "Graph accepted; not seen in the directory",
    Outcome.UNVERIFIED: "accepted, never seen in the directory",
    Outcome.VERIFIED: "accepted, and the directory shows it",
    Outcome.NOT_EFFECTIVE: "external: only the home tenant can end these sessions",
    Outcome.PROTECTED: "on the protected list: left alone",
}
# Who is not done, the gravest first.
NOT_DONE = (
    *(Outcome.REFUSED, Outcome.FAILED, Outcome.ABANDONED, Outcome.UNVERIFIED, Outcome.UNRESOLVED, Outcome.NOT_FOUND),
    Outcome.CANCELLED,
)
_BAR = 20


def progress(status: Fields) -> str:
    """Return where a run stands in one line."""
    share = status["progress"]
    counts = "".join(f", {count} {outcome}" for outcome, count in status["counts"].items())
    finish = status["estimate"]["finishAt"]
    until = f", done by {finish}" if finish and not status["finishedAt"] else ""
    return f"[{'#' * int(share * _BAR):.<{_BAR}}] {share:4.0%} of {status['total']} {status['state']}{counts}{until}"


def summary(status: Fields) -> Iterator[str]:
    """Return what a run is and how its users stand."""
    yield f"Run {status['runId']} {status['state']}{' (dry run: nobody is touched)' if status['dryRun'] else ''}"
    yield f"  for {status['reason']!r}, asked by {status['requestedBy']['name']} at {status['createdAt']}"
    yield f"  sessions issued before {status['issuedBefore']}"
    if status["finishedAt"]:
        yield f"  finished at {status['finishedAt']}"
    else:
        yield f"  {progress(status)}"
    yield from (f"  {title} {status[key]}" for key, title in _LINKS.items() if status[key])
    yield ""
    for outcome, count in status["counts"].items():
        yield f"  {outcome:<15} {count:>7}  {_MEANING[Outcome(outcome)]}"
    yield f"  {'total':<15} {status['total']:>7}"
    yield ""
    if status["residualAccessUntil"]:
        yield f"A stolen access token may still work until {status['residualAccessUntil']}."
    yield from (f"Warning: {sentence}" for sentence in status["warnings"])


_LINKS = {"retryOf": "retries run", "retriedBy": "retried by run", "sweepId": "started by sweep"}


def who_must_act(status: Fields) -> Iterator[str]:
    """Say who must do what, where a run is held or has left somebody."""
    run = status["runId"]
    if status["state"] == State.AWAITING_APPROVAL:
        yield f"Nothing is done yet: somebody other than {status['requestedBy']['name']} must approve it, within four"
        yield f"hours of {status['createdAt']}:  revoker approve {run}"
    elif status["finishedAt"] and any(status["counts"].get(word) for word in RETRYABLE):
        yield f"Try again who failed:  revoker retry {run}"
    if status["finishedAt"]:
        yield f"For the evidence folder:  revoker report {run} --format html --output {run}.html"


def user(line: Fields) -> str:
    """Return one user in one line: as asked for, what happened, why."""
    name = line["userPrincipalName"] or line["id"] or line["requestedAs"]
    also = (
        f" (asked for as {line['requestedAs']})" if "@" in line["requestedAs"] and line["requestedAs"] != name else ""
    )
    facts = [line["reason"], line["status"] and f"HTTP {line['status']}", line["requestId"]]
    why = ", ".join(str(fact) for fact in facts if fact)
    return f"{name:<48} {line['outcome']:<15} {why}{also}".rstrip()


def runs(found: Iterable[Fields]) -> Iterator[str]:
    """Return runs, one a line."""
    for one in found:
        yield f"{one['runId']}  {one['createdAt']}  {one['state']:<23} {one['total']:>7}  {one['reason']}"


def sweeps(found: Iterable[Fields]) -> Iterator[str]:
    """Return sweeps, one a line, and why one fails."""
    for one in found:
        yield f"{one['sweepId']}  {one['state']:<17} next {one['nextTick'] or '-'}  until {one['until']}  {one['name']}"
        yield from (f"  {one[why]}" for why in ("problem", "endedBecause") if one.get(why))


def because(reason: str | None) -> str:
    """Return a reason in brackets, if there is one."""
    return f" ({reason})" if reason else ""
