"""What the identities of a pool may write together."""

import pytest
from support.pools import pool_of

from revoker.core.pacing import Quota


@pytest.mark.parametrize(("size", "burst", "rate"), [(1, 3000, 20), (2, 6000, 40), (3, 9000, 54), (10, 16_200, 54)])
def test_what_a_pool_may_write(size: int, burst: int, rate: float) -> None:
    """The sum of its identities, under our part of the tenant's limit."""
    assert Quota(burst, rate, 0.1) == pool_of(size).together
    assert rate == pool_of(size).writes_per_second
