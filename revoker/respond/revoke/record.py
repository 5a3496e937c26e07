"""Write down what was learnt about a batch, also where it comes late."""

from collections.abc import Sequence

from revoker.core.batch import Batch
from revoker.core.outcome import User
from revoker.ports.ledger import Ledger
from revoker.respond.finish import reopen


class _LateError(Exception):
    """A user was settled otherwise while this worker was at Graph; its run may have ended."""


async def record(batch: Batch, later: Batch, learnt: Sequence[User], ledger: Ledger) -> tuple[Batch, bool]:
    """Write what was learnt, and when the batch is due again; returns the batch, and whether this came late.

    Late: this worker stood still, its message died or its run was cancelled meanwhile, a user was given up, and Graph
    had accepted the user after all.
    """
    late = False

    def known(row: Batch) -> Batch:
        nonlocal late
        after = row.moved(later).learn(learnt)
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
