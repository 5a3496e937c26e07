"""Read whom Graph accepted, and judge each by what shows."""

from collections.abc import Sequence

from revoker.core.after_call import after_read
from revoker.core.batch import Batch
from revoker.core.outcome import User
from revoker.respond.finish import warn_unless_readable
from revoker.respond.policy import Tools


async def read_back(
    users: Sequence[User], batch: Batch, tools: Tools, *, last: bool, patient: bool = False
) -> list[User]:
    """Read accepted users and judge each by what shows; ``patient`` waits for answers that failed even at the last.

    The last look is not the last for who was called since the one before.
    """
    if not users:
        return []
    answers = await tools.graph_users.read([user.key for user in users], batch.lane)
    await warn_unless_readable(batch.run, answers.values(), tools)
    now, skew = tools.clock.now(), tools.policy.clock_skew
    called_before = now - tools.policy.verify_delays[-1]
    return [
        after_read(
            user,
            answer,
            now=now,
            skew=skew,
            last=last and (user.called_at or now) <= called_before and not (patient and answer.passing),
        )
        for user in users
        for answer in [answers[user.key]]
    ]
