"""How a run and its users look from outside: the JSON of the contract. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from revoker.core.outcome import Outcome, User
from revoker.core.pool import Pool
from revoker.core.run import ACCESS_TOKEN_LIFE, Run
from revoker.core.run_state import state_of
from revoker.core.tally import Tally
from revoker.views.decided import acknowledged, approval
from revoker.views.federation import judgement_status
from revoker.views.plain import moment, plain
from revoker.views.residual import LIFETIMES, residual_until
from revoker.views.scope import in_order

__all__ = ["COUNTERMEASURE", "TECHNIQUES", "StatusBasis", "moment", "status", "user"]

COUNTERMEASURE = "CM0077"
TECHNIQUES = ("T1550", "T1550.001")


@dataclass(frozen=True, slots=True)
class StatusBasis:
    """What a status is computed with: the pool that writes, and how long access tokens work on after a revocation."""

    pool: Pool
    token_life: timedelta = ACCESS_TOKEN_LIFE


def status(run: Run, counted: Tally, basis: StatusBasis) -> dict[str, object]:
    """Return the status object of a run; every report carries the countermeasure and its techniques."""
    state = state_of(run, counted)
    total = max(counted.total, counted.expected) if counted.planning else counted.total
    done = total if state.is_final else _done(counted)
    until = residual_until(counted, basis.token_life)
    return {
        "runId": run.id,
        "version": run.version,
        "tenant": plain(run.tenant),
        "state": state,
        "dryRun": run.dry_run,
        "trigger": run.trigger,
        "requestedBy": plain(run.requested_by),
        "reason": run.reason,
        "incident": plain(run.incident),
        "scope": in_order(run.scope),
        "priority": run.priority,
        "issuedBefore": moment(run.issued_before),
        "compromisedAt": moment(run.federation.compromise.began_at),
        "createdAt": moment(run.created_at),
        "approval": approval(run),
        "startedAt": moment(run.started_at),
        "cancelledAt": moment(run.cancelled_at),
        "cancelledBy": plain(run.cancelled_by),
        "finishedAt": moment(run.finished_at),
        "counts": {outcome.value: count for outcome, count in sorted(counted.counts.items())},
        "total": total,
        "progress": round(done / total, 4) if total else 1.0,
        "estimate": _estimate(run, counted, basis.pool),
        "residualAccessUntil": moment(until),
        "residualAccessNote": LIFETIMES if until else None,
        "incomplete": run.incomplete,
        "warnings": list(run.warnings),
        "federation": judgement_status(run.federation),
        "acknowledged": acknowledged(run),
        "plan": run.plan,
        "includeNew": run.include_new,
        "retryOf": run.retry_of,
        "retriedBy": run.retried_by,
        "sweepId": run.sweep_id,
        "countermeasure": COUNTERMEASURE,
        "techniques": list(TECHNIQUES),
    }


def user(line: User) -> dict[str, object]:
    """Return one user of a run."""
    return {
        "id": line.id or (line.key if _is_id(line.key) else None),
        "userPrincipalName": line.user_principal_name or (line.key if "@" in line.key else None),
        "requestedAs": line.requested_as,
        "outcome": line.outcome,
        "reason": line.reason,
        "status": line.status,
        "requestId": line.request_id,
        "attempts": line.attempts,
        "settledAt": moment(line.settled_at) if line.is_final else None,
        "sessionsValidFrom": moment(line.sessions_valid_from),
        "identity": line.identity,
        "revokedBy": line.revoked_by,
    }


def _done(counted: Tally) -> float:
    """Return how many users are done; one that Graph accepted and no check has settled yet counts half."""
    unseen = counted.pending - counted.count(Outcome.PLANNED, Outcome.RETRYING)
    return counted.total - counted.pending + max(unseen, 0) / 2


def _estimate(run: Run, counted: Tally, pool: Pool) -> dict[str, object]:
    return {"finishAt": moment(_finish(run, counted, pool)), "writesPerSecond": pool.writes_per_second}


def _finish(run: Run, counted: Tally, pool: Pool) -> datetime | None:
    """Return when the last user is due: planned users by their slots, the others after them at the pool's pace."""
    planned = max((due for due in (run.finish_estimate, counted.last_due) if due), default=None)
    if run.finished_at or planned is None or not counted.planning:
        return run.finished_at or planned
    return planned + timedelta(seconds=max(0, counted.expected - counted.total) / pool.writes_per_second)


def _is_id(key: str) -> bool:
    return "@" not in key and not key.startswith("#")
