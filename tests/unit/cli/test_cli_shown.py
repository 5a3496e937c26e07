"""What the commands that only look show: users, evidence, runs, and what stands ready."""

import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from support.desk import API, RUN, Terminal, command, evidence, problem, says, status, user

from revoker.cli.__main__ import perform
from revoker.cli.shown.screen import Screen

SHORT = RUN[:13]


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

    assert ["USER", "user1@contoso.com", "i-2"] == [line.split()[0] for line in ended.out.splitlines()]
    assert "asked for as user2@contoso.com" in ended.out
    assert ["failed", "failed", "refused"] == [one.query["outcome"] for one in ended.asked]


def test_users_for_a_program() -> None:
    """A JSON array as the API says it, one user a line; of none, an empty one."""
    ended = command("users", RUN, "-o", "json", answers=[says(200, {"users": [user(1), user(2)], "cursor": None})])
    none = command("users", RUN, "-o", "json", answers=[says(200, {"users": [], "cursor": None})])

    assert ([user(1), user(2)], 3) == (json.loads(ended.out), len(ended.out.splitlines()))
    assert [] == json.loads(none.out)


def test_the_users_not_done_with_what_to_do() -> None:
    """Only outcomes that there are, the gravest first; the exit code says that there are some."""
    found = says(200, status("completed_with_failures", counts={"unverified": 1, "refused": 1, "verified": 5}))
    pages = [says(200, {"users": [user(n, word)], "cursor": None}) for n, word in ((1, "refused"), (2, "unverified"))]
    ended = command("not-done", RUN, answers=[found, *pages])

    assert 1 == ended.code
    assert ["USER", "user1@contoso.com", "user2@contoso.com"] == [line.split()[0] for line in ended.out.splitlines()]
    assert "grant User.RevokeSessions.All" in ended.out


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (status(), f"Every user of run {SHORT} is done."),
        (
            status(counts={"protected": 2, "not_effective": 1, "verified": 1}, total=4),
            f"Every user of run {SHORT} is done, but for 3 left alone: revoker users {SHORT} tells which.",
        ),
        (status("revoking", counts={"planned": 9, "revoked": 3, "verified": 8, "protected": 1}, total=21), "12 of run"),
        (status("planning", counts={}, total=600), f"None so far; 600 of run {SHORT} go on."),
        (
            status("awaiting_approval", counts={}, total=600),
            f"None so far; 600 of run {SHORT} wait for a second person:\n  revoker approve {SHORT}",
        ),
        (status(dryRun=True, counts={"planned": 2}), f"Run {SHORT} was a dry run, and no user of it would be left."),
    ],
)
def test_no_user_is_left(found: dict[str, object], said: str) -> None:
    """Then it says so and exits 0; while the run goes on it says how many may still be."""
    ended = command("not-done", RUN, answers=[says(200, found)])

    assert (0, "") == (ended.code, ended.out)
    assert said in ended.err


@pytest.mark.parametrize(
    ("command_line", "code"), [(("not-done", RUN), 1), (("not-done", RUN, "-o", "json"), 1), (("retry", RUN), 2)]
)
def test_users_that_were_never_listed_are_not_done(command_line: tuple[str, ...], code: int) -> None:
    """A run cancelled before its scope was listed names no user, and must not look as if it had done them all."""
    found = says(200, status("cancelled", counts={}, total=0, incomplete=True))
    refused = problem(409, "Not now", "No user of this run failed.")
    ended = command(*command_line, answers=[refused, found] if code == 2 else [found])

    assert code == ended.code
    assert "json" in command_line or "scope was not listed to the end: start it anew" in ended.err


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_dry_run_that_was_not_listed_to_its_end_is_no_plan(state: str) -> None:
    """Its users are not all that would be signed out, and `run --plan` refuses it: no command may promise it."""
    found = status(state, dryRun=True, counts={"planned": 2}, total=2, incomplete=True)
    shown = command("status", RUN, answers=[says(200, found)])
    watched = command("wait", RUN, answers=[says(200, found)])
    left = command("not-done", RUN, answers=[says(200, found)])

    said = "DRY RUN: 2 users would be signed out, no one was; its scope was not listed to the end."
    assert said == shown.out.splitlines()[0]
    assert "--plan" not in watched.out + watched.err
    assert "start a new one" in watched.out + watched.err
    assert (1, True) == (left.code, "scope was not listed to the end: start it anew" in left.err)


