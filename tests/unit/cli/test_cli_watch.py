"""Watching a run: what the operator sees on the way, and how the command ends."""

import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given, strategies as st
from support.desk import RUN, Scripted, command, says, status, user

from revoker.cli import __main__ as entry
from revoker.cli.commands.seen import ahead_of
from revoker.cli.ending import exit_of
from revoker.cli.remote.api_request import ApiAnswer
from revoker.cli.shown.progress import Watched, folded, line, lines, waits_for
from revoker.cli.shown.share import share
from revoker.cli.words import ADVICE, LEFT_ALONE, MEANING, NOT_DONE, SIGNED_OUT
from revoker.core.outcome import FAILURES, WAITING, Outcome
from revoker.core.run import State

AT = datetime(2026, 3, 2, 9, 0, 1, tzinfo=UTC)
EVERYBODY = {"users": 0, "groups": [], "roles": [], "filter": None, "allUsers": True, "exclude": {}}
TENANT = {"id": "t-1", "domain": "contoso.com"}
GOING = says(202, status("revoking"), Retry_After="5")
SHORT = RUN[:13]


def large(state: str = "revoking", **counts: int) -> dict[str, object]:
    """Return the status of a run over 2,000 users, of whom 51 are guests and 2 protected."""
    counted = {"planned": 767, "revoked": 1170, "verified": 10, "not_effective": 51, "protected": 2, **counts}
    counted = {outcome: count for outcome, count in counted.items() if count}
    finish = "2026-03-02T09:00:43.000Z"
    facts = {"scope": EVERYBODY, "tenant": TENANT, "counts": counted, "total": sum(counted.values())}
    return status(state, **facts, estimate={"finishAt": finish, "writesPerSecond": 20}, finishedAt=None)


def test_three_lines_say_where_a_run_stands() -> None:
    """Whose run; the share that is signed out, the pace, the time left; the rest."""
    assert [
        f"contoso.com \u00b7 everybody \u00b7 run {SHORT}",
        "Signed out 1,180 of 1,947 \u00b7 20/s \u00b7 0:42 left",
        "Confirmed 10 \u00b7 guests 51 \u00b7 protected 2 \u00b7 failed 0",
    ] == lines(Watched(large(), 20), AT, 80)


@pytest.mark.parametrize("width", [40, 60, 80, 160])
def test_progress_is_never_wider_than_the_terminal(width: int) -> None:
    """A line ends before the last column, where a terminal would begin another."""
    shown = lines(Watched(large(excluded=12, retrying=40, failed=3), 20), AT + timedelta(hours=1), width)

    assert max(len(line) for line in shown) < width


@given(st.lists(st.text(st.characters(exclude_characters="\n"), max_size=30), max_size=8), st.integers(31, 90))
def test_folding_keeps_every_part(parts: list[str], width: int) -> None:
    """In order, each in a line that fits."""
    found = folded(parts, width, " ")

    assert " ".join(parts) == " ".join(found)
    assert all(len(line) < width for line in found)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (large(), ""),
        (large("planning"), "Listing the directory: 2,000 of about 2,000 users so far."),
        (large("awaiting_approval"), ""),
    ],
)
def test_before_the_end_is_due_nothing_is_waited_for(found: dict[str, object], said: str) -> None:
    """While the clock runs down, no word of waiting; while the directory is listed, how far."""
    assert said == waits_for(found, AT)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (large(), "767 users are in the queue still"),
        (large(planned=0), "does not show 1,170 of them yet"),
        (large(planned=0, retrying=9), "Graph asked to try 9 users again later"),
        (large(planned=0, revoked=0), "Waiting for the run's end."),
    ],
)
def test_after_the_end_was_due_it_says_what_it_waits_for(found: dict[str, object], said: str) -> None:
    """A clock at zero explains itself."""
    assert said in waits_for(found, AT + timedelta(minutes=1))


def test_a_dry_run_does_not_look_like_an_eviction() -> None:
    """It says so first, and that no one is signed out."""
    shown = lines(Watched({**large(planned=1947, revoked=0, verified=0), "dryRun": True}), AT, 80)

    assert shown[0].startswith("DRY RUN")
    assert "Would sign out 1,947 \u00b7 no one is signed out" == shown[1]


