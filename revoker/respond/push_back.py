"""Move reserved slots back after a 429, since Graph would refuse the batches that come before its wait is over."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from revoker.core.graph_answer import GraphAnswer
from revoker.core.outcome import User
from revoker.core.pool import Paces, Pool
from revoker.core.told_to_wait import pushed_back_all, pushed_back_identity
from revoker.ports.ledger import Ledger

# How often a user's 429 is taken for the quota's.
_BELIEVED = 3
# Seconds. One answer that names hours must not hold up the whole lane; the batch itself waits as long as it says.
_LONGEST_PUSH = 300.0
# Seconds, for an answer that says how close a limit is and not which one: it may be a limit on reading.
_LONGEST_HINT = 5.0


def of_quota(answers: Mapping[str, GraphAnswer], users: Iterable[User]) -> tuple[GraphAnswer, ...]:
    """Return the answers, by the keys of users, that tell of a quota, and not of one user that is told to wait."""
    # One user of 3,000 that Graph always tells to wait for 60 s would hold up the slots of all others for a day. A
    # quota that is used up says so to every batch: to others that come for the first time as well.
    told: list[GraphAnswer] = []
    for user in users:
        answer = answers.get(user.key)
        if answer and not (answer.throttled and user.attempts >= _BELIEVED):
            told.append(answer)
    return tuple(told)


async def push_back(answers: Iterable[GraphAnswer], identity: str, ledger: Ledger, pool: Pool, now: datetime) -> None:
    """Move slots back after a 429, or close to one, so that no batch comes before the directory takes it.

    A 429 about the tenant's own limit moves the slots of every identity. Any other moves those of ``identity``.
    """
    of_identity: list[GraphAnswer] = []
    of_tenant: list[GraphAnswer] = []
    for answer in answers:
        if answer.tenant_limited:
            of_tenant.append(answer)
        else:
            of_identity.append(answer)
    own, shared = _longest_wait(of_identity, pool), _longest_wait(of_tenant, pool)
    if not own and not shared:
        return
    moment = now.timestamp()

    def pushed(paces: Paces) -> Paces:
        if shared:
            paces = pushed_back_all(paces, moment, shared, pool)
        if own:
            paces = pushed_back_identity(paces, moment, own, pool, identity)
        return paces

    await ledger.move_paces(pushed)


def _longest_wait(answers: Sequence[GraphAnswer], pool: Pool) -> float:
    """Return for how many seconds the answers ask to wait, 0 where none does."""
    longest = _LONGEST_HINT
    if any(answer.write_limited for answer in answers):
        longest = _LONGEST_PUSH
    waits: list[float] = [0.0]
    for answer in answers:
        if answer.throttled:
            waits.append(answer.retry_after or 1.0)
        # A load of 1.2 means that Graph is asked for 120 % of a limit. It does not say of which limit, and reading has
        # limits of its own, over 10 s: so such an answer moves slots by five seconds at most. Beside a 429 that names
        # the write quota, the load is that quota's: with 3,000 writes at 20 a second, the 20 % too much are 600 writes,
        # which take 30 s to come back.
        if answer.load > 1.0:
            waits.append(min((answer.load - 1.0) * pool.quota.refill, longest))
    return min(max(waits), _LONGEST_PUSH)
