"""Find the earlier runs that a new run repeats or covers, so that its caller is told of them."""

from datetime import datetime

from revoker.core.related_runs import RelatedRuns, covered_by, same_request
from revoker.core.request import Request, Trigger
from revoker.ports.ledger import UNFINISHED, Ledger
from revoker.views.scope import scope_of

# How many runs are looked through, newest first: a warning is worth one page of the ledger, and no more.
_LATEST, _GOING = 20, 50


async def find_related(request: Request, key: str | None, digest: str, ledger: Ledger, now: datetime) -> RelatedRuns:
    """Return the runs that a new run repeats or covers.

    A request with an idempotency key repeats none, since the key leads to the first run. A dry run covers none.
    """
    repeated = None
    if key is None and request.trigger is Trigger.HTTP:
        latest = await ledger.runs(None, _LATEST, None)
        repeated = same_request(latest.rows, request, digest, now)
    if not request.scope or request.dry_run:
        return RelatedRuns(repeated)
    going = await ledger.runs(UNFINISHED, _GOING, None)
    return RelatedRuns(repeated, covered_by(request, scope_of(request), going.rows))
