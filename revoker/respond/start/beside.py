"""Look which runs stand beside a new one, so that the caller learns of them."""

from datetime import datetime

from revoker.core.beside import Beside, covered_by, same_request
from revoker.core.request import Request, Trigger
from revoker.core.run import Run, State
from revoker.ports.ledger import Ledger
from revoker.views.scope import scope_of

_LATEST, _GOING = 20, 50


async def runs_beside(request: Request, key: str | None, digest: str, ledger: Ledger, now: datetime) -> Beside:
    """Return them. Only a caller without a key can ask for the same twice; a dry run covers no run."""
    same: Run | None = None
    if key is None and request.trigger is Trigger.HTTP:
        same = same_request((await ledger.runs(None, _LATEST, None)).rows, request, digest, now)
    if not request.scope or request.dry_run:
        return Beside(same)
    going = await ledger.runs(State.REVOKING, _GOING, None)  # any state but a final one means all that are going
    return Beside(same, covered_by(request, scope_of(request), going.rows))
