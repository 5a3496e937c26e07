"""A hundred mistakes that tired people made: each has an answer that names what was wrong and what to type, or works.

The numbers are those of the list they were collected in; what only the API sees (87, 91 to 101) is tested there.
"""

import base64
import json
import socket
import ssl
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from support.desk import RUN, Scripted, command, problem, says, status

RUN_IT = "run --dry-run --reason x --no-wait"
BEN = "ben@contoso.com"
STARTED = [says(202, status("revoking"))]
LISTED = [says(200, {"runs": [status()], "cursor": None})]
NONE_FAILED = problem(409, "Conflict", "No user of this run ended failed.")
SHA1 = "ab" * 20


class Mistake(NamedTuple):
    """What was typed and what must be said; without words the command must work, and send ``body`` or ask ``path``."""

    number: str
    typed: list[str]
    said: str = ""
    body: dict[str, object] = {}  # noqa: RUF012 - read only
    answers: list[Scripted] = []  # noqa: RUF012 - read only
    env: dict[str, str] = {}  # noqa: RUF012 - read only
    path: str = ""


def token(**claims: object) -> str:
    """Return what looks like an access token."""
    return f"eyJ0.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.c2ln"


def run(*words: str) -> list[str]:
    """Return a dry run's command line."""
    return [*RUN_IT.split(), *words]


def refused(cause: Exception) -> httpx.ConnectError:
    """Return a connection's failure as httpx raises it, over the one below."""
    error = httpx.ConnectError(str(cause))
    error.__cause__ = cause
    return error


def user(sent: str = BEN) -> dict[str, object]:
    """Return the body of a run for one user."""
    return {"users": [sent]}


