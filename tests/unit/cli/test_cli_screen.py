"""What the operator sees, and how the command ends."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from support.desk import RUN, Terminal, command, problem, says, status, user

from revoker.cli import __main__ as entry
from revoker.cli.ending import exit_of
from revoker.cli.screen import Screen
from revoker.cli.wording import NOT_DONE
from revoker.core.outcome import FAILURES, Outcome
from revoker.core.run import State


def test_a_run_that_left_somebody() -> None:
    """Progress, the outcomes with their meaning, who is not done and why, until when a token works, what to do next."""
    counts = {"failed": 1, "verified": 1}
    going = says(202, status("revoking"), Retry_After="5")
    over = says(200, status("completed_with_failures", counts=counts, warnings=["1 folded."]))
    page = says(200, {"users": [user(1)], "cursor": None})
    ended = command("wait", RUN, answers=[going, going, over, page])

    assert 1 == ended.code
    assert {"outcome": "failed", "limit": "50"} == ended.asked[-1].query
    assert ended.err.splitlines() == [
        "[##########..........]  50% of 2 revoking, 1 planned, 1 verified, done by 2026-03-02T09:00:02.000Z",
        "[####################] 100% of 2 completed_with_failures, 1 failed, 1 verified",
    ]
    assert ended.out.splitlines() == [
        f"Run {RUN} completed_with_failures",
        "  for 'INC-7', asked by Rita at 2026-03-02T09:00:00.000Z",
        "  sessions issued before 2026-03-02T09:00:00.000Z",
        "  finished at 2026-03-02T09:00:02.000Z",
        "",
        "  failed                1  gave up",
        "  verified              1  accepted, and the directory shows it",
        "  total                 2",
        "",
        "A stolen access token may still work until 2026-03-02T10:30:01.000Z.",
        "Warning: 1 folded.",
        "Not done: 1",
        "  user1@contoso.com                                failed          bad_request, HTTP 400, r-1",
        f"Try again who failed:  revoker retry {RUN}",
        f"For the evidence folder:  revoker report {RUN} --format html --output {RUN}.html",
    ]


def test_fifty_are_listed_and_the_rest_is_a_command() -> None:
    """The gravest outcomes come first; pages may be short; whoever is not listed can be."""
    over = says(200, status("cancelled", counts={"refused": 3, "cancelled": 200, "verified": 1}, total=204))
    pages = [
        says(200, {"users": [user(1, "refused"), user(2, "refused")], "cursor": "c"}),
        says(200, {"users": [user(3, "refused")], "cursor": None}),
        says(200, {"users": [user(n, "cancelled") for n in range(4, 54)], "cursor": "d"}),
    ]
    ended = command("wait", RUN, answers=[over, *pages])
    listed = [line for line in ended.out.splitlines() if line.startswith("  user")]

    assert 3 == ended.code
    assert [f"user{number}@contoso.com" for number in range(1, 51)] == [line.split()[0] for line in listed]
    assert "Not done: 203" in ended.out
    assert f"and 153 more; all of them:  revoker users {RUN} --outcome refused cancelled" in ended.out
    assert [None, "c", None] == [one.query.get("cursor") for one in ended.asked[1:]]


@pytest.mark.parametrize("state", list(State))
def test_exit_codes(state: State) -> None:
    """A shell can tell done, not all done, and held apart; a run that is going is no failure."""
    expected = {"completed_with_failures": 1, "failed": 1, "cancelled": 3, "awaiting_approval": 3}.get(state, 0)

    assert expected == exit_of(state)
    assert expected == command("status", RUN, answers=[says(200, status(state))]).code


def test_every_failure_is_listed_as_not_done() -> None:
    """Whoever makes a run end with failures is shown by name, and so is whom a cancelled run left."""
    assert {*FAILURES, Outcome.CANCELLED} == set(NOT_DONE)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_each_outcome_has_its_meaning(outcome: Outcome) -> None:
    """No word of the vocabulary is shown bare."""
    ended = command("status", RUN, answers=[says(200, status("revoking", counts={outcome: 2}))])

    assert len(next(line for line in ended.out.splitlines() if line.startswith(f"  {outcome} ")).split()) > 2


@pytest.mark.parametrize("argv", [("run", "--user", "a@b", "--reason", "x"), ("wait", RUN)])
def test_a_run_that_waits_for_somebody_says_for_whom(argv: tuple[str, ...]) -> None:
    """Awaiting approval, the command ends at once and names who must do what."""
    held = status("awaiting_approval")
    ended = command(*argv, answers=[*([says(202, held)] if argv[0] == "run" else []), says(202, held)])

    assert 3 == ended.code
    assert "somebody other than Rita must approve it" in ended.out
    assert f"revoker approve {RUN}" in ended.out


def test_an_interrupted_watch_leaves_the_run_going() -> None:
    """Ctrl-C ends the watch alone, and says how to take it up again."""
    ended = command("wait", RUN, answers=[KeyboardInterrupt()])

    assert 130 == ended.code
    assert f"The run goes on without you:  revoker wait {RUN}" in ended.err


def test_a_defect_is_not_taken_for_a_runs_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What nobody foresaw is shown whole and has a code of its own."""

    def fails(*_: object) -> int:
        raise KeyError("counts")

    monkeypatch.setattr(entry, "perform", fails)

    assert 70 == entry.main()
    assert "KeyError: 'counts'" in capsys.readouterr().err