def test_every_outcome_has_its_place() -> None:
    """Each is signed out, left alone, not done or waiting; each word has its meaning, each failure its advice."""
    assert {*SIGNED_OUT, *LEFT_ALONE, *NOT_DONE, *WAITING} == set(Outcome)
    assert {*FAILURES, Outcome.CANCELLED} == set(NOT_DONE) == set(ADVICE)
    assert set(Outcome) == set(MEANING)


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (timedelta(0), "done about "),
        (timedelta(hours=1), "Waiting: 767 users are in the queue still."),
    ],
)
def test_a_line_of_a_log_promises_no_end_that_has_passed(later: timedelta, said: str) -> None:
    """Where there is no terminal, too, a watch says what it waits for once the time it was to end at has passed."""
    shown = line(Watched(large()), AT + later)

    assert said in shown
    assert ("done about" in shown) != ("Waiting" in shown)


def test_the_share_leaves_out_those_who_are_left_alone() -> None:
    """1,180 of 1,947, and 767 to come."""
    found = share(large())

    assert (1180, 1947, 767, 10, 0) == (found.out, found.due, found.planned, found.confirmed, found.failed)


def test_a_run_that_left_users() -> None:
    """Progress, failures as they come, a verdict, the facts, the outcomes, the users not done, what to type next."""
    counts = {"failed": 1, "verified": 1}
    over = says(200, status("completed_with_failures", counts=counts, tenant=TENANT, warnings=["1 folded."]))
    page = {"users": [user(1)], "cursor": None}
    ended = command("wait", RUN, answers=[GOING, GOING, over, says(200, page), says(200, page)])

    assert 1 == ended.code
    assert {"outcome": "failed", "limit": "50"} == ended.asked[-1].query
    going, over_line, failure = (told[9:].strip() for told in ended.err.splitlines())
    assert going.startswith("Signed out 1 of 2 \u00b7 done about 0")
    assert "Signed out 1 of 2 \u00b7 Confirmed 1 \u00b7 failed 1" == over_line
    assert "failed  user1@contoso.com  bad_request, HTTP 400, r-1" == failure
    shown = ended.out
    assert shown.startswith("1 of 2 users signed out, 1 confirmed; 1 not done.\n")
    for words in (
        f"Run       {RUN}\n",
        "Tenant    contoso.com (t-1)",
        "Asked by  Rita, 2026-03-02 09:00:00Z",
        "failed        1  gave up",
        "may still work until 2026-03-02 10:30:01Z (",
        "Warning: 1 folded.",
        "Not done: 1\nUSER ",
        "user1@contoso.com  failed   bad_request, HTTP 400, r-1  retry; where it fails again",
        f"\n  revoker retry {SHORT}\n",
        f"\n  revoker report {SHORT} --format html --output {SHORT}.html\n",
    ):
        assert words in shown


def test_fifty_are_listed_and_the_rest_is_a_command() -> None:
    """The gravest outcomes come first; pages may be short; the others are one command away."""
    over = says(200, status("cancelled", counts={"refused": 3, "cancelled": 200, "verified": 1}, total=204))
    pages = [
        says(200, {"users": [user(1, "refused"), user(2, "refused")], "cursor": "c"}),
        says(200, {"users": [user(3, "refused")], "cursor": None}),
        says(200, {"users": [user(n, "cancelled") for n in range(4, 54)], "cursor": "d"}),
    ]
    ended = command("wait", RUN, answers=[over, *pages])
    listed = [line for line in ended.out.splitlines() if line.startswith("user")]

    assert 3 == ended.code
    assert [f"user{number}@contoso.com" for number in range(1, 51)] == [line.split()[0] for line in listed]
    assert f"and 153 more; all of them:\n  revoker not-done {SHORT}\n" in ended.out
    assert f"To sign out the users it left:\n  revoker resume {SHORT}\n" in ended.out