AT = "http://127.0.0.1:7071"
TYPED = [
    Mistake("1", run("--user", BEN, "--issued-before", "2026-02-25T15:00:00"), "write 2026-02-25T15:00:00Z for UTC"),
    Mistake("2", run("--user", BEN, "--issued-before", "02/25/2026 3pm"), "write 2026-02-25T15:00:00Z"),
    Mistake("3", run("--user", BEN, "--issued-before", "2026-02-25 15:00:00Z"), body=user()),
    Mistake("4", run("--user", BEN, "--issued-before", "now"), body=user()),
    Mistake("5", run("--user", BEN, "--issued-before", "2026-02-25T15:00:00+01:00"), body=user()),
    Mistake("6", run("--all-users", "--compromised-at", "yesterday"), "'yesterday' is no time: write year-month-day"),
    Mistake("7", run("--user", BEN, "--issued-before", "2027-11-25T15:00:00Z"), "is in the future: it is 2026-03-02"),
    Mistake("8", run("--all-users", "--compromised-at", "2027-11-25T15:00:00Z"), "is in the future"),
    Mistake("9", run("--user", "Ben", "Mueller"), "'Ben Mueller' is a display name: write an object id or a UPN"),
    Mistake("10", run("--user", "CONTOSO\\ben"), "CONTOSO\\ben is a local (domain\\user) name: write an object id"),
    Mistake("11", run("--user", f"Ben <{BEN}>"), body=user()),
    Mistake("12", run("--user", f"{BEN};alice@contoso.com"), body={"users": [BEN, "alice@contoso.com"]}),
    Mistake("13", run("--user", f"{BEN} "), body=user()),
    Mistake("14", run("--user", f"{BEN}\u00a0"), body=user()),
    Mistake("15", run("--user", f"mailto:{BEN}"), body=user()),
    Mistake(
        "16", run("--user", "{2a9f6c31-5e48-4d70-b3c9-f61e8a07d254}"), body=user("2a9f6c31-5e48-4d70-b3c9-f61e8a07d254")
    ),
    Mistake("17", run("--user", "2a9f6c315e484d70b3c9f61e8a07d254"), body=user("2a9f6c31-5e48-4d70-b3c9-f61e8a07d254")),
    Mistake("18", ["run", "\u2014all-users", "--dry-run", "--reason", "x", "--no-wait"], body={"allUsers": True}),
    Mistake("19", ["run", "\u2013-all-users", "--dry-run", "--reason", "x", "--no-wait"], body={"allUsers": True}),
    Mistake("20", ["run", "--User", BEN, "--reason", "x", "--dry-run", "--no-wait"], body=user()),
    Mistake("21", ["Run", "--user", BEN, "--reason", "x", "--dry-run", "--no-wait"], body=user()),
    Mistake("22", ["run", "-User", BEN, "-Reason", "x", "-WhatIf"], "There is no -User: write --user."),
    Mistake("23", run("--all"), "There is no --all: --all-users signs out the whole tenant, --user NAME one user."),
    Mistake("24", run("--everyone"), "There is no --everyone: --all-users signs out the whole tenant"),
    Mistake("25", ["run", "--user", BEN, "--dryrun", "--reason", "x"], "There is no --dryrun: write --dry-run."),
    Mistake("26", ["run", "--upn", BEN, "--reason", "x"], "There is no --upn: --user NAME takes UPNs"),
    Mistake("27", ["run", BEN, "--reason", "x"], f"{BEN} stands alone: write --user {BEN}."),
    Mistake("28", ["run", "--user", BEN, "--reason", "stolen", "cookie"], "in quotes: --reason 'stolen cookie'"),
    Mistake(
        "29", ["run", "--reason", "x"], "Whom? Give --user, --users-file, --group, --role, --filter or --all-users."
    ),
    Mistake("30", ["runs", "--limit", "1"], answers=LISTED, env={"REVOKE_API": AT}, path="/api/runs"),
    Mistake("31", ["runs", "--limit", "1"], answers=LISTED, env={"REVOKE_API": f"{AT}/api/"}, path="/api/runs"),
    Mistake("32", ["runs", "--limit", "1"], answers=LISTED, env={"REVOKE_API": f"{AT}/api/runs"}, path="/api/runs"),
    Mistake("33", ["runs"], answers=LISTED, env={"REVOKE_API": "http://localhost:7071/api"}, path="/api/runs"),
    Mistake(
        "34",
        ["runs"],
        "127.0.0.1 port 7071 does not speak TLS. Next: write http://127.0.0.1:7071/api",
        answers=[refused(ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number"))],
        env={"REVOKE_API": "https://127.0.0.1:7071/api"},
    ),
    Mistake(
        "35", ["runs"], "is not this machine: write https://", env={"REVOKE_API": "http://r.azurewebsites.net/api"}
    ),
    Mistake(
        "36",
        ["runs"],
        "nothing listens on 127.0.0.1 port 7071. Next: start it with make serve",
        answers=[refused(ConnectionRefusedError(111, "Connection refused"))],
    ),
    Mistake("37", ["runs"], "Which API? Give --api or set REVOKE_API", env={"HOME": "/"}),
    Mistake("38", ["runs"], "Which API? Give --api or set REVOKE_API", env={"REVOKE_API": ""}),
    Mistake("39", ["runs"], "/v1.0 is Graph's path: the API's address ends in /api", env={"REVOKE_API": f"{AT}/v1.0"}),
    Mistake(
        "41",
        ["runs"],
        "The token is no access token",
        answers=[httpx.Response(401)],
        env={"REVOKE_API": AT, "REVOKE_TOKEN": "abc"},
    ),
    Mistake(
        "41b",
        ["runs"],
        "min ago, at 10:00Z: fetch a new one",
        answers=[httpx.Response(401)],
        env={"REVOKE_API": AT, "REVOKE_TOKEN": token(exp=1767261600, aud="api://r")},
    ),
    Mistake(
        "41c",
        ["runs"],
        "The token is for https://management.azure.com: fetch one for Revoker's own application",
        answers=[httpx.Response(401)],
        env={"REVOKE_API": AT, "REVOKE_TOKEN": token(exp=4e9, aud="https://management.azure.com")},
    ),
    Mistake(
        "42",
        ["runs"],
        "the app is stopped, or its access restrictions leave this machine out",
        answers=[httpx.Response(403, text="<h1>Error 403 - This web app is stopped.</h1>")],
    ),
    Mistake("43", ["runs"], "a sign-in page, or another site", answers=[httpx.Response(200, text="<html>")]),
    Mistake(
        "44",
        ["runs"],
        "the app sends to a sign-in page",
        answers=[httpx.Response(302, headers={"Location": "https://login.microsoftonline.com/x/oauth2/authorize"})],
    ),
    Mistake("45", ["runs"], "there is no Revoker at this address", answers=[httpx.Response(404, text="no")]),
    Mistake("46", ["runs"], "without 'Bearer'", env={"REVOKE_API": AT, "REVOKE_TOKEN": "Bearer abc"}),
    Mistake("47", ["runs"], answers=LISTED, env={"REVOKE_API": AT, "REVOKE_TOKEN": "abc\n"}, path="/api/runs"),
    Mistake("48", ["runs", "--token", "abc"], "stays in the shell's history: set REVOKE_TOKEN"),
    Mistake("60", run("--user", "exportUsers_2026-11-25.csv"), "write --users-file exportUsers_2026-11-25.csv"),
    Mistake("61", run("--user", "@onecol_bom.csv"), "write --users-file onecol_bom.csv"),
    Mistake(
        "62",
        ["status", RUN],
        "404 Not found: There is no run",
        answers=[problem(404, "Not found", "There is no run X.")],
    ),
    Mistake("63", ["status", "INC-1042"], "INC-1042 is no run id: revoker runs lists them"),
    Mistake("64", ["status", f"{{{RUN}}}"], answers=[says(200, status())], path=f"/api/runs/{RUN}"),
    Mistake("65", ["status", RUN.upper()], answers=[says(200, status())], path=f"/api/runs/{RUN}"),
    Mistake("66", ["status", "last"], answers=[*LISTED, says(200, status())], path=f"/api/runs/{RUN}"),
    Mistake("67", ["status"], "Which run? Give its id, its beginning, or --last; revoker runs lists them."),
    Mistake("68", ["report", "--format", "html"], "Which run? Give its id"),
    Mistake(
        "71",
        ["users", RUN, "--outcome", "Failed"],
        answers=[says(200, {"users": [], "cursor": None})],
        path=f"/api/runs/{RUN}/users",
    ),
    Mistake("71b", ["users", RUN, "--outcome", "faild"], "--outcome faild: did you mean failed?"),
    Mistake("72", ["runs", "--limit", "500"], "--limit 500: write 1 to 100."),
    Mistake(
        "73", ["cancel", RUN], "The run has ended", answers=[problem(409, "Conflict", "The run has ended: completed.")]
    ),
    Mistake("74", ["retry", RUN], "can be retried.\nEvery user is done.", answers=[NONE_FAILED, says(200, status())]),
    Mistake(
        "74b",
        ["retry", RUN],
        f"- 2 not_found: check the name; a deleted user needs no action\n  revoker not-done {RUN[:13]}   # names",
        answers=[NONE_FAILED, says(200, status("completed_with_failures", counts={"not_found": 2}))],
    ),
    Mistake(
        "74c",
        ["retry", RUN],
        f"  revoker run --plan {RUN[:13]}\n",
        answers=[NONE_FAILED, says(200, status(dryRun=True, counts={"planned": 2}))],
    ),
    Mistake("74d", ["retry", RUN], "goes on still", answers=[NONE_FAILED, says(200, status("revoking"))]),
    Mistake(
        "74e",
        ["retry", RUN],
        f"revoker approve {RUN[:13]}",
        answers=[NONE_FAILED, says(200, status("awaiting_approval"))],
    ),
    Mistake(
        "75",
        run("--all-users", "--thumbprint", " ".join(["ab"] * 20)),
        body={"allUsers": True, "compromisedThumbprints": [SHA1]},
    ),
    Mistake(
        "76",
        run("--all-users", "--thumbprint", ":".join(["AB"] * 20)),
        body={"allUsers": True, "compromisedThumbprints": [SHA1]},
    ),
    Mistake(
        "77",
        run("--all-users", "--thumbprint", "ab" * 32),
        "these are 64 digits, a SHA-256; write the SHA-1",
    ),
    Mistake(
        "78",
        run("--filter", "Department -eq 'Sales'"),
        "is PowerShell; Graph takes OData: --filter \"Department eq 'Sales'\"",
    ),
    Mistake("79", run("--filter", "department eq Sales"), "--filter \"department eq 'Sales'\""),
    Mistake(
        "79b",
        run("--filter", "departmnet eq 'Sales'"),
        "--filter: Invalid filter clause",
        answers=[
            problem(400, "Invalid request", "No.", errors=[{"path": "filter", "message": "Invalid filter clause"}])
        ],
    ),
    Mistake("80", run("--user", BEN, "--incident-number", "INC-1042"), body={**user(), "incident": {"number": 1042}}),
    Mistake(
        "81",
        run("--user", BEN, "--idempotency-key", "k1"),
        "Use a new key",
        answers=[problem(409, "Conflict", "Use a new key for a new request.")],
    ),
    Mistake("82", ["run", "--user", BEN, "--reason", ""], "Why? Give --reason TEXT"),
    Mistake(
        "83",
        run("--group", "All hands"),
        "az ad group list --display-name NAME",
        answers=[
            problem(
                400,
                "Invalid request",
                "x",
                errors=[
                    {
                        "path": "groups[0]",
                        "message": "no group of this tenant is called 'All': write its object id",
                    }
                ],
            )
        ],
    ),
    Mistake("84", ["run", "--all-users", "--reason", "x"], "without a terminal to ask on, say --yes."),
    Mistake(
        "86", run("--all-users", "--exclude-user", "Break Glass"), "--exclude-user: 'Break Glass' is a display name"
    ),
    Mistake(
        "88",
        run("--user", BEN, "--exclude-group", "11111111-1111-1111-1111-111111111111"),
        "--exclude-group (item 1): there is no such group",
        answers=[
            problem(
                400,
                "Invalid request",
                "The scope names nothing.",
                errors=[{"path": "exclude.groups[0]", "message": "there is no such group"}],
            )
        ],
    ),
    Mistake(
        "90",
        ["run", "--user", BEN, "--reason", "x"],
        "there is no host 127.0.0.1 (DNS). Next: check the address",
        answers=[refused(socket.gaierror(-2, "Name or service not known"))],
    ),
    Mistake("scheme", ["runs"], "write https://r.azurewebsites.net/api", env={"REVOKE_API": "r.azurewebsites.net/api"}),
    Mistake(
        "placeholder", ["runs"], "still holds a placeholder", env={"REVOKE_API": "https://<app>.azurewebsites.net/api"}
    ),
    Mistake("portal", ["runs"], "is the Azure portal", env={"REVOKE_API": "https://portal.azure.com/#home"}),
    Mistake("last plan", ["run", "--plan", "--last"], "There is no --last: write the run's id"),
    Mistake("command", ["rnus"], "There is no command 'rnus': did you mean runs"),
    Mistake("other tool", ["stop", RUN], "There is no command 'stop': revoker cancel RUN."),
    Mistake("value", ["runs", "--state", "complete"], "--state complete: did you mean completed?"),
    Mistake("swallowed", ["run", "--user", BEN, "--reason", "--dry-run"], "--reason needs a value."),
    Mistake("last word", ["run", "--user", BEN, "--reason"], "--reason needs a value."),
    Mistake("two runs", ["status", RUN, RUN], "one word too many for revoker status"),
]


@pytest.mark.parametrize("mistake", TYPED, ids=lambda mistake: mistake.number)
def test_a_mistake_costs_a_line(mistake: Mistake) -> None:
    """The answer says what was wrong with this input and what to type, in three lines at most; or it works."""
    answers = mistake.answers or ([] if mistake.said else STARTED)
    ended = command(*mistake.typed, answers=answers, env=mistake.env or None)

    if mistake.said:
        assert mistake.said in ended.err
        assert ended.code in {2, 4}
        assert len(ended.err.splitlines()) <= 3
        return
    assert 0 == ended.code, ended.err
    if mistake.path:
        assert mistake.path == ended.asked[-1].path
    sent = ended.asked[-1].body or {}
    assert mistake.body.items() <= sent.items()


FILES = [
    ("49", "empty.txt", b"", "names no user"),
    ("50", "comments.txt", b"# one\n# two\n", "names no user"),
    ("51", "bin.dat", bytes(range(256)) * 4, "is no text"),
    ("52", "quoted.csv", b'"ben@contoso.com"\n', ""),
    ("53", "commas.txt", b"ben@contoso.com,alice@contoso.com\n", ""),
    ("54", "mixed.txt", b"ben@contoso.com\nBen Mueller\n", "mixed.txt line 2: 'Ben Mueller' is a display name"),
    ("55", "utf16.txt", "ben@contoso.com\r\n".encode("utf-16"), ""),
    ("56", "dup.txt", b"ben@contoso.com\nBEN@contoso.com\n", ""),
    ("57", "10001.txt", b"".join(b"u%d@contoso.com\n" % number for number in range(10_001)), "Split the file"),
    ("58", "nosuch.csv", None, "nosuch.csv cannot be read: there is no such file."),
    ("59", ".", None, " is a folder: name a file in it."),
]


@pytest.mark.parametrize(("number", "name", "data", "said"), FILES, ids=[file[0] for file in FILES])
def test_a_file_costs_a_line(tmp_path: Path, number: str, name: str, data: bytes | None, said: str) -> None:
    """As above, for the file of users."""
    file = tmp_path / name
    if data is not None:
        file.write_bytes(data)
    ended = command(*run("--users-file", str(file)), answers=[] if said else STARTED)

    assert (2 if said else 0) == ended.code, number
    assert said in ended.err
    assert len(ended.err.splitlines()) <= 3


@pytest.mark.parametrize(("number", "name", "said"), [("69", "there.html", "exists"), ("70", "no/f.html", "no folder")])
def test_a_report_is_not_written_over_or_nowhere(tmp_path: Path, number: str, name: str, said: str) -> None:
    """As above, for the file of evidence."""
    (tmp_path / "there.html").write_text("evidence")
    ended = command("report", RUN, "--format", "html", "--output", str(tmp_path / name))

    assert (2, []) == (ended.code, ended.calls), number
    assert said in ended.err


def test_an_audience_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """40: what every credential tried fills a page; the answer is a line."""
    from azure.core.exceptions import ClientAuthenticationError  # noqa: PLC0415 - slow, and for this test alone

    class Credential:
        def get_token(self, _scope: str) -> None:
            raise ClientAuthenticationError("DefaultAzureCredential failed to retrieve a token.\n" * 20)

    monkeypatch.setattr("azure.identity.DefaultAzureCredential", Credential)
    ended = command("runs", "--audience", "contoso")

    assert 2 == ended.code
    assert "No token for contoso: an audience looks like api://" in ended.err
    assert 1 == len(ended.err.splitlines())
