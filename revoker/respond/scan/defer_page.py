"""Defer a page that Graph did not give, or give its source up after too long."""

from datetime import timedelta

from revoker import log
from revoker.core.graph_answer import GraphAnswer, reason_of
from revoker.core.run import Run
from revoker.core.scan import Scan
from revoker.core.source import Kind, Source
from revoker.ports.clock import Clock
from revoker.ports.ledger import Ledger
from revoker.ports.scans import Scans
from revoker.respond.scan.move import move
from revoker.respond.warn import warn


async def defer_page(
    run: Run,
    scan: Scan,
    source: Source,
    answer: GraphAnswer,
    ledger: Ledger,
    scans: Scans,
    age: timedelta,
    clock: Clock,
) -> Scan | None:
    """Return the scan after a page that Graph did not give; None where another worker took the step.

    ``age`` is for how long a step is tried. After that the source is given up: the run warns that it could not be
    listed to its end, and the scan begins the next source.
    """
    now = clock.now()
    after = scan.after_failure(answer, now, age, clock.jitter())
    if isinstance(after, Scan):
        log.event("page_deferred", run=run.id, source=source.kind, status=answer.status, attempts=after.attempts)
        return await move(scan, after, scans)
    # Another worker may have got the page that Graph refused to this one: then nothing is missing.
    if await scans.scan(run.id) != scan:
        return None
    log.failure("source_given_up", run=run.id, source=source.kind, reason=reason_of(answer))
    await _warn(run, scan, source, after, ledger)
    # The warning is written before the scan moves on: a worker that dies in between leaves the step, and the next one
    # warns again. In the other order, the run would never say what is missing.
    return await move(scan, scan.after_page(None, now), scans)


async def _warn(run: Run, scan: Scan, source: Source, why: str, ledger: Ledger) -> None:
    """Warn on the run, which is incomplete unless a later source lists the same users."""
    listed_later = source.kind is Kind.PRIVILEGED or (source.kind is Kind.ROLES and scan.plans_all)
    if listed_later:
        sentence = f"Privileged users do not go first: {source} cannot be listed ({why})."
    else:
        sentence = f"Not everybody is accounted for: {source} cannot be listed to its end ({why})."
    await warn(run.id, [sentence], ledger, incomplete=not listed_later)
