import pytest

from local.tenant import people
from local.tenant.exchange import stamp
from local.tenant.tokens import APP_ID
from local.tenant.visitor import NOON, Visitor, revocation

ALICE, BEN = people.ALICE.upn, people.BEN.upn


def test_the_journal_counts_what_happened() -> None:
    """Calls, batches, items, statuses, and when the first and the last revocation were accepted."""
    visitor = Visitor(users=60, write_burst=4)
    visitor.revoke(ALICE)
    visitor.now += 1.5
    visitor.batch([revocation("1", ALICE), revocation("2", BEN), {"id": "3", "method": "GET", "url": "/users"}])
    visitor.revoke("nobody@contoso.com")
    visitor.tenant.graph.throttle.quota(APP_ID).writes.take(23)
    visitor.revoke(ALICE)

    assert visitor.control("/_journal") == {
        "tokens": 0,
        "requests": 4,
        "batches": 1,
        "items": 3,
        "revokes": {"accepted": 3, "throttled": 1, "refused": 0, "failed": 1},
        "applications": {APP_ID: {"accepted": 3, "throttled": 1, "refused": 0, "failed": 1}},
        "reads": 1,
        "lost": 0,
        "statuses": {"200": 4, "404": 1, "429": 1},
        "duplicates": 1,
        "revokedUsers": 2,
        "firstAcceptedAt": NOON,
        "lastAcceptedAt": NOON + 1.5,
        "users": 60,
        "returned": 0,
    }


def test_the_journal_knows_every_user_that_was_touched() -> None:
    """In pages, in the order of their first time, with the truth about them."""
    visitor = Visitor(replication=60)
    for user in (BEN, ALICE, BEN):
        visitor.revoke(user)
        visitor.now += 10
    first = visitor.control("/_journal/users?limit=1")
    second = visitor.control(f"/_journal/users?limit=1&cursor={first['cursor']}")

    assert first["users"] == [
        {
            "id": people.BEN.id,
            "userPrincipalName": BEN,
            "validFrom": stamp(NOON + 20),
            "accepted": 2,
            "acceptedAt": [NOON, NOON + 20],
            "acceptedBy": [APP_ID, APP_ID],
            "returnedAt": [],
        }
    ]
    assert [user["userPrincipalName"] for user in second["users"]] == [ALICE]
    assert second["cursor"] is None


@pytest.mark.parametrize("name", [people.DANA.id, people.DANA.upn.replace("#", "%23")])
def test_the_journal_knows_untouched_users_too(name: str) -> None:
    """By id or by UPN."""
    found = Visitor().control(f"/_journal/users/{name}")

    assert (people.DANA.upn, 0, []) == (found["userPrincipalName"], found["accepted"], found["acceptedAt"])


def test_the_log_holds_the_last_operations_and_no_token() -> None:
    """Oldest first, items of batches among them."""
    visitor = Visitor()
    visitor.get("/users?$top=1")
    visitor.batch([revocation("1", ALICE)])
    log = visitor.control("/_journal/log?limit=2")["log"]

    assert log == [
        {"at": NOON, "method": "GET", "path": "/users?$top=1", "status": 200, "batched": False},
        {
            "at": NOON,
            "method": "POST",
            "path": "/users/alice%40contoso.com/revokeSignInSessions",
            "status": 200,
            "batched": True,
        },
    ]
    assert visitor.token not in str(log)


def test_a_reset_forgets_what_happened_and_keeps_the_settings() -> None:
    """As if the tenant had just been started."""
    visitor = Visitor(write_burst=2)
    fresh, before = visitor.control("/_journal"), visitor.control(f"/_journal/users/{ALICE}")
    visitor.control("/_script", {"requests": [{"match": "never", "status": 500}]})
    for _ in range(3):
        visitor.revoke(ALICE)
    visitor.control("/_control", {"deleteUser": BEN})

    visitor.control("/_control", {"reset": True})

    assert fresh == visitor.control("/_journal")
    assert before == visitor.control(f"/_journal/users/{ALICE}")
    assert visitor.control(f"/_journal/users/{BEN}")["accepted"] == 0
    assert visitor.tenant.graph.script.remaining == 0
    assert [visitor.revoke(ALICE).response.status for _ in range(3)] == [200, 200, 429]


def test_settings_can_be_changed_while_it_runs() -> None:
    """Quota, latency, replication, permissions, federation."""
    visitor = Visitor()
    visitor.control(
        "/_control",
        {"writeBurst": 1, "writeRate": 0.5, "latencyMs": 40, "replicationMs": 5000, "federation": "stale"},
    )
    visitor.revoke(BEN)
    refused = visitor.revoke(ALICE)

    assert (refused.response.status, refused.response.headers["Retry-After"], refused.delay) == (429, "2", 0.04)
    assert visitor.get(f"/users/{BEN}?$select=signInSessionsValidFromDateTime")[
        "signInSessionsValidFromDateTime"
    ] != stamp(NOON)
    assert visitor.get("/domains/contoso.com")["authenticationType"] == "Federated"

    visitor.control("/_control", {"roles": ["User.RevokeSessions.All"]})

    assert visitor.ask("GET", "/users").response.status == 403


def test_the_profile_can_be_changed_while_it_runs() -> None:
    """And back again, with the quota that belongs to it."""
    visitor = Visitor()

    assert visitor.control("/_faults", {"profile": "throttled", "seed": 7}) == {"profile": "throttled"}
    assert visitor.tenant.graph.throttle.quota(APP_ID).writes.burst == 150

    visitor.control("/_faults", {"profile": "none"})

    assert visitor.tenant.graph.throttle.quota(APP_ID).writes.burst == 3000


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/_control", {"writeBrust": 1}),
        ("/_control", {"writeBurst": "many"}),
        ("/_control", {"federation": "unknown"}),
        ("/_control", {"deleteUser": "nobody"}),
        ("/_control", {"comeBack": ["nobody"]}),
        ("/_control", {"returning": {"share": 2, "seconds": 1}}),
        ("/_control", {"returning": {"share": 0.5, "seconds": 0}}),
        ("/_control", {"returning": {"share": 0.5}}),
        ("/_faults", {"profile": "unlucky"}),
        ("/_script", {"requests": "nonsense"}),
        ("/_journal/users/nobody", None),
        ("/_journal/users?limit=many", None),
        ("/_nothing", None),
        ("/_journal", {}),
    ],
)
def test_mistakes_at_the_back_door_are_told(path: str, body: object) -> None:
    """A test that misspells a setting must not pass by accident."""
    assert "error" in Visitor().control(path, body)
