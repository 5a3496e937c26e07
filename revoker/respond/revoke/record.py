"""Write down what was learnt about a batch, also where the run has ended in the meantime."""

from collections.abc import Sequence

from revoker.core.batch import Batch
from revoker.core.outcome import User
from revoker.ports.ledger import Ledger
from revoker.respond.finish import reopen


class _LateError(Exception):
    """While this worker called Graph, another one settled a user of the batch, and the run may have ended."""


async def record(batch: Batch, later: Batch, learnt: Sequence[User], ledger: Ledger) -> tuple[Batch, bool]:
    """Write what was learnt, and when the batch is due again; returns the batch, and whether the worker came late.

    A worker comes late when it stands still for an hour after Graph accepted its users. Meanwhile healing gives the
    batch up, its users are `abandoned`, and the run ends. Then the worker goes on and writes that they were accepted.
    """
    late = False

    def known(row: Batch) -> Batch:
        nonlocal late
        after = row.moved(later).handled().learn(learnt)
        if after.reopens(row) and not late:
            late = True
            raise _LateError
        return after

    try:
        return await ledger.update_batch(batch.run, batch.id, known), late
    except _LateError:
        # The run is reopened before the batch is written. A worker that dies in between leaves a run that healing
        # visits and ends again. In the other order an accepted user would wait in a run that healing does not visit.
        await reopen(batch.run, ledger)
        return await ledger.update_batch(batch.run, batch.id, known), late
