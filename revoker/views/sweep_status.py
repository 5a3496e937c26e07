"""How a sweep looks from outside: the JSON of the contract. Pure."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from revoker.core.request import Person
from revoker.core.run import State
from revoker.core.sweep import Sweep, SweepState
from revoker.core.sweep_run import SweepRun
from revoker.views.status import moment

_STARTS = frozenset({SweepState.ACTIVE, SweepState.FAILING})


def sweep_status(sweep: Sweep, now: datetime, going: State | None = None) -> dict[str, object]:
    """Return a sweep as it stands, and its last run at ``going``; named users are counted, as in a run's status."""
    spec, asked, state = sweep.spec, sweep.spec.run, sweep.state(now)
    return {
        "sweepId": sweep.id,
        "name": spec.name,
        "state": state,
        "problem": sweep.problem or None,
        "scope": {
            "users": len(asked.targets),
            "groups": list(asked.scope.groups),
            "roles": list(asked.scope.roles),
            "filter": asked.scope.filter,
            "allUsers": asked.scope.all_users,
        },
        "exclude": {"users": len(asked.exclude_users), "groups": list(asked.exclude_groups)},
        "guests": "include" if asked.include_guests else "skip",
        "issuedBefore": moment(asked.issued_before),
        "maxSessionAgeHours": spec.max_age_hours,
        "everyMinutes": spec.every_minutes,
        "schedule": spec.schedule,
        "until": moment(spec.until),
        "reason": asked.reason,
        "incident": asdict(asked.incident) if asked.incident else None,
        "acknowledge": list(asked.acknowledge),
        "acknowledged": list(sweep.acknowledged),
        "createdBy": asdict(asked.requested_by),
        "createdAt": moment(sweep.created_at),
        "approvalUntil": moment(sweep.approval_until) if sweep.awaits_approval else None,
        "approvedBy": _person(sweep.approved_by),
        "pausedBy": _person(sweep.paused_by),
        "nextTick": moment(sweep.next_tick) if state in _STARTS else None,
        "runs": [_ran(ran, going) for ran in sweep.runs],
        "skipped": sweep.skipped,
        "endedAt": moment(sweep.ended_at),
        "endedBecause": sweep.ended_because or sweep.over(now) or None,
    }


def _ran(ran: SweepRun, going: State | None) -> Mapping[str, object]:
    return {
        "runId": ran.run,
        "tick": moment(ran.tick),
        "startedAt": moment(ran.started_at),
        "state": ran.state or going,
        "problem": ran.why or None,
    }


def _person(person: Person | None) -> dict[str, str] | None:
    return asdict(person) if person else None
