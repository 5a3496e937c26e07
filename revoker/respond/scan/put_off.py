"""A page that cannot be had: ask again later, or give its source up."""

from dataclasses import replace
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


async def put_off(
    run: Run,
    scan: Scan,
    source: Source,
    answer: GraphAnswer,
    ledger: Ledger,
    scans: Scans,
    age: timedelta,
    clock: Clock,
) -> Scan | None:
    """Return the scan after a page that Graph did not give; ``age`` is for how long a step is tried.

    A source that cannot be listed to its end is said on the run, and the next source is begun.
    """
    now = clock.now()
    after = scan.after_failure(answer, now, age, clock.jitter())
    if isinstance(after, Scan):
        log.event("page_deferred", run=run.id, source=source.kind, status=answer.status, attempts=after.attempts)
        return await move(scan, after, scans)
    # Another worker may have had the page that this one was refused: then nothing is lost, and nothing is said.
    if await scans.scan(run.id) != scan:
        return None
    log.failure("source_given_up", run=run.id, source=source.kind, reason=reason_of(answer))
    await _warn(run, scan, source, after, ledger)
    # The warning is written before the scan moves on: a worker that dies in between leaves the step, and the next one
    # warns again. The other way round, the run would never say what is missing.
    return await move(scan, scan.after_page(None, now), scans)


async def _warn(run: Run, scan: Scan, source: Source, why: str, ledger: Ledger) -> None:
    """Warn on the run; it is incomplete where no other source lists the users that were lost."""
    listed_later = source.kind is Kind.PRIVILEGED or (source.kind is Kind.ROLES and scan.plans_all)
    if listed_later:
        sentence = f"Privileged users do not go first: {source} cannot be listed ({why})."
    else:
        sentence = f"Not everybody is accounted for: {source} cannot be listed to its end ({why})."
    await ledger.update_run(
        run.id, lambda row: replace(row.warned(sentence), incomplete=row.incomplete or not listed_later)
    )
