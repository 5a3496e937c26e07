"""An identity that Graph refuses is set aside for a while; a pool never runs out of identities to ask."""

from support.pools import pool_of

from revoker.core.availability import set_aside
from revoker.core.pool import Paces, Pool
from revoker.core.pool_slots import reserve_slots


def test_an_identity_is_set_aside_for_fifteen_minutes() -> None:
    """It gets nothing until then, unless every other one is set aside too; and a second refusal does not prolong it."""
    pool = pool_of(2)
    paces = set_aside(Paces(), {"a": "forbidden"}, 1000.0)
    again = set_aside(paces, {"a": "no_token"}, 1500.0)
    none_left = set_aside(paces, {"b": "forbidden"}, 1000.0)

    assert [{"b"}, {"a", "b"}] == [identities(paces, pool, now) for now in (1899.9, 1900.0)]
    assert paces == again
    assert {"a", "b"} == identities(none_left, pool, 1001.0)
    assert {"c"} == set(set_aside(paces, {"c": "forbidden"}, 1901.0).aside)


def identities(paces: Paces, pool: Pool, now: float) -> set[str]:
    """Return the identities that get batches."""
    return {slot.identity for slot in reserve_slots(paces, now, [20] * 40, pool).slots}
