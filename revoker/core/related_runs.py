"""The earlier runs that a new run repeats or covers: the same request a moment ago, and smaller runs still going."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from revoker.core.request import Request
from revoker.core.run import Run

_REPEATED_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class RelatedRuns:
    """What a caller is told of earlier runs.

    ``repeated`` is the run that the same request started within ten minutes. ``covered`` are runs still going whose
    users the new run revokes too.
    """

    repeated: Run | None = None
    covered: tuple[Run, ...] = ()


def same_request(runs: Iterable[Run], request: Request, digest: str, now: datetime) -> Run | None:
    """Return the latest run that the same caller started with the same body within the last ten minutes."""
    for run in runs:
        asked_again = digest and run.digest == digest and run.requested_by.id == request.requested_by.id
        if asked_again and now - run.created_at <= _REPEATED_WITHIN:
            return run
    return None


def covered_by(request: Request, scope: Mapping[str, object], runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return the runs still going whose users are all in a request's scope, so far as the scopes tell.

    A run over all users covers every other; a run over anything else covers one of the same scope without named users,
    since a scope counts those and does not name them.
    """
    found: list[Run] = []
    for run in runs:
        if run.finished_at or run.cancelled_at or run.dry_run:
            continue
        # Groups and roles are compared by id: a group that was renamed meanwhile is the same one.
        alike = {**run.scope, "names": None} == {**scope, "names": None} and not scope.get("users")
        if request.scope.all_users or alike:
            found.append(run)
    return tuple(found)
