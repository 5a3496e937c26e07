"""Remember whom a run revoked and the directory has shown: a cooldown rests on that alone (``core.revocation``)."""

from collections.abc import Iterable

from revoker.core.outcome import Outcome, User
from revoker.ports.ledger import Ledger


async def remember(run: str, learnt: Iterable[User], ledger: Ledger) -> None:
    """Keep the users of a batch that are verified now, by object id.

    Written before the run ends: the alert that comes again right after the end is to find it. A worker that dies before
    it leaves users that a cooldown does not spare, and they are revoked again.
    """
    shown = {
        user.id: user.called_at
        for user in learnt
        if user.outcome is Outcome.VERIFIED and user.id is not None and user.called_at is not None
    }
    if shown:
        await ledger.keep_revocations(run, shown)
