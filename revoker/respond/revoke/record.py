"""Write down what was learnt about a batch, also where it comes late."""

from collections.abc import Sequence

from revoker.core.batch import Batch
from revoker.core.outcome import User
from revoker.ports.ledger import Ledger
from revoker.respond.finish import reopen


class _LateError(Exception):
    """While this worker was calling Graph, another one settled a user of the batch; the run may have ended."""


async def record(batch: Batch, later: Batch, learnt: Sequence[User], ledger: Ledger) -> tuple[Batch, bool]:
    """Write what was learnt, and when the batch is due again; returns the batch, and whether this came late.

    An example of late: this worker stands still for an hour after Graph accepted its users. Meanwhile healing gives the
    batch up, its users are `abandoned`, and the run ends. Then this worker goes on and writes that they were accepted.
    """
    late = False

    def known(row: Batch) -> Batch:
        nonlocal late
        after = row.moved(later).seen_to().learn(learnt)
        if after.reopens(row) and not late:
            late = True
            raise _LateError
        return after

    try:
        return await ledger.update_batch(batch.run, batch.id, known), late
    except _LateError:
        # The run is opened before the batch is written. A worker that dies in between leaves a run that healing looks
        # at and ends again; the other way round, an accepted user would wait in a run that nothing looks at.
        await reopen(batch.run, ledger)
        return await ledger.update_batch(batch.run, batch.id, known), late
