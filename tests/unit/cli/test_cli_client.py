"""Whom the command talks to, as whom, and for how long it tries."""

import httpx
import pytest
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError
from hypothesis import given, strategies as st
from support.desk import API, RUN, command, later, problem, says, status

from revoker.cli.ending import UsageError
from revoker.cli.harmless import harmless
from revoker.cli.remote.access import access
from revoker.cli.remote.api_request import retry_after
from revoker.cli.remote.token import Bearer, Given

TOKEN = "eyJ0eXAi.eyJhdWQi.c2ln"
BROKEN = httpx.ReadError("reset")
CLOSED = httpx.ConnectError("refused")
APPROVED = [says(202, status("revoking"), Retry_After="5"), says(200, status())]


@pytest.mark.parametrize(
    ("given_address", "api"),
    [
        ("https://r.azurewebsites.net", "https://r.azurewebsites.net/api"),
        ("https://r.azurewebsites.net/api/", "https://r.azurewebsites.net/api"),
        ("https://gateway.contoso.com/revoker/api", "https://gateway.contoso.com/revoker/api"),
        ("http://127.0.0.1:7071/api", "http://127.0.0.1:7071/api"),
        ("http://localhost:7071", "http://localhost:7071/api"),
        ("http://[::1]:7071", "http://[::1]:7071/api"),
    ],
)
def test_an_address(given_address: str, api: str) -> None:
    """TLS, or this machine; the path may be left out."""
    assert api == access(given_address, None, None, {}).api
    assert api == access(None, None, None, {"REVOKE_API": given_address}).api


@pytest.mark.parametrize(
    "address",
    [
        "",
        "r.azurewebsites.net",
        "http://r.azurewebsites.net/api",
        "http://127.0.0.1.evil.example/api",
        "http://localhost@evil.example/api",
        "https://rita:secret@r.azurewebsites.net/api",
        "https://r.azurewebsites.net/api?code=secret",
        "ftp://127.0.0.1/api",
        "https:///api",
        "https://r:port/api",
    ],
)
def test_an_address_that_is_none_is_never_asked(address: str) -> None:
    """A token would be read on its way, or end where it does not belong: nothing is sent."""
    ended = command("runs", env={"REVOKE_API": address, "REVOKE_TOKEN": TOKEN})

    assert (2, []) == (ended.code, ended.calls)
    assert "secret" not in ended.err


def test_a_token_signs_every_request() -> None:
    """The environment's token is the bearer; without one nothing is signed."""
    signed = command("runs", env={**API, "REVOKE_TOKEN": f" {TOKEN}\n"}, answers=[says(200, {"runs": []})])
    bare = command("runs", answers=[says(200, {"runs": []})])

    assert f"Bearer {TOKEN}" == signed.asked[0].headers["Authorization"]
    assert "Authorization" not in bare.asked[0].headers


@pytest.mark.parametrize("token", [f"Bearer {TOKEN}", "two\nlines", "tök"])
def test_what_is_no_token_is_not_shown(token: str) -> None:
    """A wrong value is refused without repeating it."""
    ended = command("runs", env={**API, "REVOKE_TOKEN": token})

    assert (2, []) == (ended.code, ended.calls)
    assert token not in ended.err


def test_a_token_is_fetched_anew_before_it_ends() -> None:
    """A whole tenant outlives a token: one near its end is not used, a fresh one is kept."""
    tokens = iter([Given("t-1", 0), Given("t-2"), Given("t-3")])
    auth = Bearer(lambda: next(tokens))
    headers = [next(auth.auth_flow(httpx.Request("GET", "http://x"))).headers["Authorization"] for _ in range(3)]

    assert ["Bearer t-1", "Bearer t-2", "Bearer t-2"] == headers
    assert "t-2" not in repr(auth)


def test_an_audience_without_azure_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package is optional, and its absence is said."""
    monkeypatch.setitem(__import__("sys").modules, "azure.identity", None)
    with pytest.raises(UsageError, match="azure-identity"):
        access(API["REVOKE_API"], "api://x", None, {})


def test_polling_follows_the_servers_wish() -> None:
    """Retry-After is obeyed on 202, 429 and 503; a broken connection ends no watch."""
    going = says(202, status("revoking"), Retry_After="7")
    ended = command("wait", RUN, answers=[going, later(429, 11), BROKEN, CLOSED, later(503, 60), says(200, status())])

    assert (0, [7, 11, 2, 4, 60]) == (ended.code, ended.paused)


NOON = "Thu, 26 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("20", 20),
        ("0.249", 0.249),
        ("30,120", 120),
        ("0, 20", 20),
        ("Thu, 26 Nov 2026 12:00:20 GMT", 20),
        ("Thu Nov 26 12:00:20 2026", 20),
        ("Thu, 26 Nov 2026 11:00:00 GMT", 0),
        ("99999999999", 86400),
        ("-5", None),
        ("nan", None),
        ("soon", None),
        ("", None),
    ],
)
def test_each_retry_after_is_read(written: str, seconds: float | None) -> None:
    """A number, a fraction, the longest of several, or until a date by the server's own clock; a day at most."""
    answer = httpx.Response(429, headers={"Retry-After": written, "Date": NOON})

    assert seconds == retry_after(answer)


def test_a_date_to_wait_for_is_obeyed() -> None:
    """In a watch, as the number of seconds is."""
    until = says(429, {"title": "Later"}, Retry_After="Thu, 26 Nov 2026 12:00:20 GMT", Date=NOON)
    ended = command("wait", RUN, answers=[until, says(200, status())])

    assert (0, [20]) == (ended.code, ended.paused)


