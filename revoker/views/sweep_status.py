"""How a sweep looks from outside: the JSON of the contract. Pure."""

from collections.abc import Mapping
from datetime import datetime

from revoker.core.request import Request
from revoker.core.run import State
from revoker.core.sweep import Sweep, SweepState
from revoker.core.sweep_run import SweepRun
from revoker.core.sweep_spec import SweepSpec
from revoker.views.plain import moment, plain

_STARTS = frozenset({SweepState.ACTIVE, SweepState.FAILING})


def sweep_status(sweep: Sweep, now: datetime, going: State | None = None) -> dict[str, object]:
    """Return a sweep as it stands; ``going`` is the state of its last run, if that has not ended."""
    return {**_spec(sweep.spec), **_life(sweep, now, going)}


def _spec(spec: SweepSpec) -> dict[str, object]:
    """Return what the sweep asks for; named users are counted, as in a run's status."""
    request = spec.run
    return {
        "name": spec.name,
        "scope": {
            "users": len(request.targets),
            "groups": list(request.scope.groups),
            "roles": list(request.scope.roles),
            "filter": request.scope.filter,
            "allUsers": request.scope.all_users,
        },
        "exclude": {"users": len(request.exclude_users), "groups": list(request.exclude_groups)},
        "guests": _guests(request),
        "issuedBefore": moment(request.issued_before),
        "maxSessionAgeHours": spec.max_age_hours,
        "everyMinutes": spec.every_minutes,
        "schedule": spec.schedule,
        "until": moment(spec.until),
        "reason": request.reason,
        "incident": plain(request.incident),
        "acknowledge": list(request.acknowledge),
        "createdBy": plain(request.requested_by),
    }


def _life(sweep: Sweep, now: datetime, going: State | None) -> dict[str, object]:
    """Return what has become of the sweep so far."""
    return {
        "sweepId": sweep.id,
        "state": sweep.state(now),
        "problem": sweep.problem or None,
        "acknowledged": list(sweep.acknowledged),
        "createdAt": moment(sweep.created_at),
        "countedUsers": sweep.approved_size,
        "approvalUntil": moment(_approval_until(sweep)),
        "approvedBy": plain(sweep.approved_by),
        "pausedBy": plain(sweep.paused_by),
        "nextTick": moment(_next_tick(sweep, now)),
        "runs": [_run(run, going) for run in sweep.runs],
        "skipped": sweep.skipped,
        "endedAt": moment(sweep.ended_at),
        "endedBecause": sweep.ended_because or sweep.over(now) or None,
    }


def _guests(request: Request) -> str:
    if request.include_guests:
        return "include"
    return "skip"


def _approval_until(sweep: Sweep) -> datetime | None:
    if not sweep.awaits_approval:
        return None
    return sweep.approval_until


def _next_tick(sweep: Sweep, now: datetime) -> datetime | None:
    """Return the next tick that starts a run; a sweep that is paused, waits or has ended starts none."""
    if sweep.state(now) not in _STARTS:
        return None
    return sweep.next_tick


def _run(run: SweepRun, going: State | None) -> Mapping[str, object]:
    return {
        "runId": run.run,
        "tick": moment(run.tick),
        "startedAt": moment(run.started_at),
        "state": run.state or going,
        "problem": run.why or None,
    }
