"""Read users that Graph accepted, and judge each by what the directory shows."""

from collections.abc import Sequence

from revoker.core.after_call import after_read
from revoker.core.batch import Batch
from revoker.core.outcome import User
from revoker.ports.clock import Clock
from revoker.ports.graph import GraphUsers
from revoker.ports.ledger import Ledger
from revoker.respond.policy import Policy
from revoker.respond.revoke.addresses import addresses
from revoker.respond.warn import warn_of_conflicts, warn_unless_readable


async def read_back(
    users: Sequence[User],
    batch: Batch,
    graph_users: GraphUsers,
    ledger: Ledger,
    policy: Policy,
    clock: Clock,
    *,
    last: bool,
    patient: bool = False,
) -> list[User]:
    """Return the users as the directory shows them; after the ``last`` check each of them is settled.

    Two kinds of users are not settled even then: those called since the check before, which were not given their time
    yet, and, with ``patient``, those that could not be read.
    """
    if not users:
        return []
    answers = await graph_users.read(addresses(users), batch.lane)
    await warn_unless_readable(batch.run, answers.values(), ledger)
    await warn_of_conflicts(batch.run, answers.values(), ledger)
    now = clock.now()
    called_before = now - policy.verify_delays[-1]
    seen: list[User] = []
    for user in users:
        answer = answers[user.address]
        settles = last and (user.called_at or now) <= called_before and not (patient and answer.passing)
        seen.append(after_read(user, answer, now=now, skew=policy.clock_skew, last=settles))
    return seen
