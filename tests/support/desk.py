"""The operator's command at work: the real client, answers written down, a terminal that keeps all it shows."""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from revoker.cli.__main__ import perform
from revoker.cli.shown.screen import Screen

CONTRACT = json.loads((Path(__file__).parents[2] / "revoker" / "web" / "openapi.json").read_bytes())
RUN = "01a20aec-5611-7d14-9c8d-587d499924dc"
API = {"REVOKE_API": "http://127.0.0.1:7071/api"}
NOW = datetime(2026, 3, 2, 9, 0, 1, tzinfo=UTC)
type Scripted = httpx.Response | Exception | BaseException


def schema(name: str) -> dict[str, Any]:
    """Return a part of the contract as a schema that stands alone."""
    return {"$ref": f"#/components/schemas/{name}", "components": CONTRACT["components"]}


def status(state: str = "completed", **changes: object) -> dict[str, Any]:
    """Return the status object of a run of two users that has ended well, with changes."""
    ended = state in {"completed", "completed_with_failures", "cancelled", "failed"}
    return {
        "runId": RUN,
        "state": state,
        "dryRun": False,
        "trigger": "http",
        "requestedBy": {"id": "o-1", "name": "Rita"},
        "reason": "INC-7",
        "incident": None,
        "scope": {"users": 2},
        "priority": "urgent",
        "issuedBefore": "2026-03-02T09:00:00.000Z",
        "compromisedAt": None,
        "createdAt": "2026-03-02T09:00:00.000Z",
        "startedAt": None if state == "awaiting_approval" else "2026-03-02T09:00:00.000Z",
        "finishedAt": "2026-03-02T09:00:02.000Z" if ended else None,
        "counts": {"verified": 2} if ended else {"planned": 1, "verified": 1},
        "total": 2,
        "progress": 1.0 if ended else 0.5,
        "estimate": {"finishAt": "2026-03-02T09:00:02.000Z", "writesPerSecond": 20},
        "residualAccessUntil": "2026-03-02T10:30:01.000Z",
        "residualAccessNote": "That moment is likely.",
        "incomplete": False,
        "warnings": [],
        "plan": None,
        "includeNew": False,
        "retryOf": None,
        "retriedBy": None,
        "sweepId": None,
        "countermeasure": "CM0077",
        "techniques": ["T1550", "T1550.001"],
        "version": "0.2.0",
        "tenant": None,
        "approval": dict.fromkeys(("users", "covers", "until", "approvedBy", "approvedAt")) | {"needed": False},
        "acknowledged": [],
        "cancelledBy": None,
        "cancelledAt": None,
        "federation": [],
        **changes,
    }


def user(number: int, outcome: str = "failed", **changes: object) -> dict[str, Any]:
    """Return a user's line."""
    name = f"user{number}@contoso.com"
    told = {"reason": "bad_request", "status": 400, "requestId": f"r-{number}", "attempts": 1}
    moments = {"settledAt": "2026-03-02T09:00:01.000Z", "sessionsValidFrom": None, "identity": None}
    return {
        "id": None,
        "userPrincipalName": name,
        "requestedAs": name,
        "outcome": outcome,
        **told,
        **moments,
        **changes,
    }


def says(code: int, body: object, **headers: str) -> httpx.Response:
    """Return an answer with a JSON body."""
    return httpx.Response(code, json=body, headers={name.replace("_", "-"): value for name, value in headers.items()})


def evidence(content: bytes | Iterator[bytes]) -> httpx.Response:
    """Return a report as the API sends it, under a file name of its own."""
    name = f'attachment; filename="revoker-{RUN}.html"'
    return httpx.Response(200, content=content, headers={"Content-Disposition": name})


def problem(code: int, title: str, detail: str, **more: object) -> httpx.Response:
    """Return an RFC 9457 problem."""
    return says(code, {"type": "about:blank", "title": title, "status": code, "detail": detail, **more})


def later(code: int, seconds: int) -> httpx.Response:
    """Return an answer that asks for patience."""
    return says(code, {"title": "Later", "detail": "Not now."}, Retry_After=str(seconds))


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    headers: httpx.Headers


@dataclass
class Ended:
    """How a command ended: its code, what it showed, what it asked, the seconds it paused."""

    code: int = -1
    out: str = ""
    err: str = ""
    asked: list[Asked] = field(default_factory=list)
    paused: list[float] = field(default_factory=list)

    @property
    def calls(self) -> list[str]:
        """Return the requests in short."""
        return [f"{one.method} {one.path}" for one in self.asked]


class Terminal(io.StringIO):
    """Standard input or error of an operator's terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def command(
    *argv: str,
    answers: Sequence[Scripted] = (),
    env: Mapping[str, str] | None = None,
    typed: str | None = None,
) -> Ended:
    """Run a command to its end; ``typed`` is typed at a terminal. A request too many fails the test."""
    ended, left = Ended(), list(answers)

    def respond(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content) if request.content else None
        url = request.url
        ended.asked.append(
            Asked(request.method, url.raw_path.decode().partition("?")[0], dict(url.params), body, request.headers)
        )
        if not left:
            raise AssertionError(f"nothing is written down for {ended.calls[-1]}")
        answer = left.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    at_terminal = Terminal if typed is not None else io.StringIO
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n"), at_terminal()
    ended.code = perform(
        argv,
        API if env is None else env,
        Screen(at_terminal(typed or ""), out, err, now=lambda: NOW),
        httpx.MockTransport(respond),
        ended.paused.append,
        lambda: sum(ended.paused),
    )
    out.flush()
    ended.out, ended.err = out.buffer.getvalue().decode(), err.getvalue()  # type: ignore[attr-defined]
    assert left == [], f"never asked for: {left}"
    return ended