@pytest.mark.parametrize("state", list(State))
def test_exit_codes(state: State) -> None:
    """A shell can tell done, not all done, and held apart; a run that is going is no failure."""
    expected = {"completed_with_failures": 1, "failed": 5, "cancelled": 3, "awaiting_approval": 3}.get(state, 0)

    assert expected == exit_of(state)
    assert expected == command("status", RUN, answers=[says(200, status(state))]).code


@pytest.mark.parametrize("argv", [("run", "--user", "a@b", "--reason", "x"), ("wait", RUN)])
def test_a_run_that_waits_for_a_person_says_for_whom(argv: tuple[str, ...]) -> None:
    """Awaiting approval, the command ends at once and names who must do what, and until when where the API tells."""
    held = status("awaiting_approval", approval={"needed": True, "until": "2026-03-02T13:00:00Z", "approvedBy": None})
    ended = command(*argv, answers=[*([says(202, held)] if argv[0] == "run" else []), says(202, held)])

    assert 3 == ended.code
    assert ended.out.startswith("AWAITING APPROVAL: nothing is done yet; 1 user would be signed out.")
    assert "A person other than Rita must approve it by 2026-03-02 13:00:00Z (" in ended.out
    assert f"\n  revoker approve {SHORT}\n" in ended.out


@pytest.mark.parametrize(
    ("at", "ahead"),
    [
        (AT + timedelta(hours=1), timedelta(hours=1)),
        (AT - timedelta(minutes=2), timedelta(minutes=-2)),
        (AT + timedelta(seconds=4), timedelta()),
        (None, timedelta()),
    ],
)
def test_a_laptop_with_a_wrong_clock_counts_down_right(at: datetime | None, ahead: timedelta) -> None:
    """The time left is that of the API's clock, where it tells; some seconds are the network's."""
    assert ahead == ahead_of(ApiAnswer(202, {}, at=at), AT)


def test_a_connection_that_is_refused_ends_no_watch() -> None:
    """What ends another command at once (a closed port) may be a restart here."""
    closed = httpx.ConnectError("refused")
    closed.__cause__ = ConnectionRefusedError(111, "refused")
    ended = command("wait", RUN, answers=[GOING, closed, says(200, status())])

    assert 0 == ended.code
    assert "nothing listens on 127.0.0.1 port 7071; asking again in 1 s." in ended.err


def test_a_dry_run_names_the_users_it_cannot_find() -> None:
    """A typing error is seen before the real run."""
    dry = status(dryRun=True, counts={"planned": 1, "not_found": 1})
    page = says(200, {"users": [user(1, "not_found", reason="no_such_user")], "cursor": None})
    ended = command("wait", RUN, answers=[says(200, dry), page])

    assert ended.out.startswith("DRY RUN: 1 user would be signed out, no one was.\n")
    assert "Would not be done: 1\n" in ended.out
    assert "planned        1  would be signed out\n" in ended.out
    assert f"\n  revoker run --plan {SHORT}\n" in ended.out


def test_a_dry_run_of_no_user_is_not_to_be_applied() -> None:
    """Where no user would be signed out, run --plan would start a run of none."""
    dry = status(dryRun=True, counts={"protected": 1}, total=1)
    ended = command("wait", RUN, answers=[says(200, dry)])

    assert "--plan" not in ended.out
    assert f"\n  revoker users {SHORT}\n" in ended.out


def test_an_interrupted_watch_leaves_the_run_going() -> None:
    """Ctrl-C ends the watch alone, and says how to take it up again."""
    ended = command("wait", RUN, answers=[KeyboardInterrupt()])

    assert 130 == ended.code
    assert f"Ctrl-C stops watching; the run continues:\n  revoker wait {SHORT}\n" in ended.err


def test_a_watch_can_have_an_end() -> None:
    """--timeout stops watching, the run continues, and the exit code is one of its own."""
    ended = command("wait", RUN, "--timeout", "12s", answers=[GOING] * 4)

    assert (124, [5, 5, 2]) == (ended.code, ended.paused)
    assert "--timeout is over after 0:12." in ended.err


