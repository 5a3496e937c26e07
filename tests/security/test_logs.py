"""Logs are read by many and kept for long: object ids, counts and reasons, and nothing else of anybody's."""

import ast
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import azure.functions as func
import pytest
from support.company import ALICE, BEN, BREAKGLASS, GUEST
from support.in_process import EVERY_ROLE, OPERATIONS, Front

import function_app
from revoker.core.errors import PoisonError

ROOT = Path(__file__).parents[2]
PEOPLE = [user.user_principal_name for user in (ALICE, BEN, GUEST, BREAKGLASS)]
MARKED = {
    "principal": EVERY_ROLE,
    "token": "eyJhbGciOiJub25lIn0.bWFya2Vk.c2lnbmVk",
    "key": "marked-idempotency-key",
    "reason": "marked reason of the run",
    "title": "marked title of the incident",
    "caller": "Rita Responder",
    "poison": "marked-poison",
    "stranger": "marked-stranger@contoso.com",
}
HEADERS = {**Front.headers(), "authorization": f"Bearer {MARKED['token']}", "idempotency-key": MARKED["key"]}
BODIES = {
    "start_run": {
        "users": [*PEOPLE, MARKED["stranger"]],
        "reason": MARKED["reason"],
        "incident": {"title": MARKED["title"]},
    },
    "sentinel": {"alertDisplayName": MARKED["title"], "Entities": [{"Type": "account", "Name": PEOPLE[0]}]},
}


@pytest.fixture(autouse=True)
def everything(caplog: pytest.LogCaptureFixture) -> None:
    """Let every logger say all it has to say."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="revoker")


def clean(text: str) -> list[str]:
    """Return which marked texts, and whose names, stand in a log."""
    return [name for name in (*MARKED.values(), *PEOPLE) if name.lower() in text.lower()]


async def test_no_route_logs_what_it_was_sent(caplog: pytest.LogCaptureFixture) -> None:
    """Accepted, refused, delivered, reported, cancelled, retried: no header, body or name is in a line."""
    front = Front()
    started = await front.ask("start_run", headers=HEADERS, body=json.dumps(BODIES["start_run"]).encode())
    run = {"id": started.json["runId"]}
    for operation in sorted(OPERATIONS):
        for body in (json.dumps(BODIES.get(operation, {})).encode(), b"{" + MARKED["poison"].encode()):
            await front.ask(operation, params=run, headers=HEADERS, body=body)
            await front.world.step()
    await front.ask("unknown", headers=HEADERS, method="PUT", path=f"/runs/{MARKED['stranger']}")

    assert 202 == started.status
    assert "run_accepted" in caplog.text
    assert "request_refused" in caplog.text
    assert [] == clean(caplog.text)


POISON = [
    MARKED["poison"].encode(),
    json.dumps({"v": 1, MARKED["poison"]: 1}).encode(),
    json.dumps({"v": 1, "run": MARKED["poison"], "batch": "b", "attempt": 0}).encode(),
    json.dumps({"v": MARKED["poison"]}).encode(),
    MARKED["poison"].encode() + b"\xff",
]


@pytest.mark.parametrize("body", POISON, ids=range(len(POISON)))
async def test_poison_is_kept_and_not_logged(body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """A message that nobody understands is kept whole in the ledger; the log has its size, and no trace of its text."""
    front = Front()
    with front.installed():
        await function_app.poison_bulk(func.QueueMessage(body=body))
        with pytest.raises(PoisonError) as raised:
            await function_app.revoke_bulk(func.QueueMessage(body=body))
        logging.getLogger("host").error("raised", exc_info=raised.value)

    assert [body] == [kept for _, kept in front.world.ledger.poison]
    assert "message_abandoned" in caplog.text
    assert [] == clean(caplog.text)


async def test_what_storage_says_of_a_row_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    """An unforeseen failure is a 500 whose answer says nothing of it, and whose line names none of the request."""
    front = Front()
    front.world.ledger.open_run = fails
    answer = await front.ask("start_run", headers=HEADERS, body=json.dumps(BODIES["start_run"]).encode())

    assert 500 == answer.status
    assert [] == clean(answer.body.decode())
    assert [] == clean(caplog.text)
    assert answer.json["correlationId"] in caplog.text


async def fails(*_arguments: object) -> None:
    """Fail as storage does, in a way that nobody foresaw."""
    raise LookupError("PropertyValueTooLarge")


def calls_of_the_log() -> Iterator[tuple[str, ast.Call]]:
    """Yield every call of the log in the package, with where it stands."""
    for path in sorted((ROOT / "revoker").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"log.event", "log.failure"}:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def test_an_event_has_a_constant_name() -> None:
    """Alerts look for names, and a name that is made up as it goes may hold anything."""
    calls = list(calls_of_the_log())

    assert calls
    assert [] == [
        where
        for where, call in calls
        if len(call.args) != 1 or not isinstance(call.args[0], ast.Constant) or not str(call.args[0].value).islower()
    ]


def test_nothing_is_logged_but_events() -> None:
    """The app has one way into the log: nobody prints or has a logger. The operator's command is for a screen."""
    texts = {
        path: path.read_text(encoding="utf-8") for path in (ROOT / "revoker").rglob("*.py") if "cli" not in path.parts
    }
    ways = [
        str(path.relative_to(ROOT))
        for path, text in texts.items()
        if any(isinstance(node, ast.Call) and ast.unparse(node.func) == "print" for node in ast.walk(ast.parse(text)))
        or (path.stem != "log" and "logging" in text and "getLogger" in text)
    ]

    assert [] == ways
