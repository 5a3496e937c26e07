"""Devices coming back: who, when, and what the journal says of it."""

import pytest

from local.tenant import people
from local.tenant.exchange import stamp
from local.tenant.visitor import NOON, Visitor

HOUR, LONG = 3600.0, 10**8


def revoked_crowd(**settings: object) -> Visitor:
    """Return a tenant of sixty whose members were all revoked at noon."""
    visitor = Visitor(token_seconds=LONG, **settings)
    for user in [user for page in visitor.pages("/users?$top=50") for user in page]:
        visitor.revoke(user["id"])
    return visitor


def back(visitor: Visitor) -> dict[str, list[float]]:
    """Return who came back and when, by the journal."""
    users = visitor.control("/_journal/users?limit=1000")["users"]
    return {user["id"]: user["returnedAt"] for user in users if user["returnedAt"]}


def test_nobody_comes_back_unless_told() -> None:
    """By default a revocation stays."""
    visitor = revoked_crowd()
    visitor.now += 1000 * HOUR
    visitor.get("/users?$top=1")

    assert {} == back(visitor)


def test_a_share_comes_back_each_period() -> None:
    """A tenth an hour: each at the end of its period, however late somebody looks, in the journal and for readers."""
    visitor = revoked_crowd(returning_share=0.1, returning_seconds=HOUR)
    members = len(visitor.tenant.graph.world.sessions.revoked())
    visitor.now += 2.5 * HOUR
    visitor.get("/users?$top=1")
    found = back(visitor)

    first, second = round(0.1 * members), round(0.1 * (members - round(0.1 * members)))
    assert first + second == len(found) == visitor.control("/_journal")["returned"]
    assert [[NOON + HOUR]] * first + [[NOON + 2 * HOUR]] * second == sorted(found.values())
    for user in found:
        seen = visitor.get(f"/users/{user}?$select=signInSessionsValidFromDateTime")["signInSessionsValidFromDateTime"]
        assert visitor.control(f"/_journal/users/{user}")["validFrom"] == seen < stamp(NOON)


def test_the_seed_decides_who() -> None:
    """The same seed and times give the same users, another seed others."""
    found = []
    for seed in (1, 1, 2):
        visitor = revoked_crowd(seed=seed, returning_share=0.2, returning_seconds=HOUR)
        visitor.now += 3 * HOUR
        visitor.get("/users?$top=1")
        found.append(back(visitor))

    assert found[0] == found[1] != found[2]


def test_looking_more_often_changes_nothing() -> None:
    """What happens by a time does not depend on when somebody looks."""
    patient, curious = (revoked_crowd(returning_share=0.2, returning_seconds=HOUR) for _ in range(2))
    for _ in range(30):
        curious.now += HOUR / 10
        curious.get("/users?$top=1")
    patient.now += 3 * HOUR
    patient.get("/users?$top=1")

    assert back(patient) == back(curious)


def test_who_came_back_can_be_revoked_again() -> None:
    """And come back again: the journal keeps both."""
    visitor = Visitor(token_seconds=LONG, returning_share=1, returning_seconds=HOUR)
    for _ in range(2):
        visitor.revoke(people.ALICE.upn)
        visitor.now += HOUR
    visitor.get("/users?$top=1")
    truth = visitor.control(f"/_journal/users/{people.ALICE.upn}")

    assert ([NOON, NOON + HOUR], [NOON + HOUR, NOON + 2 * HOUR]) == (truth["acceptedAt"], truth["returnedAt"])


def test_it_can_be_told_while_it_runs() -> None:
    """From then on; or some users at once; and a reset forgets who came back."""
    visitor = revoked_crowd()
    visitor.now += 10 * HOUR
    visitor.get("/users?$top=1")
    visitor.control("/_control", {"returning": {"share": 0.5, "seconds": 60}})
    visitor.control("/_control", {"comeBack": [people.BEN.upn]})
    before = back(visitor)
    visitor.now += 61
    visitor.get("/users?$top=1")

    assert {people.BEN.id: [NOON + 10 * HOUR]} == before
    assert len(back(visitor)) > 20

    visitor.control("/_control", {"reset": True})

    assert 0 == visitor.control("/_journal")["returned"]


def test_a_return_shows_once_it_has_replicated() -> None:
    """As a revocation does."""
    visitor = Visitor(replication=10)
    visitor.revoke(people.ALICE.upn)
    visitor.now += 60
    path = f"/users/{people.ALICE.upn}?$select=signInSessionsValidFromDateTime"
    visitor.get(path)
    visitor.control("/_control", {"comeBack": [people.ALICE.upn]})
    seen = [visitor.get(path)["signInSessionsValidFromDateTime"]]
    visitor.now += 10
    seen.append(visitor.get(path)["signInSessionsValidFromDateTime"])

    assert stamp(NOON) == seen[0] > seen[1]


@pytest.mark.parametrize("user", [people.DANA.id, people.DANA.upn])
def test_guests_have_nothing_to_come_back_to(user: str) -> None:
    """Their sessions were never ended here."""
    visitor = Visitor(token_seconds=LONG, returning_share=1)
    visitor.revoke(user)
    visitor.now += HOUR
    visitor.get("/users?$top=1")

    assert {} == back(visitor)
