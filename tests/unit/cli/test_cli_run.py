"""What the operator asks for, as it reaches the API."""

import io
import sys
from pathlib import Path

import jsonschema
import pytest
from support.desk import RUN, command, later, problem, says, schema, status

THUMB = "0123456789abcdef0123456789abcdef01234567"
ID = "2a9f6c31-5e48-4d70-b3c9-f61e8a07d254"
TIME = "2026-03-01T00:00:00Z"
ENDED = [says(202, status("revoking"), Retry_After="5"), says(200, status())]
REASON = ("--reason", "INC-7")


def test_the_written_answers_are_the_contracts() -> None:
    """What these tests let the API say is what the API says."""
    for state in ("revoking", "completed", "awaiting_approval"):
        jsonschema.validate(status(state), schema("Status"))


@pytest.mark.parametrize(
    ("options", "body"),
    [
        ("--user a@b --user c@d e@f", {"users": ["a@b", "c@d", "e@f"]}),
        (f"--group {ID} --yes", {"groups": [ID]}),
        (f"--role privileged {ID} --yes", {"roles": ["privileged", ID]}),
        ("--filter x --yes", {"filter": "x"}),
        ("--all-users --yes", {"allUsers": True}),
        ("--all-users --dry-run", {"allUsers": True, "dryRun": True}),
        ("--user a@b --exclude-user c@d", {"users": ["a@b"], "exclude": {"users": ["c@d"]}}),
        (f"--all-users --yes --exclude-group {ID}", {"allUsers": True, "exclude": {"groups": [ID]}}),
        ("--user a@b --guests include", {"users": ["a@b"], "guests": "include"}),
        (f"--user a@b --issued-before {TIME}", {"users": ["a@b"], "issuedBefore": TIME}),
        (f"--all-users --yes --compromised-at {TIME}", {"allUsers": True, "compromisedAt": TIME}),
        (f"--all-users --yes --thumbprint {THUMB}", {"allUsers": True, "compromisedThumbprints": [THUMB]}),
        (
            "--all-users --yes --acknowledge federation_not_rotated federation_unchecked",
            {"allUsers": True, "acknowledge": ["federation_not_rotated", "federation_unchecked"]},
        ),
        ("--user a@b --priority bulk", {"users": ["a@b"], "priority": "bulk"}),
        (
            "--user a@b --incident-id i --incident-number 0 --incident-title t --incident-url https://x/y",
            {"users": ["a@b"], "incident": {"id": "i", "number": 0, "title": "t", "url": "https://x/y"}},
        ),
    ],
)
def test_options_become_the_body(options: str, body: dict[str, object]) -> None:
    """Each option fills its field of the contract, and nothing else is sent."""
    ended = command("run", *options.split(), *REASON, answers=ENDED)
    sent = ended.asked[0]

    assert {**body, "reason": "INC-7"} == sent.body
    assert ("POST", "/api/runs") == (sent.method, sent.path)
    assert len(sent.headers["Idempotency-Key"]) == 36
    jsonschema.validate(sent.body, schema("RunRequest"))


def test_every_field_of_the_contract_has_its_option(tmp_path: Path) -> None:
    """Nothing that a run may say is missing from the command; what this API does not know yet may be more."""
    pem = tmp_path / "stolen.pem"
    pem.write_text("-----BEGIN CERTIFICATE-----\nMIIB\nAAA=\n-----END CERTIFICATE-----\n")
    options = f"--user a@b --group {ID} --role privileged --filter x --all-users --yes --exclude-user c@d --guests skip"
    more = f"--issued-before {TIME} --compromised-at {TIME} --thumbprint {THUMB} --priority bulk --dry-run"
    gate = f"--rotated-since {TIME} --trusted-thumbprint {THUMB} --compromised-certificate {pem}"
    last = "--incident-number 7 --acknowledge federation_unchecked"
    ended = command("run", *f"{options} {more} {gate} {last}".split(), *REASON, answers=ENDED)
    sent = ended.asked[0].body
    known = schema("")["components"]["schemas"]["RunRequest"]["properties"].keys()

    assert set() == known - sent.keys() - {"plan", "includeNew"}
    assert (TIME, [THUMB], ["MIIBAAA="]) == (
        sent["rotatedSince"],
        sent["trustedThumbprints"],
        sent["compromisedCertificates"],
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----", "holds a private key"),
        ("-----BEGIN CERTIFICATE-----x-----END CERTIFICATE-----" * 2, "holds 2 certificates"),
        ("MIIB", "holds 0 certificates in PEM"),
    ],
)
@pytest.mark.parametrize("words", [("preflight",), ("run", "--all-users", "--yes", *REASON)], ids=["preflight", "run"])
def test_a_file_that_is_not_one_certificate_is_not_sent(
    tmp_path: Path, text: str, said: str, words: tuple[str, ...]
) -> None:
    """A private key least of all: addresses and bodies may be logged on their way."""
    file = tmp_path / "stolen.pem"
    file.write_text(text)
    ended = command(*words, "--compromised-certificate", str(file), answers=[])

    assert (2, []) == (ended.code, ended.asked)
    assert said in ended.err