def test_evidence_is_written_whole_and_never_over_other_evidence(tmp_path: Path) -> None:
    """The file holds the answer's bytes, its digest is said, and a second report needs another name."""
    file, data = tmp_path / "evidence.html", "<html>é</html>".encode()
    ended = command("report", RUN, "--format", "html", "--output", str(file), answers=[evidence(data)])
    again = command("report", RUN, "--output", str(file))

    assert (0, data) == (ended.code, file.read_bytes())
    assert {"format": "html", "utcOffset": "+00:00"} == ended.asked[0].query
    assert hashlib.sha256(data).hexdigest() in ended.err
    assert (2, [], data) == (again.code, again.calls, file.read_bytes())


def test_evidence_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    """Half a report is none; neither is a problem."""

    def torn() -> Iterator[bytes]:
        yield b"{"
        raise httpx.ReadError("reset")

    file = str(tmp_path / "evidence.json")
    broken = command("report", RUN, "--output", file, answers=[evidence(torn())])
    unknown = command("report", RUN, "--output", file, answers=[problem(404, "Not found", "There is no run.")])
    nowhere = command("report", RUN, "--output", str(tmp_path / "no" / "where"))

    assert (4, 2, 2) == (broken.code, unknown.code, nowhere.code)
    assert [] == list(tmp_path.iterdir())


def test_evidence_on_standard_output() -> None:
    """Without a file the bytes go out as they are."""
    assert '{"a": 1}' == command("report", RUN, answers=[evidence(b'{"a": 1}')]).out


@pytest.mark.parametrize("data", ['{"users": []}', "id,name\r\n"])
def test_evidence_on_a_terminal_ends_its_line(data: str) -> None:
    """What is said of it stands on a line of its own: JSON comes without a last newline."""
    out, err = Terminal(), Terminal()
    answer = httpx.MockTransport(lambda _: evidence(data.encode()))

    assert 0 == perform(["report", RUN], API, Screen(Terminal(), out, err), answer)
    assert f"{data.strip()}\n" == out.getvalue()


def test_a_cancelled_run_is_what_cancel_asked_for() -> None:
    """Cancel exits 0 when accepted, and says what still happens."""
    ended = command("cancel", RUN, answers=[says(202, status("verifying"))])

    assert 0 == ended.code
    assert f"\n  revoker wait {SHORT}\n" in ended.err


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("n\n", 2), ("\n", 2)])
def test_the_newest_run_is_shown_before_it_is_cancelled(typed: str, code: int) -> None:
    """It may be a colleague's."""
    answers = [says(200, {"runs": [status("revoking")], "cursor": None}), says(200, status("revoking"))]
    answers += [says(202, status("verifying"))] * (code == 0)
    ended = command("cancel", "--last", answers=answers, typed=typed)

    assert code == ended.code
    assert f"Cancel {SHORT} (revoking, asked by Rita: INC-7)? [y/N]" in ended.err