def test_an_api_that_is_silent_is_waited_for_no_longer() -> None:
    """The time of --timeout is over while it is asked again and again; without, a watch bears ten minutes."""
    silent: list[Scripted] = [httpx.ReadTimeout("silent")] * 4
    ended = command("wait", RUN, "--timeout", "12s", answers=[GOING, *silent])

    assert (4, True) == (ended.code, sum(ended.paused) <= 12)
    assert f"This ends the watch, not the run:\n  revoker wait {SHORT}" in ended.err


@pytest.mark.parametrize(("counts", "code"), [({"revoked": 2}, 0), ({"revoked": 1, "refused": 1}, 1)])
def test_a_watch_until_revoked_waits_for_no_reading_back(counts: dict[str, int], code: int) -> None:
    """--until revoked ends when no call is left; users who failed make it 1."""
    failed = [says(200, {"users": [user(1, "refused")], "cursor": None})] * ("refused" in counts)
    ended = command(
        "wait", RUN, "--until", "revoked", answers=[GOING, says(202, status("verifying", counts=counts)), *failed]
    )

    assert code == ended.code


def test_a_pipeline_reads_events() -> None:
    """One JSON object a line, its version first: progress, users who failed, the end with the whole status."""
    over = status("completed_with_failures", counts={"failed": 1, "verified": 1})
    page = says(200, {"users": [user(1)], "cursor": None})
    ended = command("wait", RUN, "-o", "jsonl", answers=[GOING, says(200, over), page])
    events = [json.loads(line) for line in ended.out.splitlines()]

    assert ["progress", "progress", "user", "ended"] == [event["event"] for event in events]
    assert all(line.startswith('{"version": 1, "event": ') for line in ended.out.splitlines())
    assert ("user1@contoso.com", over) == (events[2]["user"]["userPrincipalName"], events[3]["status"])
    assert (1, "") == (ended.code, ended.err)


def test_a_program_reads_the_status() -> None:
    """-o json writes what the API said, and nothing else."""
    for argv in (("status", RUN), ("wait", RUN)):
        ended = command(*argv, "-o", "json", answers=[says(200, status())])

        assert (status(), "") == (json.loads(ended.out), ended.err)


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (
            large("verifying", planned=0),
            "1,180 of 1,180 users signed out, 10 confirmed; 51 guests left to their home tenants so far.",
        ),
        (status(), "2 of 2 users signed out, 2 confirmed; 0 not done."),
        (status("failed"), "FAILED: 2 of 2 users signed out, 2 confirmed; not all users in its scope could be listed."),
        (status("completed", dryRun=True, counts={"planned": 2}), "DRY RUN: 2 users would be signed out, no one was."),
        (
            status("cancelled", counts={"verified": 1, "cancelled": 1}),
            "CANCELLED: 1 of 2 users signed out, 1 confirmed; 1 not done.",
        ),
    ],
)
def test_the_first_line_is_a_verdict(found: dict[str, object], verdict: str) -> None:
    """One sentence that can be read aloud."""
    page: list[Scripted] = [says(200, {"users": [user(1, "cancelled")], "cursor": None})]
    answers = [says(200, found), *(page if "cancelled" in found["counts"] else [])]  # type: ignore[operator]

    assert verdict == command("status", RUN, answers=answers).out.splitlines()[0]


def test_the_people_who_decided_are_shown() -> None:
    """Who approved, cancelled and acknowledged, where the API tells."""
    person = {"id": "o-2", "name": "Ben"}
    approval = {"needed": True, "until": None, "approvedBy": person, "approvedAt": "2026-03-02T09:10:00Z"}
    facts = {"approval": approval, "acknowledged": [{"code": "federation_unchecked", "by": person}]}
    facts |= {"cancelledBy": person, "cancelledAt": "2026-03-02T09:20:00Z"}
    shown = command("status", RUN, answers=[says(200, status(**facts))]).out

    assert "Approved by   Ben, 2026-03-02 09:10:00Z" in shown
    assert "Cancelled by  Ben, 2026-03-02 09:20:00Z" in shown
    assert "Acknowledged  federation_unchecked, by Ben" in shown


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
