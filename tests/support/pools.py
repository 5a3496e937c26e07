"""Pools of identities by the documented numbers."""

from revoker.core.pacing import Quota
from revoker.core.pool import Pool

GRAPH = Quota(burst=3000, rate=20, reserve=0.1)
TENANT = Quota(burst=16_200, rate=54, reserve=0)
NAMES = tuple("abcdefghij")


def pool_of(size: int, quota: Quota = GRAPH, tenant: Quota = TENANT) -> Pool:
    """Return a pool of so many identities."""
    return Pool(quota, tenant, NAMES[:size])