def test_runs_are_listed_newest_first() -> None:
    """One a line under a header, as the API orders them, filtered by it; a dry run and a sweep are marked."""
    sweep = status(trigger="schedule", dryRun=True, reason="second", scope={"users": 0, "allUsers": True})
    page = {"runs": [status("failed"), sweep], "cursor": "c"}
    ended = command("runs", "--state", "failed", "--limit", "2", answers=[says(200, page)])

    assert {"state": "failed", "limit": "2"} == ended.asked[0].query
    assert [
        "RUN            STARTED           STATE                USERS  SCOPE      ASKED BY      REASON",
        f"{SHORT}  2026-03-02 09:00  failed                   2  2 users    Rita          INC-7",
        f"{SHORT}  2026-03-02 09:00  completed (dry run)      2  everybody  Rita (sweep)  second",
    ] == ended.out.splitlines()


def test_runs_on_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two lines a run, none wider than the terminal."""
    monkeypatch.setenv("COLUMNS", "60")
    out = Terminal()
    screen = Screen(io.StringIO(), out, io.StringIO())

    assert (True, 60) == (screen.is_narrow, screen.columns)


@pytest.mark.parametrize(
    ("typed", "found", "said"),
    [
        ("01a20aec", [RUN], ""),
        (SHORT, [RUN], ""),
        (RUN.replace("-", "")[:20], [RUN], ""),
        ("01a20aec", [RUN, "01a20aec-9999-7d14-9c8d-587d499924dc"], "2 runs begin with 01a20aec: type more of it."),
        ("ffff", [RUN], "No run begins with ffff"),
        ("01a", None, "is no run id"),
    ],
)
def test_a_run_by_its_beginning(typed: str, found: list[str] | None, said: str) -> None:
    """Enough of an id is an id; where it is not enough, the runs to choose from are shown."""
    listed = [] if found is None else [says(200, {"runs": [status(runId=run) for run in found], "cursor": None})]
    ended = command("status", typed, answers=[*listed, *([] if said else [says(200, status())])])

    assert (2 if said else 0) == ended.code
    assert said in ended.err
    assert said or f"GET /api/runs/{RUN}" == ended.calls[-1]


def test_the_newest_run_is_not_a_sweeps() -> None:
    """--last passes over what a sweep started."""
    runs = [status(runId="01a20aed-0000-7d14-9c8d-587d499924dc", trigger="schedule"), status()]
    ended = command("status", "--last", answers=[says(200, {"runs": runs, "cursor": None}), says(200, status())])

    assert f"GET /api/runs/{RUN}" == ended.calls[-1]


def test_there_is_no_run_yet() -> None:
    """Said, not shown as an empty table."""
    empty = says(200, {"runs": [], "cursor": None})

    assert "There is no run yet" in command("runs", answers=[empty]).err
    assert "There is no run yet" in command("status", "--last", answers=[empty]).err


def test_times_in_this_computers_zone() -> None:
    """--at-local shows the zone's offset; without it, UTC."""
    shown = command("status", RUN, "--at-local", answers=[says(200, status())]).out

    assert "2026-03-02 09:00:00Z" not in shown
    assert "Ended     2026-03-0" in shown


READY = {
    "permissions": [{"name": "User.RevokeSessions.All", "granted": True, "purpose": "end sessions", "without": "x"}],
    "federation": {"verdict": "managed", "reason": None, "domains": []},
    "users": {"total": 6},
    "protected": [{"entry": "bg@x", "id": "o-1", "userPrincipalName": "bg@x", "reason": None}],
    "estimate": None,
}


