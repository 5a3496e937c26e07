"""More mistakes than the hundred that were collected: each costs a line or three that name cause and next step.

None ends in a traceback, and none says that nothing was changed where something was.
"""

from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from support.desk import API, RUN, Ended, Scripted, command, evidence, problem, says, status

BEN = "ben@contoso.com"
SHORT, PLAN = RUN[:13], "01a1f0aa-5611-7d14-9c8d-587d499924dc"
RUN_BEN = ("run", "--user", BEN, "--reason", "x")
SWEEP = ("sweeps", "create", "--user", BEN, "--reason", "x", "--issued-before", "2026-03-01T00:00:00Z")


class Typed(NamedTuple):
    """What was typed, and what must be said before anything is asked of the API."""

    argv: tuple[str, ...]
    said: str
    env: dict[str, str] = API


TYPED = {
    "two files": Typed(
        ("run", "--users-file", "a.csv", "--users-file", "b.csv", "--reason", "x"), "--users-file stands twice"
    ),
    "two reasons": Typed((*RUN_BEN, "--reason", "y"), "--reason stands twice, with 'x' and 'y': it takes one value"),
    "two timeouts": Typed((*RUN_BEN, "--timeout", "5s", "--timeout", "5m"), "--timeout stands twice"),
    "two addresses": Typed(("--api", "http://127.0.0.1:1/api", "runs", "--api", "http://[::1]:1"), "stands twice"),
    "an unset user": Typed(("run", "--user", "", "--reason", "x"), "--user is empty (a variable that is not set?)"),
    "an unset exclusion": Typed(("run", "--all-users", "--exclude-user", "", "--reason", "x"), "--exclude-user is emp"),
    "an exclusion of nothing": Typed(
        ("run", "--all-users", "--exclude-user", ";", "--reason", "x"), "--exclude-user: ';' is neither"
    ),
    "an unset plan": Typed(("run", "--plan", "", "--reason", "x"), "--plan is empty"),
    "an unset key": Typed((*RUN_BEN, "--idempotency-key", " "), "--idempotency-key is empty"),
    "an unset address": Typed(("--api", "", "runs"), "--api is empty"),
    "new users without a plan": Typed((*RUN_BEN, "--include-new"), "--include-new goes with --plan RUN"),
    "timeout 0": Typed((*RUN_BEN, "--timeout", "0"), "--timeout 0 is no length of time: write a number and a unit"),
    "timeout 5x": Typed((*RUN_BEN, "--timeout", "5x"), "--timeout 5x is no length of time"),
    "timeout of a watch": Typed(("watch", RUN, "--browser", "--timeout", "soon"), "--timeout soon is no length"),
    "a negative limit": Typed(("runs", "--limit", "-5"), "--limit -5: write 1 to 100."),
    "a limit in words": Typed(("runs", "--limit", "all"), "--limit all: write 1 to 100."),
    "as kubectl": Typed(("runs", "-ojson"), "There is no -ojson: write -o json."),
    "verbose": Typed(("--verbose", "runs"), "There is no --verbose: -o json shows all"),
    "a wrong option first": Typed(("--AP", "http://x", "runs"), "There is no --AP: did you mean --api"),
    "no command": Typed(("-o", "json"), "Which command? revoker --help lists them"),
    "two runs": Typed(("approve", RUN, "--last", "--yes"), f"{RUN} and --last may be two runs: leave one of them out."),
    "90 seconds": Typed((*SWEEP, "--every", "90s", "--for", "14d"), "--every 90s: it counts in whole minutes"),
    "a month": Typed((*SWEEP, "--every", "1h", "--for", "3mo"), "--for 3mo is no length of time"),
    "for ever": Typed((*SWEEP, "--every", "1h", "--for", "9999999w"), "--for 9999999w is more than a year."),
    "100 days": Typed((*SWEEP, "--every", "1h", "--for", "100d"), "--for 100d: a sweep lasts 90d at most"),
    "half an hour": Typed(
        (*SWEEP, "--every", "1h", "--for", "1d", "--max-age", "90m"), "--max-age 90m: it counts in w"
    ),
    "file and options": Typed(
        ("sweeps", "create", "body.json", "--every", "1h"), "body.json says all of the sweep: write --every into it"
    ),
    "file and length": Typed(("sweeps", "create", "body.json", "--for", "1d"), "write --for into it"),
    "an exclusion cut off": Typed((*RUN_BEN, "--exclude-user", "--"), "--exclude-user needs a value."),
    "an exclusion of a comma": Typed((*RUN_BEN, "--exclude-user", ","), "--exclude-user: ',' is neither an object id"),
    "no sweep": Typed(("sweeps", "delete"), "Which sweep? Give its id; revoker sweeps list shows them."),
    "the year 1": Typed((*RUN_BEN, "--issued-before", "0001-01-01T00:00:00+14:00"), "is no time of our era"),
    "a half address": Typed(("runs",), "address should look like", {"REVOKE_API": "https://a..b/api"}),
    "a space in the address": Typed(("runs",), "address should look like", {"REVOKE_API": "https://a b/api"}),
    "a label too long": Typed(("runs",), "address should look like", {"REVOKE_API": f"https://{'a' * 64}.net/api"}),
    "as over there": Typed(("runs", "--as", "Sam"), "--as plays a second person", {"REVOKE_API": "https://a.net/api"}),
    "no such file": Typed(("run", "--users-file", "nosuch.csv", "--reason", "x"), "no such file in this folder"),
    "a folder": Typed(("run", "--users-file", "/", "--reason", "x"), "/ is a folder: name a file in it."),
    "a report into a folder": Typed(("report", RUN, "--output", "/"), "/ is a folder: name a new file in it."),
    "a name too long": Typed(("report", RUN, "--output", "a" * 300), "cannot be written: File name too long."),
}


