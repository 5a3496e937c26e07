"""An identity that Graph refuses is set aside for a while; a pool never runs out of identities to ask."""

from math import inf

import pytest
from support.pools import pool_of

from revoker.core.availability import is_suspect, set_aside, suspect, to_avoid
from revoker.core.pacing import Pace
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


@pytest.mark.parametrize(
    ("refused", "aside", "longest", "avoided"),
    [
        ("", "", inf, ""),
        ("", "a", inf, "a"),
        ("a", "", inf, "a"),
        ("a", "b", inf, "ab"),
        ("ac", "b", inf, "ac"),
        ("a", "abc", inf, "a"),
        ("abc", "", inf, ""),
        ("abc", "b", inf, "b"),
        ("abcd", "", inf, ""),
        ("", "", 0, "c"),
        ("", "", 999, "c"),
        ("", "", 1000, ""),
        ("ab", "", 0, "ab"),
    ],
)
def test_a_batch_always_finds_an_identity(refused: str, aside: str, longest: float, avoided: str) -> None:
    """Those that refused it come last, before them those set aside; c is told to wait for 1,000 s."""
    paces = set_aside(Paces(of={"c": Pace(held_until=2000)}), dict.fromkeys(aside, "forbidden"), 1000.0)

    assert frozenset(avoided) == to_avoid(paces, pool_of(3), 1000.0, frozenset(refused), longest_wait=longest)


@pytest.mark.parametrize(
    ("a", "b", "longest", "avoided"),
    [
        (1150, 1001, 0, "a"),
        (1001, 1032, 0, "b"),
        (1030, 1030, 0, ""),
        (1030, 1060, 0, ""),
        (1030, 1061, 0, "b"),
        (1003, 999, 0, "a"),
        (1003, 999, 5, ""),
        (1150, 1004, 5, "a"),
    ],
)
def test_where_all_are_told_to_wait_the_shortest_wait_counts(a: float, b: float, longest: float, avoided: str) -> None:
    """A batch changes its identity where that ends its wait sooner, by more than the turns of a few batches."""
    paces = Paces(of={"a": Pace(held_until=a), "b": Pace(held_until=b)})

    assert frozenset(avoided) == to_avoid(paces, pool_of(2), 1000.0, frozenset(), longest_wait=longest)


def test_the_identity_that_works_is_not_set_aside() -> None:
    """Every identity had refused a batch, and one of them works again."""
    paces = set_aside(Paces(), {"a": "forbidden", "b": "forbidden"}, 1000.0, working="b")

    assert {"a"} == set(paces.aside)


def test_one_batch_at_a_time_finds_out_why_an_identity_was_refused() -> None:
    """For ten seconds; then its batch may be lost, and the next one goes."""
    paces = suspect(Paces(), "a", 1000.0)

    assert paces == suspect(paces, "a", 1009.9)
    assert [True, False, False] == [
        is_suspect(paces, name, now) for name, now in (("a", 1009.9), ("a", 1010.0), ("b", 1000.0))
    ]
    assert {"a": 1010.0, "b": 1015.0} == suspect(paces, "b", 1005.0).suspects


def identities(paces: Paces, pool: Pool, now: float) -> set[str]:
    """Return the identities that get batches."""
    return {slot.identity for slot in reserve_slots(paces, now, [20] * 40, pool).slots}
