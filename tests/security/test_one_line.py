"""A title, a name or a reason is one line: it forges no other, and drives no terminal."""

import io
import json
from typing import Any

import pytest
from support.company import ALICE
from support.desk import RUN, Terminal, command, says, status, user
from support.in_process import Front

from revoker.cli.commands import evidence
from revoker.cli.harmless import TerminalBytes, harmless_json
from revoker.cli.shown.screen import Screen
from revoker.core.plain_text import one_line

# What begins a line, clears a screen, sets a title, turns text around, hides text, or shows as nothing.
BREAKS = "\n\r\t\x0b\x0c\x85\u2028\u2029"
DRIVES = "\x00\x07\x08\x1b\x7f\x80\x9b\x9d\u061c\u200e\u200f\u202a\u202b\u202d\u202e\u2066\u2067\u2069\ud800"
FORGED = f"Quiet{BREAKS}completed  0 users{DRIVES}\x1b]0;owned\x07\x1b[2J"
SHOWN = FORGED.replace("\ud800", "")  # no answer of the API can hold half a character
LINE = "revoked\nRUN completed, nothing to do"


def clean(text: str) -> bool:
    """Whether a text is one line that drives nothing."""
    return not set(text) & set(BREAKS + DRIVES)


def texts(value: Any) -> list[str]:  # noqa: ANN401 - JSON
    """Return every text in a JSON value."""
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []


def test_a_line_is_made_of_anything() -> None:
    """Breaks become one blank, other characters of control a question mark; letters of any script stay."""
    assert "a b" == one_line(f"  a{BREAKS}b\n")
    assert "?" * len(DRIVES) == one_line(DRIVES)
    assert "Łódź, 東京, القاهرة, 🦊" == one_line("Łódź, 東京, القاهرة, 🦊")


async def test_a_reason_and_a_title_of_the_api_are_one_line() -> None:
    """The run is started all the same: an intruder's title must not keep it from that."""
    front = Front()
    incident = {"number": 7, "title": FORGED}
    body = {"users": [ALICE.id], "reason": FORGED, "incident": incident}
    answer = await front.ask("start_run", body=json.dumps(body).encode())

    assert 202 == answer.status
    assert answer.json["reason"].startswith("Quiet completed")
    assert all(map(clean, texts(answer.json)))


async def test_the_name_of_a_sweep_is_one_line() -> None:
    """As it stands in the list of sweeps."""
    front = Front()
    until = "2026-03-20T00:00:00Z"
    body = {"name": FORGED, "users": [ALICE.id], "reason": FORGED, "maxSessionAgeHours": 8}
    body |= {"everyMinutes": 60, "until": until}
    answer = await front.ask("create_sweep", body=json.dumps(body).encode())

    assert 201 == answer.status, answer.json
    assert all(map(clean, texts(answer.json)))


SENTINEL = {
    "object": {
        "id": FORGED,
        "properties": {
            "title": FORGED,
            "incidentNumber": 7,
            "incidentUrl": f"https://portal.azure.com/{FORGED}",
            "relatedEntities": [{"kind": "Account", "properties": {"aadUserId": ALICE.id, "friendlyName": FORGED}}],
        },
    }
}
GRAPH = {"displayName": FORGED, "id": FORGED, "alerts": [{"evidence": []}]}


@pytest.mark.parametrize("body", [SENTINEL, GRAPH, {"object": {"properties": {"title": FORGED}}}])
async def test_what_sentinel_and_defender_say_is_one_line(body: object, caplog: pytest.LogCaptureFixture) -> None:
    """In the status, which the playbook writes on the incident, and in the log."""
    front = Front()
    answer = await front.ask("sentinel", body=json.dumps(body).encode())

    assert answer.status < 300, answer.json
    assert all(map(clean, texts(answer.json)))
    assert all(map(clean, caplog.messages))


LISTS = [("runs",), ("status", RUN), ("sweeps", "list"), ("users", RUN), ("runs", "-o", "json")]


@pytest.mark.parametrize("argv", LISTS)
def test_no_answer_forges_a_line_of_the_command(argv: tuple[str, ...]) -> None:
    """Rows of before may hold what today's intake replaces: where the command reads them they are made harmless."""
    one = status(reason=f"{LINE}{SHOWN}", requestedBy={"id": "o-1", "name": LINE}, warnings=[LINE])
    body: dict[str, Any] = one
    if argv[0] == "runs":
        body = {"runs": [one], "cursor": None}
    elif argv[0] == "users":
        body = {"users": [user(1, userPrincipalName=LINE, reason=SHOWN)], "cursor": None}
    elif argv[0] == "sweeps":
        moments = {"nextTick": None, "until": "2026-03-20T00:00:00Z"}
        sweep = {"sweepId": RUN, "state": "active", "name": LINE, "problem": SHOWN, **moments}
        body = {"sweeps": [sweep]}
    ended = command(*argv, answers=[says(200, body)])

    shown = ended.out + ended.err
    assert "nothing to do" in shown
    assert not [line for line in shown.splitlines() if line.startswith(("RUN completed", "completed"))]
    assert not set(shown) & set(DRIVES)


def test_no_problem_forges_a_line() -> None:
    """The detail of a refusal is one line too."""
    wrong = {"path": "users[0]", "message": LINE}
    said = {"type": "about:blank", "title": LINE, "status": 400, "detail": SHOWN, "errors": [wrong]}
    ended = command("status", RUN, answers=[says(400, said)])

    assert 2 == ended.code
    assert not [line for line in ended.err.splitlines() if line.startswith(("RUN completed", "completed"))]
    assert not set(ended.err) & set(DRIVES)


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_evidence_cannot_drive_a_terminal(size: int) -> None:
    """A report that is written to a terminal is shown as text, wherever the pieces of it end."""
    screen, data = io.StringIO(), f"id,name\r\n1,{FORGED[:-30]}é東".encode("utf-8", "replace")
    written = TerminalBytes(screen)
    for start in range(0, len(data), size):
        written.write(data[start : start + size])

    assert "id,name\n1,Quiet" == screen.getvalue()[:15]
    assert screen.getvalue().endswith("é東")
    assert not set(screen.getvalue()) & set(DRIVES)


def test_a_report_without_a_file_goes_to_the_terminal_as_text() -> None:
    """The command itself asks whether it writes to a terminal; a pipe gets the bytes as they are."""
    terminal, pipe = Terminal(), io.TextIOWrapper(io.BytesIO())
    for out in (terminal, pipe):
        with evidence._target(None, Screen(io.StringIO(), out, io.StringIO())) as sink:  # type: ignore[arg-type]
            sink.write(SHOWN.encode())

    assert not set(terminal.getvalue()) & set(DRIVES)
    assert SHOWN.encode() == pipe.buffer.getvalue()  # type: ignore[attr-defined]


def test_json_stays_json() -> None:
    """Numbers, nulls and truth are as they were, and so are the texts that are fit to be shown."""
    value = {"a": [1, None, True, "é"], "b\n": {"c": "d\ne"}}

    assert {"a": [1, None, True, "é"], "b": {"c": "d e"}} == harmless_json(value)
