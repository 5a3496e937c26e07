"""How long revoking all users takes from now, behind the slots that are reserved already."""

from datetime import datetime, timedelta

from revoker.core.batch import MOST_IN_BATCH
from revoker.core.pool import Paces, Pool
from revoker.core.pool_slots import reserve_slots
from revoker.views.status import moment

# A million users are 50,000 batches. Reserved in 2,000 larger parts, the last slot is the same to the second.
_PARTS = 2000


def estimate(total: int, paces: Paces, pool: Pool, now: datetime) -> dict[str, object]:
    """Return when the pool would be done with so many users, and when its first identity alone would be."""
    return {
        "users": total,
        **_finish(total, paces, pool, now),
        "identities": len(pool.identities),
        "oneIdentity": _finish(total, paces, pool.alone, now),
    }


def _finish(total: int, paces: Paces, pool: Pool, now: datetime) -> dict[str, object]:
    seconds = _seconds(total, paces, pool, now.timestamp())
    return {
        "seconds": round(seconds),
        "finishAt": moment(now + timedelta(seconds=seconds)),
        "writesPerSecond": pool.writes_per_second,
    }


def _seconds(total: int, paces: Paces, pool: Pool, now: float) -> float:
    size = max(MOST_IN_BATCH, total // _PARTS)
    writes = [size] * (total // size) + [total % size]
    reserved = reserve_slots(paces, now, writes, pool, share=pool.quota.bulk_share)
    return max(slot.at for slot in reserved.slots) - now