@pytest.mark.parametrize("typed", TYPED.values(), ids=TYPED)
def test_what_is_typed_wrongly_is_said_before_anything_is_asked(typed: Typed) -> None:
    """One line or two, exit code 2, and not one question to the API."""
    ended = command(*typed.argv, env=typed.env)

    assert (2, []) == (ended.code, ended.calls)
    assert typed.said in ended.err
    assert len(ended.err.splitlines()) <= 2


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ((*RUN_BEN[:-1], "-h"), "Usage: revoker run"),
        (("run", "--version"), "revoker 0."),
        (("-V",), "revoker 0."),
        (("--help", "runs"), "Usage: revoker runs"),
    ],
)
def test_a_wish_for_help_starts_nothing(argv: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Also where a value is due: `--reason -h` is no reason."""
    assert (0, []) == ((ended := command(*argv)).code, ended.calls)
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    "argv",
    [
        ("status", "--", RUN),
        ("status", RUN, "--at-local", "--at-local"),
        ("status", RUN, "-o", "table", "--output", "TABLE"),
        ("report", RUN, "--output", "-"),
    ],
)
def test_what_can_be_meant_in_one_way_works(argv: tuple[str, ...]) -> None:
    """Two hyphens alone, and the same thing said twice."""
    answer = evidence(b"{}") if "report" in argv else says(200, status())

    assert 0 == command(*argv, answers=[answer]).code


TIMER = {"id": "revoker", "name": "nobody in time"}
SAM = {"id": "o-2", "name": "Sam"}
ASKED = {"needed": True, "users": 2, "covers": None, "until": "2026-03-02T13:00:00.000Z"}
WAITS = {**ASKED, "approvedBy": None, "approvedAt": None}
APPROVED = {**ASKED, "approvedBy": SAM, "approvedAt": "2026-03-02T09:30:00.000Z"}
CUT = {"counts": {}, "total": 0, "incomplete": True}
EXPIRED = status("cancelled", approval=WAITS, cancelledBy=TIMER, **CUT)
STOPPED = status("cancelled", approval=APPROVED, cancelledBy=SAM, **CUT)
DRY = status("completed", dryRun=True, counts={"planned": 2})
OVER, NO_WAIT = problem(409, "Conflict", "The run has ended: completed."), problem(409, "Conflict", "It does not wait.")
NONE_THERE = problem(404, "Not found", f"There is no run {RUN}.")


class Answered(NamedTuple):
    """What was typed, what the API answers, and what must be said."""

    argv: tuple[str, ...]
    answers: list[Scripted]
    said: str
    code: int = 2


ANSWERED = {
    "a sweep's id": Answered(("status", RUN), [NONE_THERE], "revoker sweeps list the sweeps."),
    "no such sweep": Answered(
        ("sweeps", "pause", "s-1"), [problem(404, "Not found", "There is no sweep s-1.")], "revoker sweeps list shows"
    ),
    "approve what is over": Answered(
        ("approve", RUN),
        [says(200, status())],
        f"does not wait for approval: it is completed.\n  revoker status {SHORT}",
    ),
    "approve what goes on": Answered(("approve", RUN), [says(200, status("revoking"))], "it is revoking."),
    "approve a dry run": Answered(
        ("approve", RUN),
        [says(200, DRY)],
        f"is a dry run and needs no approval; to sign its users out:\n  revoker run --plan {SHORT}",
    ),
    "approve twice": Answered(
        ("approve", RUN),
        [says(200, status("revoking", approval=APPROVED))],
        f"is approved already, by Sam:\n  revoker wait {SHORT}",
    ),
    "approve what was approved days ago": Answered(
        ("approve", RUN),
        [says(200, status(approval={**APPROVED, "until": "2026-02-27T13:00:00.000Z"}))],
        f"is approved already, by Sam:\n  revoker wait {SHORT}",
    ),
    "approve what was stopped": Answered(
        ("approve", RUN), [says(200, STOPPED)], "was cancelled by Sam: there is nothing"
    ),
    "approve too late": Answered(
        ("approve", RUN),
        [says(200, EXPIRED)],
        "was not approved by 2026-03-02 13:00:00Z, and is over. Rita asks again with the same revoker run.",
    ),
    "approve a plan too late": Answered(
        ("approve", RUN),
        [says(200, {**EXPIRED, "plan": PLAN})],
        f"Rita asks again with\n  revoker run --plan {PLAN[:13]}",
    ),
    "approve too late by a moment": Answered(
        ("approve", RUN, "--yes"),
        [NO_WAIT, says(200, status("awaiting_approval", approval={**WAITS, "until": "2026-03-02T09:00:00.000Z"}))],
        "was not approved by 2026-03-02 09:00:00Z, and is over.",
    ),
    "approve too late, unseen": Answered(
        ("approve", RUN, "--yes"), [NO_WAIT, says(200, EXPIRED)], "was not approved by 2026-03-02 13:00:00Z"
    ),
    "cancel what is over": Answered(
        ("cancel", RUN), [OVER], f"The run has ended: completed. Nothing is left to cancel:\n  revoker status {SHORT}"
    ),
    "retry what goes on": Answered(
        ("retry", RUN), [problem(409, "Conflict", "Wait."), says(200, status("revoking"))], f"  revoker wait {SHORT}"
    ),
    "resume what expired": Answered(
        ("resume", RUN),
        [says(200, EXPIRED)],
        "names no user to take up.\nTo sign its users out, start it anew with its own scope",
    ),
    "resume a plan that was cut short": Answered(
        ("resume", RUN), [says(200, {**STOPPED, "plan": PLAN})], f"cost no call:\n  revoker run --plan {PLAN[:13]}"
    ),
    "resume a plan that was listed in part": Answered(
        ("resume", RUN),
        [says(200, {**STOPPED, "plan": PLAN, "counts": {"cancelled": 2}, "total": 2})],
        f"apply the dry run anew: users who are done cost no call then.\n  revoker run --plan {PLAN[:13]}",
    ),
    "resume what completed": Answered(("resume", RUN), [says(200, status())], "was not cancelled: it is completed."),
    "apply what is no dry run": Answered(
        ("run", "--plan", RUN), [says(200, status())], "is no dry run: start one with"
    ),
    "apply a dry run too early": Answered(
        ("run", "--plan", RUN),
        [says(200, status("planning", dryRun=True))],
        "goes on still: wait for it, with\n  revoker",
    ),
    "apply half a dry run": Answered(
        ("run", "--plan", RUN),
        [says(200, status("cancelled", dryRun=True))],
        "ended cancelled, so its list is not",
    ),
    "another API": Answered(("runs",), [says(200, {"ok": True})], "The answer has no 'runs': this is no Revoker", 4),
    "a page for evidence": Answered(("report", RUN), [httpx.Response(200, text="<html>")], "(a sign-in page, or", 4),
}


@pytest.mark.parametrize("typed", ANSWERED.values(), ids=ANSWERED)
def test_what_the_api_refuses_is_explained(typed: Answered) -> None:
    """Why, and what to type next, in three lines at most."""
    ended = command(*typed.argv, answers=typed.answers)

    assert typed.code == ended.code, ended.err
    assert typed.said in ended.err
    assert len(ended.err.splitlines()) <= 3


def test_no_run_continues_that_there_is_not() -> None:
    """A watch of an unknown run says nothing of a run that goes on."""
    assert "ends the watch" not in command("wait", RUN, answers=[NONE_THERE]).err


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("approve", RUN, "--yes"), "It may have been done all the same: look with revoker runs before you repeat it."),
        (("cancel", RUN), "It may have been done all the same"),
        (("sweeps", "delete", "s-1"), "look with revoker sweeps list before you repeat it."),
        (RUN_BEN, "It may have been started: repeat the command with --idempotency-key"),
        (("runs",), ""),
        (("wait", RUN), f"Ctrl-C stops watching; the run continues:\n  revoker wait {SHORT}"),
    ],
)
def test_ctrl_c_leaves_no_doubt(argv: tuple[str, ...], said: str) -> None:
    """While the API is asked to do something, only it knows whether it was done."""
    ended = command(*argv, answers=[KeyboardInterrupt()])

    assert 130 == ended.code
    assert said in ended.err
    assert "Nothing was" not in ended.err


def left(users: int) -> Ended:
    """Resume a run that left so many users, at a terminal, and answer y."""
    stopped = status("cancelled", counts={"cancelled": users}, total=users, tenant={"id": "t", "domain": "contoso.com"})
    return command("resume", RUN, answers=[says(200, stopped)], typed="no\n")


def test_to_resume_many_the_domain_is_typed() -> None:
    """Above 200 users, as for a run."""
    assert "To sign out these 201 users, type contoso.com: " in left(201).err
    assert "Sign out these 200 users? [y/N] " in left(200).err


def test_bytes_that_are_no_text_are_not_sent() -> None:
    """As a terminal of another encoding types them."""
    ended = command("run", "--user", BEN, "--reason", "caf\udce9")

    assert (2, []) == (ended.code, ended.calls)
    assert "no UTF-8 text: paste it anew" in ended.err


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:1080", "pip install 'httpx[socks]'"),
        ("HTTPS_PROXY", "ftp://127.0.0.1", "write http://HOST:PORT"),
        ("SSL_CERT_FILE", "/nosuch.pem", "SSL_CERT_FILE (/nosuch.pem) cannot be read (No such file or directory)"),
        ("SSL_CERT_FILE", "README.md", "SSL_CERT_FILE (README.md) holds no certificate in PEM"),
    ],
)
def test_what_of_this_computer_is_in_the_way(
    variable: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy or a file of certificates that httpx cannot take, before anything is sent."""
    from revoker.cli.ending import UsageError  # noqa: PLC0415 - for this test alone
    from revoker.cli.remote.access import Access  # noqa: PLC0415 - as above
    from revoker.cli.remote.opened import opened  # noqa: PLC0415 - as above

    monkeypatch.chdir(Path(__file__).parents[3])
    monkeypatch.setenv(variable, value)

    with pytest.raises(UsageError) as caught:
        opened(Access("https://contoso-revoker.azurewebsites.net/api", None, local=False))
    assert said in str(caught.value)