def test_a_watch_is_given_up_at_last() -> None:
    """After ten minutes without an answer the command ends, and says that the run does not."""
    ended = command("wait", RUN, answers=[CLOSED] * 24)

    assert 4 == ended.code
    assert 540 < sum(ended.paused) <= 600
    assert f"revoker wait {RUN[:13]}" in ended.err


def test_a_wrong_address_is_told_soon() -> None:
    """Whoever looks on is not kept waiting; a started run is not started twice by trying again."""
    ended = command("run", "--user", "a@b", "--reason", "x", answers=[CLOSED] * 5)

    assert (4, [1, 2, 4, 8]) == (ended.code, ended.paused)
    assert f"--idempotency-key {ended.asked[0].headers['Idempotency-Key']}" in ended.err


@pytest.mark.parametrize(
    ("answers", "code", "asked", "left_open"),
    [
        ([BROKEN], 4, 1, True),
        ([later(503, 1)], 4, 1, True),
        ([CLOSED] * 5, 4, 5, False),
        ([CLOSED, *APPROVED], 0, 2, False),
        ([later(429, 1), *APPROVED], 0, 2, False),
    ],
)
def test_an_approval_is_sent_once(
    answers: list[httpx.Response | Exception],
    code: int,
    asked: int,
    left_open: bool,  # noqa: FBT001
) -> None:
    """What may have been done is not sent again; what was not heard is."""
    ended = command("approve", RUN, "--yes", answers=answers)

    assert (code, asked) == (ended.code, ended.calls.count(f"POST /api/runs/{RUN}/approve"))
    assert left_open == ("It may have been done" in ended.err)


@pytest.mark.parametrize("verb", ["retry", "cancel"])
def test_what_is_the_same_twice_is_sent_again(verb: str) -> None:
    """Retry and cancel lead to the same place however often they are sent."""
    ended = command(verb, RUN, answers=[BROKEN, *(APPROVED if verb == "retry" else APPROVED[:1])])

    assert (0, 2) == (ended.code, ended.calls.count(f"POST /api/runs/{RUN}/{verb}"))


@pytest.mark.parametrize(
    ("answer", "lines"),
    [
        (
            problem(400, "Invalid request", "2 errors.", errors=[{"path": "users[3]", "message": "write a UPN"}]),
            ["The API refused this (400 Invalid request):", "  --user (item 4): write a UPN"],
        ),
        (
            problem(400, "Invalid request", "1 error.", errors=[{"path": "reason", "message": "write why"}]),
            ["The API refused this (400 Invalid request):", "  --reason: write why"],
        ),
        (
            httpx.Response(401, text="<html>"),
            [
                "401 Sign-in required. Sign in: set REVOKE_TOKEN, or give --audience (REVOKE_AUDIENCE) after az login.",
            ],
        ),
        (problem(403, "Role required", "Sessions.Read."), ["403 Role required: Sessions.Read."]),
        (
            httpx.Response(302, headers={"Location": "https://elsewhere.example/"}),
            ["302: it leads to https://elsewhere.example/, which is not followed: check the address."],
        ),
    ],
)
def test_a_problem_is_printed_path_by_path(answer: httpx.Response, lines: list[str]) -> None:
    """What the API says against a request is shown with the option that was wrong; nothing is tried again."""
    ended = command("status", RUN, answers=[answer])

    assert (2, "", lines) == (ended.code, ended.out, ended.err.splitlines())


def test_an_api_that_failed_has_refused_nothing() -> None:
    """A 500 leaves open whether a run was started: the key to repeat it with is said, and the exit code is another."""
    failed = problem(500, "Internal error", "See the log for 7.")
    ended = command("run", "--user", "a@b", "--reason", "x", answers=[failed])

    assert 4 == ended.code
    assert "500 Internal error: See the log for 7." in ended.err
    assert "--idempotency-key" in ended.err


@pytest.mark.parametrize(
    ("error", "code"), [(ClientAuthenticationError("no az"), 2), (ServiceRequestError("no network"), 0)]
)
def test_a_token_that_does_not_come(monkeypatch: pytest.MonkeyPatch, error: Exception, code: int) -> None:
    """Who is not signed in is told; a network that is down while a token is renewed ends no watch."""
    tokens = [error, Given("t-1")]

    class Credential:
        def get_token(self, scope: str) -> Given:
            assert "api://x/.default" == scope
            token = tokens.pop(0)
            if isinstance(token, Exception):
                raise token
            return token

    monkeypatch.setattr("azure.identity.DefaultAzureCredential", Credential)
    answers = [says(200, status())] if code == 0 else []
    ended = command("wait", RUN, "--audience", "api://x", answers=answers)

    assert code == ended.code
    assert (code == 2) == ("az login" in ended.err)


def test_another_server_is_not_taken_for_the_api() -> None:
    """A page that is no JSON is no answer."""
    ended = command("runs", answers=[httpx.Response(200, text="<html>Welcome")])

    assert 4 == ended.code
    assert "check the address" in ended.err


@given(st.text())
def test_what_is_shown_cannot_drive_the_terminal(text: str) -> None:
    """No control, escape or direction mark passes, whatever somebody chose as a name."""
    assert all(char.isprintable() or char == "\n" for char in harmless(text))
    assert text.count("\n") == harmless(text).count("\n")