def test_an_interrupted_start_can_be_repeated() -> None:
    """Ctrl-C before the answer leaves open whether it began: the key makes repeating it safe."""
    ended = command("run", "--user", "a@b", "--reason", "x", answers=[KeyboardInterrupt()])

    assert 130 == ended.code
    assert f"--idempotency-key {ended.asked[0].headers['Idempotency-Key']}" in ended.err


def test_a_terminal_keeps_progress_on_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each state is written over the last, cut to the width, and a notice begins its own line."""
    monkeypatch.setenv("COLUMNS", "20")
    err = Terminal()
    screen = Screen(io.StringIO(), io.StringIO(), err)
    screen.progress("planning " + "x" * 30)
    screen.progress("done")
    screen.say("notice")

    assert "\rplanning xxxxxxxxxx\rdone               \nnotice\n" == err.getvalue()


def test_hostile_names_are_shown_harmless() -> None:
    """A user principal name cannot clear the screen or turn the line around."""
    line = user(1, userPrincipalName="a\x1b[2J\u202e@b", reason="x\r\ny")
    ended = command("users", RUN, answers=[says(200, {"users": [line], "cursor": None})])

    assert "a?[2J?@b" in ended.out
    assert not {"\x1b", "\u202e", "\r"} & set(ended.out)


def test_users_are_listed_page_after_page() -> None:
    """Every page of every outcome asked for, in order."""
    pages = [
        says(200, {"users": [user(1)], "cursor": "c"}),
        says(200, {"users": [], "cursor": None}),
        says(200, {"users": [user(2, "refused", userPrincipalName=None, id="i-2")], "cursor": None}),
    ]
    ended = command("users", RUN, "--outcome", "failed", "refused", answers=pages)

    assert ["user1@contoso.com", "i-2"] == [line.split()[0] for line in ended.out.splitlines()]
    assert "asked for as user2@contoso.com" in ended.out
    assert ["failed", "failed", "refused"] == [one.query["outcome"] for one in ended.asked]


def test_evidence_is_written_whole_and_never_over_other_evidence(tmp_path: Path) -> None:
    """The file holds the answer's bytes, its digest is said, and a second report needs another name."""
    file, data = tmp_path / "evidence.html", "<html>é</html>".encode()
    ended = command(
        "report", RUN, "--format", "html", "--output", str(file), answers=[httpx.Response(200, content=data)]
    )
    again = command("report", RUN, "--output", str(file))

    assert (0, data) == (ended.code, file.read_bytes())
    assert {"format": "html"} == ended.asked[0].query
    assert hashlib.sha256(data).hexdigest() in ended.err
    assert (2, [], data) == (again.code, again.calls, file.read_bytes())


def test_evidence_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    """Half a report is none; neither is a problem."""

    def torn() -> Iterator[bytes]:
        yield b"{"
        raise httpx.ReadError("reset")

    file = str(tmp_path / "evidence.json")
    broken = command("report", RUN, "--output", file, answers=[httpx.Response(200, content=torn())])
    unknown = command("report", RUN, "--output", file, answers=[problem(404, "Not found", "There is no run.")])
    nowhere = command("report", RUN, "--output", str(tmp_path / "no" / "where"))

    assert (4, 2, 2) == (broken.code, unknown.code, nowhere.code)
    assert [] == list(tmp_path.iterdir())


def test_evidence_on_standard_output() -> None:
    """Without a file the bytes go out as they are."""
    assert '{"a": 1}' == command("report", RUN, answers=[httpx.Response(200, content=b'{"a": 1}')]).out


def test_a_cancelled_run_is_what_cancel_asked_for() -> None:
    """Cancel succeeds with the run held, and says what still happens."""
    ended = command("cancel", RUN, answers=[says(202, status("verifying"))])

    assert 0 == ended.code
    assert f"revoker wait {RUN}" in ended.err


