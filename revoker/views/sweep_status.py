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
    asked = spec.run
    return {
        "name": spec.name,
        "scope": {
            "users": len(asked.targets),
            "groups": list(asked.scope.groups),
            "roles": list(asked.scope.roles),
            "filter": asked.scope.filter,
            "allUsers": asked.scope.all_users,
        },
        "exclude": {"users": len(asked.exclude_users), "groups": list(asked.exclude_groups)},
        "guests": _guests(asked),
        "issuedBefore": moment(asked.issued_before),
        "maxSessionAgeHours": spec.max_age_hours,
        "everyMinutes": spec.every_minutes,
        "schedule": spec.schedule,
        "until": moment(spec.until),
        "reason": asked.reason,
        "incident": plain(asked.incident),
        "acknowledge": list(asked.acknowledge),
        "createdBy": plain(asked.requested_by),
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
        "runs": [_run(ran, going) for ran in sweep.runs],
        "skipped": sweep.skipped,
        "endedAt": moment(sweep.ended_at),
        "endedBecause": sweep.ended_because or sweep.over(now) or None,
    }


def _guests(asked: Request) -> str:
    if asked.include_guests:
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


def _run(ran: SweepRun, going: State | None) -> Mapping[str, object]:
    return {
        "runId": ran.run,
        "tick": moment(ran.tick),
        "startedAt": moment(ran.started_at),
        "state": ran.state or going,
        "problem": ran.why or None,
    }
