"""Sweeps and Sentinel bodies: what is sent, and what is shown."""

import json
from pathlib import Path

import httpx
import jsonschema
import pytest
from support.desk import command, problem, says, schema, status

from revoker.cli.remote.token import Played

EVICTION = "2026-03-01T00:00:00Z"


TENANT = {"id": "t-1", "domain": "contoso.com"}


def held(**changes: object) -> dict[str, object]:
    """Return a sweep of everybody that waits for a second person."""
    return {
        **sweep("awaiting_approval"),
        "scope": {"users": 0, "groups": [], "roles": [], "filter": None, "allUsers": True},
        "exclude": {"users": 1, "groups": []},
        "guests": "skip",
        "issuedBefore": EVICTION,
        "maxSessionAgeHours": None,
        "everyMinutes": 60,
        "schedule": None,
        "reason": "INC-7",
        "acknowledge": [],
        "createdBy": {"id": "o-1", "name": "Rita"},
        "countedUsers": 1947,
        "approvalUntil": "2026-03-02T13:00:00Z",
        **changes,
    }


def sweep(state: str) -> dict[str, object]:
    """Return a sweep as the API shows one."""
    name = {"sweepId": "s-1", "name": "after INC-7", "state": state, "endedBecause": None}
    problems = {"problem": "three runs failed" if state == "failing" else None}
    return {**name, **problems, "nextTick": "2026-03-02T10:00:00Z", "until": "2026-04-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("argv", "call", "answer", "code"),
    [
        ("list", "GET /api/sweeps", says(200, {"sweeps": [sweep("failing")]}), 0),
        ("create", "POST /api/sweeps", says(201, sweep("active")), 0),
        ("create", "POST /api/sweeps", says(201, sweep("awaiting_approval")), 3),
        ("pause s/1", "POST /api/sweeps/s%2F1/pause", says(200, sweep("paused")), 0),
        ("resume s-1 --yes", "POST /api/sweeps/s-1/resume", says(200, sweep("active")), 0),
        ("delete s-1", "DELETE /api/sweeps/s-1", httpx.Response(204), 0),
        ("create", "POST /api/sweeps", problem(400, "Invalid request", "1 error."), 2),
    ],
)
def test_sweeps_are_passed_through(tmp_path: Path, argv: str, call: str, answer: httpx.Response, code: int) -> None:
    """Each command is one request, and a sweep is one line."""
    file = tmp_path / "sweep.json"
    file.write_text('{"name": "after INC-7"}')
    ended = command("sweeps", *argv.split(), *([str(file)] if argv == "create" else []), answers=[answer])

    assert (code, [call]) == (ended.code, ended.calls)
    assert ({"name": "after INC-7"} if argv == "create" else None) == ended.asked[0].body
    assert (b"s-1" in answer.content) == ("\ns-1 " in ended.out)
    assert (argv == "list") == ("three runs failed" in ended.out)


@pytest.mark.parametrize(
    ("users", "answer", "question"),
    [
        (1947, "contoso.com", "To let it sign out about 1,947 users, type contoso.com: "),
        (12, "y", "Let it sign out about 12 users? [y/N] "),
        (None, "contoso.com", "To let it sign out its users, type contoso.com: "),
    ],
)
def test_an_approver_sees_the_sweep(users: int | None, answer: str, question: str) -> None:
    """Whom, which sessions, how often and until when stand there before the question."""
    answers = [says(200, held(countedUsers=users)), says(200, {"tenant": TENANT}), says(200, sweep("active"))]
    ended = command("sweeps", "resume", "s-1", answers=answers, typed=f"{answer}\n")

    assert (0, "POST /api/sweeps/s-1/resume") == (ended.code, ended.calls[-1]), ended.err
    assert "Rita asks for your approval of a sweep, for: INC-7" in ended.err
    assert question in ended.err
    for line in (
        "Tenant    contoso.com t-1",
        "Sessions  issued before 2026-03-01 00:00:00Z",
        "Runs      every 1 hour, until 2026-04-01 00:00:00Z",
        "Excluded  1 user",
        "Guests    left alone",
        "Approval  until 2026-03-02 13:00:00Z, or it ends",
    ):
        assert line in ended.err


@pytest.mark.parametrize(
    ("argv", "typed", "answers", "said"),
    [
        (("--as", "Rita"), "contoso.com\n", [held(createdBy={"id": Played("Rita").id, "name": "Rita"})], "as Rita: an"),
        ((), "contoso.com\n", [held(createdBy={"id": "local", "name": "local"})], "as local: another person"),
        ((), None, [held()], "without one, say --yes"),
        ((), "contoso.org\n", [held(), {"tenant": TENANT}], "That is not contoso.com: nothing was started. To"),
    ],
)
def test_a_sweep_is_not_approved(argv: tuple[str, ...], typed: str | None, answers: list[object], said: str) -> None:
    """Its own creator is refused before anything is asked, with what the other person types; no answer is no."""
    ended = command(*argv, "sweeps", "resume", "s-1", answers=[says(200, one) for one in answers], typed=typed)

    assert (2, []) == (ended.code, [call for call in ended.calls if call.startswith("POST")])
    assert said in ended.err
    assert ("another person" in said or bool(argv)) == ("\n  revoker --as NAME sweeps resume s-1" in ended.err)