def test_preflight_tells_what_is_missing() -> None:
    """Permissions, certificates, numbers, protected accounts and the time it takes, each gap in words."""
    certificate = {"thumbprint": "AB", "subject": "CN=x", "notBefore": "2024-01-01T00:00:00Z"}
    domain = {"domain": "corp.example", "verdict": "not_rotated", "certificates": [certificate]}
    found = {
        "permissions": [
            {"name": "User.Read.All", "granted": True, "purpose": "read", "without": "x"},
            {"name": "Domain.Read.All", "granted": False, "purpose": "domains", "without": "no gate"},
        ],
        "federation": {"verdict": "not_rotated", "reason": None, "domains": [domain]},
        "users": {"total": 600, "members": 590, "guests": 9, "untyped": 1, "disabled": None, "privileged": 12},
        "protected": [{"entry": "bg@x", "id": None, "userPrincipalName": None, "reason": "no_such_user"}],
        "estimate": {"users": 600, "seconds": 90, "finishAt": "2026-03-02T09:01:30Z", "writesPerSecond": 20},
    }
    ended = command("preflight", "--compromised-at", "2026-01-01T00:00:00Z", answers=[says(200, found)])
    shown = " ".join(ended.out.split())

    assert {"compromisedAt": "2026-01-01T00:00:00Z"} == ended.asked[0].query
    for words in (
        "Domain.Read.All MISSING domains. Without it: no gate",
        "corp.example not_rotated",
        "AB 2024-01-01T00:00:00Z",
        "userType Member 590",
        "userType Guest 9",
        "without userType 1",
        "Users are counted here by userType. A run calls external users guests by how they sign in",
        "disabled not told",
        "bg@x NOT FOUND (no_such_user)",
        "all of them take 0:01:30 (h:mm:ss)",
        "approval above not told",
        "NOT READY: 2 to mend.",
    ):
        assert words in shown


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, ""),
        (
            {"permissions": [{**READY["permissions"][0], "granted": False}]},  # type: ignore[index]
            "User.RevokeSessions.All is not granted: every user would end refused. Grant it (docs/deploy.md).",
        ),
        ({"permissions": [{**READY["permissions"][0], "name": "Domain.Read.All", "granted": False}]}, ""),  # type: ignore[index]
        ({"protected": []}, "No account is protected: set REVOKER_PROTECTED to the break-glass accounts."),
        (
            {"protected": [{"entry": "bg@x", "id": None, "userPrincipalName": None, "reason": "no_such_user"}]},
            (
                "The protected account bg@x is not known to the directory (no_such_user). "
                "Mend or remove its entry in REVOKER_PROTECTED."
            ),
        ),
        (
            {"protected": [{"entry": "bg@x", "id": None, "userPrincipalName": None, "reason": "status_503"}]},
            (
                "The protected account bg@x could not be read (status_503). "
                "Leave its entry as it is, and repeat the command."
            ),
        ),
        (
            {"federation": {"verdict": "unchecked", "reason": "forbidden", "domains": []}},
            (
                "Federation is unchecked: a run over everybody would be refused. Grant Domain.Read.All and "
                "Domain-InternalFederation.Read.All where they are missing; repeat the command where Graph did not "
                "answer; else read the certificates in AD FS and Entra by hand."
            ),
        ),
        (
            {"federation": {"verdict": "not_rotated", "reason": None, "domains": []}},
            (
                "Federation is not_rotated: a run over everybody would be refused. First issue new token-signing "
                "certificates twice (CM0073), then repeat the command."
            ),
        ),
        ({"federation": {"verdict": "undated", "reason": None, "domains": []}}, ""),
        ({"users": {"total": 1001}}, ""),
        ({"users": {"total": 1001}, "approval": {"above": 500}}, ""),
        ({"users": {"total": 1000}, "approval": {"above": 0}}, ""),
        (
            {"users": {"total": 1001}, "approval": {"above": 0}},
            "Approval is off in a tenant of 1,001 users: set REVOKER_APPROVAL_ABOVE.",
        ),
    ],
)
def test_preflight_ends_with_a_verdict(change: dict[str, object], said: str) -> None:
    """A drill on a schedule notices what stands in the way; what only a feature misses does not."""
    ended = command("preflight", answers=[says(200, {**READY, **change})])
    last = [f"- {said}"] if said else ["READY."]

    assert (bool(said), last) == (ended.code == 1, ended.out.splitlines()[-1:])


