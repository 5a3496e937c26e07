"""Reserve slots in the directory's write quota.

The quota is a bucket of 3,000 writes, refilled at 20 a second (docs/graph-facts.md, Throttling). A batch of 20 that is
planned when the bucket is empty gets a slot one second after the batch before it: 100 batches, 100 seconds. Its message
lies invisible on its queue until then, so no worker waits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from revoker.core.batch import Batch
from revoker.core.graph_answer import GraphAnswer
from revoker.core.pacing import Pace, Quota, charged, pushed_back, reserve
from revoker.core.request import Priority
from revoker.ports.ledger import Ledger

# Seconds from reserving a page's slots to its first call: the page is committed, sent, and taken from the queue.
_UNTIL_TAKEN = 0.15
_LONGEST_PUSH = 300.0
_LONGEST_HINT = 5.0


async def with_slots(
    batches: Sequence[Batch], ledger: Ledger, quota: Quota, now: datetime, *, share: float = 1.0, waits: bool = False
) -> tuple[Batch, ...]:
    """Return the batches due at their slots; urgent ones are due at once, and their writes are charged.

    ``share`` (0-1) is how much of the bucket may be used: named users may use all of it (docs/decisions/0004).
    ``waits`` gives slots to urgent batches too.
    """
    writes = [len(batch.waiting) for batch in batches]
    if not any(writes):
        return tuple(batches)
    if not waits and all(batch.lane is Priority.URGENT for batch in batches):
        await charge(sum(writes), ledger, quota, now)
        return tuple(batches)
    moment, lead = now.timestamp(), waits * _UNTIL_TAKEN
    # The change may run more than once, as other workers reserve too; the slots are those of the state it ended on.
    before = await ledger.move_pace(lambda pace: reserve(pace, moment, writes, quota, share=share, lead=lead).pace)
    slots = reserve(before, moment, writes, quota, share=share, lead=lead).slots
    placed: list[Batch] = []
    for batch, slot in zip(batches, slots, strict=True):
        due = now + timedelta(seconds=slot - moment)
        placed.append(replace(batch, due_at=due, planned_for=due, shifted=before.shifted))
    return tuple(placed)


async def charge(writes: int, ledger: Ledger, quota: Quota, now: datetime) -> None:
    """Take writes from the quota that do not wait; every slot reserved before moves back by as much."""
    moment = now.timestamp()
    await ledger.move_pace(lambda pace: charged(pace, moment, writes, quota))


async def push_back(answers: Iterable[GraphAnswer], ledger: Ledger, quota: Quota, now: datetime) -> None:
    """Move every slot back after a 429, or close to one, so that no batch comes before the directory takes it."""
    seen = tuple(answers)
    longest = _LONGEST_HINT
    if any(answer.write_limited for answer in seen):
        longest = _LONGEST_PUSH
    waits: list[float] = []
    for answer in seen:
        if answer.throttled:
            waits.append(answer.retry_after or 1.0)
        # A load of 1.2 means that Graph is asked for 120 % of a limit, and does not say of which: reading has limits of
        # its own, over 10 s. So it moves slots by seconds. Beside a 429 that names the write quota it is that quota's:
        # with 3,000 writes at 20 a second the fifth too much is 600 writes, which take 30 s to come back.
        if answer.load > 1.0:
            waits.append(min((answer.load - 1.0) * quota.burst / quota.rate, longest))
    if waits:
        # One odd answer must not hold up the whole lane: five minutes at most. The user's own wait may be longer.
        wait, moment = min(max(waits), _LONGEST_PUSH), now.timestamp()
        await ledger.move_pace(lambda pace: pushed_back(pace, moment, wait, quota))


def shifted_slot(batch: Batch, pace: Pace) -> Batch:
    """Return a batch with its slot moved back by what was charged or pushed back since the slot was reserved."""
    behind = timedelta(seconds=max(0.0, pace.shifted - batch.shifted))
    return replace(batch, due_at=batch.due_at + behind, shifted=pace.shifted)