def test_a_paused_sweep_goes_on_without_a_question() -> None:
    """It was approved, or needed no approval."""
    ended = command("sweeps", "resume", "s-1", answers=[says(200, sweep("paused")), says(200, sweep("active"))])

    assert (0, ["GET /api/sweeps/s-1", "POST /api/sweeps/s-1/resume"]) == (ended.code, ended.calls)


def test_a_sweep_from_options() -> None:
    """--every and --for become minutes and an end; the name is the reason unless there is another."""
    asked = f"--every 1h --for 14d --all-users --issued-before {EVICTION} --exclude-user bg@contoso.com --reason INC-7"
    ended = command("sweeps", "create", *asked.split(), answers=[says(201, sweep("active"))])
    sent = ended.asked[0].body

    assert (60, "2026-03-16T09:00:01Z", "INC-7") == (sent["everyMinutes"], sent["until"], sent["name"])
    assert ({"users": ["bg@contoso.com"]}, EVICTION) == (sent["exclude"], sent["issuedBefore"])
    jsonschema.validate(sent, schema("SweepRequest"))


def test_a_sweep_by_the_sessions_age() -> None:
    """--max-age is hours."""
    asked = "--every 30m --for 2w --max-age 24h --role privileged --reason INC-7 --name admins"
    sent = command("sweeps", "create", *asked.split(), answers=[says(201, sweep("active"))]).asked[0].body

    assert (30, 24, "admins") == (sent["everyMinutes"], sent["maxSessionAgeHours"], sent["name"])


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("", "A sweep needs --every and --for"),
        ("--every 1h --for 14d --all-users --max-age 1d", "Why? Give --reason"),
        ("--every 1h --for 14d --reason x --max-age 1d", "Whom? Give --user"),
        ("--every 1h --for 14d --reason x --all-users", "Which sessions? Give --issued-before"),
        ("--every often --for 14d --reason x --all-users --max-age 1d", "--every often is no length of time"),
    ],
)
def test_a_sweep_that_lacks_something(asked: str, said: str) -> None:
    """One thing at a time, with what to write."""
    ended = command("sweeps", "create", *asked.split())

    assert (2, []) == (ended.code, ended.calls)
    assert said in ended.err


def test_a_sweep_that_is_not_json_is_not_sent(tmp_path: Path) -> None:
    """The place of the mistake is named."""
    file = tmp_path / "sweep.json"
    file.write_text("{name: x}")
    ended = command("sweeps", "create", str(file))

    assert (2, []) == (ended.code, ended.calls)
    assert "line 1 column 2" in ended.err


def test_a_sentinel_body_from_a_file(tmp_path: Path) -> None:
    """It is posted as it is, with its options in the query, and watched."""
    file = tmp_path / "incident.json"
    file.write_text(json.dumps({"Accounts": [{"aadUserId": "x"}]}))
    answers = [says(202, status("revoking"), Retry_After="5"), says(200, status())]
    asked = ["--dry-run", "--cooldown-minutes", "10", "--issued-before", EVICTION]
    ended = command("sentinel", str(file), *asked, answers=answers)

    assert (0, "/api/sentinel") == (ended.code, ended.asked[0].path)
    assert {"Accounts": [{"aadUserId": "x"}]} == ended.asked[0].body
    assert {"dryRun": "true", "cooldownMinutes": "10", "issuedBefore": EVICTION} == ended.asked[0].query


def test_a_sentinel_body_without_accounts(tmp_path: Path) -> None:
    """It is said that nothing was started, and why."""
    file = tmp_path / "incident.json"
    file.write_text("{}")
    nothing = status(counts={}, total=0, warnings=["No account."], residualAccessUntil=None)
    ended = command("sentinel", str(file), answers=[says(200, nothing)])

    assert "This body names no account: no user is signed out." in ended.err
    assert "Warning: No account." in ended.out


@pytest.mark.parametrize("data", [b"PK\x03\x04 a workbook", b"user\nben@contoso.com\n"], ids=["xlsx", "csv"])
def test_a_list_of_users_is_no_sentinel_body(tmp_path: Path, data: bytes) -> None:
    """The body that the trigger sent is asked for, and a list has its own option."""
    file = tmp_path / "users.xlsx"
    file.write_bytes(data)
    said = command("sentinel", str(file)).err.replace("\n", " ")

    assert "is not JSON" in said
    assert "sentinel takes the JSON body that a playbook's trigger sent" in said
    assert "revoker run --users-file FILE" in said
    assert "save it as CSV" not in said


def test_json_that_is_no_sentinel_body_is_told_what_is(tmp_path: Path) -> None:
    """The API says no more than that it is none; which body is wanted, and where it is found, says the command."""
    file = tmp_path / "run.json"
    file.write_text('{"users": ["ben@contoso.com"]}')
    errors = [{"path": "", "message": "post the trigger body as it is"}]
    ended = command("sentinel", str(file), answers=[problem(400, "Invalid request", "1 error.", errors=errors)])

    assert 2 == ended.code
    assert "  the request: post the trigger body as it is\nsentinel takes the JSON body that a playbook's" in ended.err


def test_a_sentinel_body_is_missing() -> None:
    """The file is asked for."""
    assert "Which body? Give a FILE" in command("sentinel").err