@pytest.mark.parametrize(("verdict", "ready"), [("rotated", True), ("rotated_once", False), ("untrusted", False)])
def test_each_verdict_that_refuses_a_run_is_an_obstacle(verdict: str, *, ready: bool) -> None:
    """A word that this command does not know is one too: a newer API may find more."""
    domain = {"domain": "corp.example", "verdict": verdict, "certificates": [], "findings": []}
    federation = {"verdict": verdict, "reason": None, "domains": [domain]}
    ended = command("preflight", answers=[says(200, {**READY, "federation": federation})])

    assert ready is (ended.code == 0)
    assert "Read each issuer and certificate above" in ended.out


def test_preflight_is_told_all_that_the_gate_judges_by(tmp_path: Path) -> None:
    """The options of a run, as parameters; more certificates than an address holds are refused."""
    pem, thumb, time = tmp_path / "c.pem", "ab" * 20, "2026-01-01T00:00:00Z"
    pem.write_text("-----BEGIN CERTIFICATE-----\nMII+\n-----END CERTIFICATE-----\n")
    options = (
        f"--rotated-since {time} --thumbprint {thumb} --trusted-thumbprint {thumb} --compromised-certificate {pem}"
    )
    ended = command("preflight", *options.split(), answers=[says(200, READY)])
    many = command("preflight", *[f"--trusted-thumbprint={number:040x}" for number in range(200)], answers=[])

    assert {
        "rotatedSince": time,
        "compromisedThumbprints": thumb,
        "compromisedCertificates": "MII+",
        "trustedThumbprints": thumb,
    } == ended.asked[0].query
    assert (2, []) == (many.code, many.asked)
    assert "too many certificates for preflight: a dry run judges by any number" in many.err


def test_certificates_without_a_date_are_listed_not_judged() -> None:
    """Ready all the same; what to add is said, and no finding that is none."""
    finding = {"code": "federation_not_rotated", "text": "compromisedAt does not say"}
    domain = {"domain": "corp.example", "verdict": "undated", "certificates": [], "findings": [finding]}
    federation = {"verdict": "undated", "reason": None, "domains": [domain]}
    ended = command("preflight", answers=[says(200, {**READY, "federation": federation})])

    assert "Certificates are listed, not judged: add --compromised-at TIME." == ended.out.splitlines()[-3]
    assert "READY." == ended.out.splitlines()[-1]
    assert "compromisedAt does not say" not in ended.out


def test_preflight_shows_what_it_warns_of() -> None:
    """One certificate of a provider that nothing tells; what stands among the obstacles is not said twice."""
    said = "corp.example trusts one certificate: the kind of identity provider is unknown."
    configuration = {"issuer": "urn:x", "provider": "unknown", "mfaBehavior": "rejectMfaByFederatedIdp"}
    domain = {"domain": "corp.example", "verdict": "rotated", "certificates": [], "configurations": [configuration]}
    federation = {"verdict": "rotated", "reason": None, "domains": [domain]}
    found = {**READY, "federation": federation, "warnings": [said, "REVOKER_PROTECTED is empty, so"]}
    ended = command("preflight", answers=[says(200, found)])

    assert "issuer urn:x, unknown provider" in ended.out
    assert said in ended.out
    assert "REVOKER_PROTECTED is empty" not in ended.out


@pytest.mark.parametrize(("until", "said"), [("2026-03-02T10:30:01.000Z", True), (None, False)])
def test_a_status_says_how_long_tokens_may_live(until: str | None, *, said: bool) -> None:
    """The moment is no upper bound, and the sentence that says so stands beside it."""
    ended = command("status", RUN, answers=[says(200, status(residualAccessUntil=until))])

    assert said == ("A stolen access token may still work until" in ended.out)
    assert said == ("That moment is likely." in ended.out)


def test_preflight_for_a_program() -> None:
    """The verdict stands beside what was found."""
    ended = command("preflight", "-o", "json", answers=[says(200, {**READY, "protected": []})])

    assert (1, False) == (ended.code, json.loads(ended.out)["ready"])
