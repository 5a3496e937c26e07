"""Read the users that a dry run planned, in its order: the source of a run that applies it."""

import asyncio

from revoker.core.fingerprint import fingerprints
from revoker.core.outcome import Outcome
from revoker.core.request import Priority
from revoker.core.scan import Scan
from revoker.core.source import Source
from revoker.ports.ledger import Ledger
from revoker.ports.scans import Scans
from revoker.respond.scan.source_page import SourcePage

# 800 users are 40 batches, so a step stays within the hundred rows that one transaction of a table may have.
_BATCHES_IN_STEP = 40


async def planned_before(source: Source, scan: Scan, scans: Scans, ledger: Ledger) -> SourcePage:
    """Return the next users that the dry run planned; the cursor is the number of its batches read so far.

    Users that the dry run had in the urgent lane go first here too: they are privileged, or the run is small.
    """
    visited = await scans.visited(source.value)
    names = list(dict.fromkeys(name for name in visited.values() if name))
    begin = int(scan.cursor or 0)
    end = begin + _BATCHES_IN_STEP
    batches = await asyncio.gather(*(ledger.batch(source.value, name) for name in names[begin:end]))
    planned, first = [], set[str]()
    for batch in batches:
        for user in batch.users if batch else ():
            if user.outcome is Outcome.PLANNED:
                planned.append(user)
                first |= {user.key} if batch and batch.lane is Priority.URGENT else set()
    return SourcePage(planned=tuple(planned), first=fingerprints(first), cursor=str(end) if end < len(names) else None)