def test_a_file_of_users(tmp_path: Path) -> None:
    """One a line, as editors and spreadsheets save it; comments and empty lines are skipped."""
    file = tmp_path / "users.txt"
    file.write_bytes("\ufeff# INC-7\r\na@b\r\n\r\n  c@d \n".encode())
    ended = command("run", "--user", "e@f", "--users-file", str(file), *REASON, answers=ENDED)

    assert ["e@f", "a@b", "c@d"] == ended.asked[0].body["users"]


def test_users_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe names users with ``-``."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a@b\n")))

    assert ["a@b"] == command("run", "--users-file", "-", *REASON, answers=ENDED).asked[0].body["users"]


@pytest.mark.parametrize(
    ("data", "why"), [(b"# none\n", "names no user"), (b"\xff\xfea", "is no text"), (None, "read")]
)
def test_a_file_that_names_nobody_starts_nothing(tmp_path: Path, data: bytes | None, why: str) -> None:
    """An empty, unreadable or missing file is wrong use, whatever else is asked for."""
    file = tmp_path / "users.txt"
    if data is not None:
        file.write_bytes(data)
    ended = command("run", "--group", ID, "--users-file", str(file), *REASON)

    assert (2, []) == (ended.code, ended.calls)
    assert why in ended.err


@pytest.mark.parametrize(
    "argv", ["run --user a@b", "run --all --yes --reason x", "status nonsense", "run --guests no", "users --last x y"]
)
def test_wrong_use_ends_before_anything_is_sent(argv: str) -> None:
    """A reason is required, nothing is abbreviated, an id is an id; it costs a line."""
    ended = command(*argv.split())

    assert (2, [], 1) == (ended.code, ended.calls, len(ended.err.splitlines()))


def test_a_run_is_sent_again_under_its_own_key() -> None:
    """The API may answer late: what is sent again is the same request with the same key."""
    ended = command("run", "--user", "a@b", *REASON, answers=[later(503, 3), later(429, 4), *ENDED])
    first, *others = ended.asked[:3]

    assert [3, 4] == ended.paused
    assert all((first.body, first.headers["Idempotency-Key"]) == (o.body, o.headers["Idempotency-Key"]) for o in others)


def test_a_key_of_ones_own() -> None:
    """A playbook's key is passed on; a replay is said."""
    answers = [says(202, status("revoking", replayed=True)), says(200, status())]
    ended = command("run", "--user", "a@b", "--idempotency-key", "INC-7", *REASON, answers=answers)

    assert "INC-7" == ended.asked[0].headers["Idempotency-Key"]
    assert "started a run before" in ended.err


def test_without_waiting_the_id_is_all() -> None:
    """A script gets the id alone on standard output."""
    ended = command("run", "--user", "a@b", "--no-wait", *REASON, answers=ENDED[:1])

    assert (0, f"{RUN}\n") == (ended.code, ended.out)


def test_the_gate_says_what_to_do_first() -> None:
    """A 409 lists the certificates, what comes first, and both ways on."""
    certificates = [
        {"domain": "corp.contoso.com", "thumbprint": THUMB.upper(), "subject": "CN=ADFS", "notBefore": TIME},
        {"domain": "old.contoso.com", "thumbprint": None},
    ]
    errors = [{"path": "compromisedAt", "message": "say since when the intruder was in"}]
    more = {"certificates": certificates, "errors": errors, "acknowledge": ["federation_not_rotated"]}
    gate = problem(409, "Federation certificates first", "Issue new certificates twice (CM0073).", **more)
    ended = command("run", "--all-users", "--yes", *REASON, answers=[gate])

    assert (2, "") == (ended.code, ended.out)
    assert ended.err.splitlines() == [
        "409 Federation certificates first: Issue new certificates twice (CM0073).",
        f"  corp.contoso.com: {THUMB.upper()}, CN=ADFS, issued {TIME}",
        "  old.contoso.com: its certificates cannot be read",
        "First renew the certificates as said above, then repeat the command with --compromised-at TIME.",
        "Or go on all the same, on record: --acknowledge federation_not_rotated",
    ]


@pytest.mark.parametrize(
    "argv",
    [
        ("run", "--user", "a@b.de", "--reason", "x"),
        ("run", "--plan", RUN, "--yes"),
        ("retry", RUN),
        ("resume", RUN, "--yes"),
        ("approve", RUN, "--yes"),
        ("sentinel", "body.json"),
    ],
)
def test_a_wrong_timeout_starts_nothing(argv: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is wrong use, which changes nothing: it is found before the API is asked for anything."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "body.json").write_text("{}")
    ended = command(*argv, "--timeout", "5", answers=[])

    assert (2, []) == (ended.code, ended.calls)
    assert "--timeout 5 is no length of time" in ended.err
