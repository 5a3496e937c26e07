"""The app in the real worker library: what Azure would index is what the contract and the queues say."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from local.host.routes import Route, RouteTable, order
from revoker.core.message import Queue

ROOT = Path(__file__).parents[2]
CONTRACT = json.loads((ROOT / "revoker" / "web" / "openapi.json").read_bytes())
# One app per process: the library keeps module state.
PROGRAM = """
import asyncio, json, pathlib
from local.host import library
functions = asyncio.run(library.load(pathlib.Path.cwd()))
print(json.dumps({function.name: dict(function.trigger) for function in functions}))
"""


@pytest.fixture(scope="module")
def triggers() -> dict[str, dict[str, object]]:
    """Return every function's trigger, as the worker indexed it."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_routes_are_those_of_the_contract(triggers: dict[str, dict[str, object]]) -> None:
    """Each operation of the contract is a function of its name, and only the catch-all is not in it."""
    declared = {
        name: (f"/{trigger['route']}", sorted(str(method).lower() for method in trigger["methods"]))  # type: ignore[attr-defined]
        for name, trigger in triggers.items()
        if trigger["type"] == "httpTrigger"
    }
    path, methods = declared.pop("unknown")
    operations = {
        item["operationId"]: (path, [method])
        for path, entry in CONTRACT["paths"].items()
        for method, item in entry.items()
    }

    assert operations == declared
    assert ("/{*path}", 7) == (path, len(methods))


def test_the_catch_all_is_tried_last(triggers: dict[str, dict[str, object]]) -> None:
    """The host tries functions by name: one that sorted behind the catch-all would never be called."""
    names = [name for name, trigger in triggers.items() if trigger["type"] == "httpTrigger"]

    assert max(names, key=order) == "unknown"


def test_every_route_reaches_its_own_function(triggers: dict[str, dict[str, object]]) -> None:
    """No function whose name comes earlier takes another's path."""
    https = {name: trigger for name, trigger in triggers.items() if trigger["type"] == "httpTrigger"}
    table = RouteTable(Route.parse(name, str(trigger["route"]), trigger["methods"]) for name, trigger in https.items())  # type: ignore[arg-type]
    found = {}
    for name, trigger in https.items():
        method = str(trigger["methods"][0])  # type: ignore[index]
        path = str(trigger["route"]).replace("{id}", "some-id").replace("{*path}", "else/where")
        found[name] = table.match(method, f"/{path}")

    assert {name: name for name in https} == {name: match[0] for name, match in found.items() if match}


def test_the_platform_is_the_gate(triggers: dict[str, dict[str, object]]) -> None:
    """Function keys are off: App Service Authentication decides, and both on would answer 403."""
    levels = {trigger["authLevel"] for trigger in triggers.values() if trigger["type"] == "httpTrigger"}

    assert {"ANONYMOUS"} == levels


def test_every_queue_and_its_poison_has_a_listener(triggers: dict[str, dict[str, object]]) -> None:
    """Nothing sits unseen in a queue of ours."""
    listened = {
        (trigger["queueName"], trigger["connection"])
        for trigger in triggers.values()
        if trigger["type"] == "queueTrigger"
    }

    assert {(name, "AzureWebJobsStorage") for queue in Queue for name in (queue.value, queue.poison)} == listened
