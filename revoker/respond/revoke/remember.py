"""Remember the users that the directory shows as revoked: a cooldown spares no others (``core.revocation``)."""

from collections.abc import Iterable

from revoker.core.outcome import Outcome, User
from revoker.ports.ledger import Ledger


async def remember(run: str, learnt: Iterable[User], ledger: Ledger) -> None:
    """Keep the users of a batch that are verified now, by object id.

    They are written before the run ends, so that an alert that is repeated right after the end finds them. If the
    worker dies before, a cooldown does not spare these users, and they are revoked once more.
    """
    shown = {
        user.id: user.called_at
        for user in learnt
        if user.outcome is Outcome.VERIFIED and user.id is not None and user.called_at is not None
    }
    if shown:
        await ledger.keep_revocations(run, shown)
