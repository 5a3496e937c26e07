"""How old the list is that a plan rests on, and what an approver sees of a run that is listed anew."""

from typing import Any

import pytest
from support.desk import RUN, command, problem, says, status

TENANT = {"id": "3f8a1c52-6b7d-4e90-9a41-0c5d2e7f8b13", "domain": "contoso.com"}
SCOPE = {"users": 0, "groups": [], "roles": [], "filter": None, "allUsers": True, "exclude": {}}
EARLIER = "01a1f0aa-5611-7d14-9c8d-587d499924dc"
FORBIDDEN = problem(403, "Forbidden", "This needs Sessions.Read.")
FACTS: dict[str, Any] = {"tenant": TENANT, "scope": SCOPE}
WAITS = status("awaiting_approval", **FACTS, counts={}, total=600)


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the terminal break no line."""
    monkeypatch.setenv("COLUMNS", "300")


def dry(created: str = "2026-03-02T08:58:00.000Z", **changes: object) -> dict[str, Any]:
    """Return the status of a dry run over everybody, of this day's nine o'clock."""
    facts = {**FACTS, "counts": {"planned": 540, "not_effective": 60}, "total": 600, "createdAt": created}
    facts |= {"runId": EARLIER, "dryRun": True, "issuedBefore": created}
    return status("completed", **facts) | changes


@pytest.mark.parametrize(
    ("created", "said"),
    [
        ("2026-02-05T08:30:00.000Z", "Listed     25 days ago, 2026-02-05 08:30:00Z"),
        ("2026-03-01T08:30:00.000Z", "Listed     24 hours ago, 2026-03-01 08:30:00Z"),
        ("2026-03-02T08:00:00.000Z", "Listed     1 hour ago, 2026-03-02 08:00:00Z (08:00 here): users that came since"),
        ("2026-03-02T08:30:00.000Z", ""),
    ],
)
def test_a_plan_says_how_old_it_is(created: str, said: str) -> None:
    """It does not expire; its users are those of its day."""
    ended = command("run", "--plan", EARLIER, answers=[says(200, dry(created)), FORBIDDEN], typed="no\n")

    assert said in ended.err
    assert bool(said) == ("users that came since are left out" in ended.err)
    assert "nothing was started" in ended.err


@pytest.mark.parametrize(("cutoff", "said"), [("2026-02-01T00:00:00.000Z", True), ("2026-02-05T08:30:00.000Z", False)])
def test_an_old_cutoff_is_said_where_it_was_asked_for(cutoff: str, said: bool) -> None:  # noqa: FBT001 - a table
    """It is applied as it is; without one, the run's cutoff is its own start."""
    found = dry("2026-02-05T08:30:00.000Z", issuedBefore=cutoff)
    ended = command("run", "--plan", EARLIER, answers=[says(200, found), FORBIDDEN], typed="no\n")

    assert said == (f"Cutoff     sessions issued before {cutoff[:10]}" in ended.err)


def test_a_script_is_told_as_well() -> None:
    """--yes asks nothing and still says how old the list is."""
    old, started = says(200, dry("2026-02-05T08:30:00.000Z")), says(202, status("revoking"))
    ended = command("run", "--plan", EARLIER, "--yes", "--no-wait", answers=[old, started])

    assert 0 == ended.code
    assert "Listed: 25 days ago, 2026-02-05 08:30:00Z" in ended.err


@pytest.mark.parametrize(
    ("runs", "seen"),
    [
        ([WAITS, dry()], True),
        ([dry("2026-03-02T09:00:01.000Z"), dry()], True),  # one that came after the run is none that led to it
        ([dry(reason="another")], False),
        ([dry(scope={**SCOPE, "exclude": {"users": 1, "groups": []}})], False),
        ([dry(requestedBy={"id": "o-2", "name": "Sam"})], False),
        ([dry(state="cancelled")], False),
        ([dry(dryRun=False)], False),
        ([dry("2026-03-02T08:44:00.000Z")], False),
        ([], False),
    ],
)
def test_an_approver_sees_what_the_requester_saw(runs: list[dict[str, Any]], seen: bool) -> None:  # noqa: FBT001 - a table
    """Beside the directory's count, which is all that the run itself knows before it is listed."""
    answers = [says(200, WAITS), FORBIDDEN, says(200, {"runs": runs, "cursor": None})]
    ended = command("approve", RUN, answers=answers, typed="no\n")
    said = f"Looked at  540 users in Rita's dry run of the same scope, 2:00 before: revoker users {EARLIER[:13]}"

    assert "Sign out   about 600 users: everybody; the listing decides" in ended.err
    assert seen == (said in ended.err)


EXCLUDING = {**SCOPE, "exclude": {"users": 1, "groups": []}}
NAMING = {**SCOPE, "allUsers": False, "users": 600}


@pytest.mark.parametrize("facts", [{"scope": EXCLUDING}, {"scope": NAMING}], ids=["excluded by name", "named"])
def test_a_dry_run_of_perhaps_other_users_is_not_shown(facts: dict[str, Any]) -> None:
    """Users given by name are a number in a scope: the dry run's may be others, and no run is looked for."""
    ended = command("approve", RUN, answers=[says(200, {**WAITS, **facts}), FORBIDDEN], typed="no\n")

    assert "Looked at" not in ended.err


@pytest.mark.parametrize(
    ("before", "now", "seen"),
    [
        ("2026-02-01T00:00:00.000Z", "2026-03-02T09:00:00.000Z", False),
        ("2026-02-01T00:00:00.000Z", "2026-02-01T00:00:00.000Z", True),
    ],
)
def test_a_dry_run_with_another_cutoff_is_not_shown(before: str, now: str, seen: bool) -> None:  # noqa: FBT001 - a table
    """A cutoff that was asked for leaves users alone who signed in again: without it the run is larger."""
    answers = [says(200, {**WAITS, "issuedBefore": now}), FORBIDDEN]
    answers.append(says(200, {"runs": [dry(issuedBefore=before)], "cursor": None}))
    ended = command("approve", RUN, answers=answers, typed="no\n")

    assert seen == ("Looked at" in ended.err)


def test_an_approver_who_may_not_read_sees_the_count_alone() -> None:
    """Sessions.Read is another role."""
    ended = command("approve", RUN, answers=[says(200, WAITS), FORBIDDEN, FORBIDDEN], typed="no\n")

    assert "about 600 users" in ended.err
    assert "Looked at" not in ended.err