def test_runs_are_listed_newest_first() -> None:
    """One a line, as the API orders them, filtered by it."""
    page = {"runs": [status("failed"), status(reason="second")], "cursor": "c"}
    ended = command("runs", "--state", "failed", "--limit", "2", answers=[says(200, page)])

    assert {"state": "failed", "limit": "2"} == ended.asked[0].query
    assert ["failed", "completed"] == [line.split()[2] for line in ended.out.splitlines()]


def test_preflight_tells_what_is_missing() -> None:
    """Permissions, certificates, numbers, protected accounts and the time it takes, each gap in words."""
    found = {
        "permissions": [
            {"name": "User.Read.All", "granted": True, "purpose": "read", "without": "x"},
            {"name": "Domain.Read.All", "granted": False, "purpose": "domains", "without": "no gate"},
        ],
        "federation": {
            "verdict": "not_rotated",
            "reason": None,
            "domains": [
                {
                    "domain": "corp.example",
                    "verdict": "not_rotated",
                    "certificates": [{"thumbprint": "AB", "subject": "CN=x", "notBefore": "2024-01-01T00:00:00Z"}],
                }
            ],
        },
        "users": {"total": 600, "members": 590, "guests": 10, "disabled": None, "privileged": 12},
        "protected": [{"entry": "bg@x", "id": None, "userPrincipalName": None, "reason": "no_such_user"}],
        "estimate": {"users": 600, "seconds": 90, "finishAt": "2026-03-02T09:01:30Z", "writesPerSecond": 20},
    }
    ended = command("preflight", "--compromised-at", "2026-01-01T00:00:00Z", answers=[says(200, found)])

    assert {"compromisedAt": "2026-01-01T00:00:00Z"} == ended.asked[0].query
    for words in (
        "MISSING  Domain.Read.All",
        "without it: no gate",
        "Federation: not_rotated",
        "AB  issued 2024-01-01T00:00:00Z",
        "disabled     not told",
        "NOT FOUND (no_such_user)",
        "would take 0:01:30 (h:mm:ss)",
    ):
        assert words in ended.out


READY = {
    "permissions": [{"name": "User.RevokeSessions.All", "granted": True, "purpose": "end sessions", "without": "x"}],
    "federation": {"verdict": "managed", "reason": None, "domains": []},
    "users": {"total": 6},
    "protected": [{"entry": "bg@x", "id": "o-1", "userPrincipalName": "bg@x", "reason": None}],
    "estimate": None,
}


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        ({}, 0, ""),
        (
            {"permissions": [{**READY["permissions"][0], "granted": False}]},  # type: ignore[index]
            1,
            "Not ready: User.RevokeSessions.All is not granted: every user would end refused.\n",
        ),
        (
            {"permissions": [{**READY["permissions"][0], "name": "Domain.Read.All", "granted": False}]},  # type: ignore[index]
            0,
            "",
        ),
        (
            {"protected": [{"entry": "bg@x", "id": None, "userPrincipalName": None, "reason": "no_such_user"}]},
            1,
            "Not ready: The protected account bg@x is not known to the directory (no_such_user).\n",
        ),
        (
            {"federation": {"verdict": "unchecked", "reason": "forbidden", "domains": []}},
            1,
            "Not ready: Federation is unchecked: a run over everybody would be refused.\n",
        ),
        ({"federation": {"verdict": "undated", "reason": None, "domains": []}}, 0, ""),
    ],
)
def test_preflight_fails_where_a_run_would(change: dict[str, object], code: int, said: str) -> None:
    """A drill on a schedule notices what stands in the way; what only a feature misses does not."""
    ended = command("preflight", answers=[says(200, {**READY, **change})])

    assert (code, said) == (ended.code, ended.err)


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
        ("resume s-1", "POST /api/sweeps/s-1/resume", says(200, sweep("active")), 0),
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
    assert (b"s-1" in answer.content) == (ended.out.startswith("s-1"))
    assert (argv == "list") == ("three runs failed" in ended.out)


def test_a_sweep_that_is_not_json_is_not_sent(tmp_path: Path) -> None:
    """The place of the mistake is named."""
    file = tmp_path / "sweep.json"
    file.write_text("{name: x}")
    ended = command("sweeps", "create", str(file))

    assert (2, []) == (ended.code, ended.calls)
    assert "line 1 column 2" in ended.err


def test_a_status_names_the_runs_around_it() -> None:
    """What it retries, what started it, and that it is a dry run."""
    shown = command("status", RUN, answers=[says(200, status(retryOf="r-0", sweepId="s-1", dryRun=True))]).out

    assert "retries run r-0" in shown
    assert "started by sweep s-1" in shown
    assert "dry run: nobody is touched" in shown
