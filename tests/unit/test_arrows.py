"""Dependencies run one way: every module of the package has its place, and imports only what stands before it."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = {
    ".".join(path.relative_to(ROOT / "revoker").with_suffix("").parts): path
    for path in (ROOT / "revoker").rglob("*.py")
    if path.name != "__init__.py"
}

# From what knows nothing to what knows all; a new module is given its place here before it can be merged.
ORDER = [
    "version",
    "errors", "log", "schedule", "outcome", "sighting", "request", "answer", "pacing", "batch", "mark", "rules",
    "plan", "page_plan", "message", "run", "status", "warning", "report", "source", "walk", "federation",
    "permission", "contract", "sweep_request", "sweep_run", "sweep", "sweep_status", "ports",
    "respond.policy", "respond.crowd", "respond.lookup", "respond.protect", "respond.finish", "respond.slots",
    "respond.wait", "respond.growth",
    "respond.gate", "respond.scope", "respond.start", "respond.accept", "respond.cancel", "respond.approve",
    "respond.retry", "respond.listing", "respond.page", "respond.look", "respond.turn", "respond.recheck",
    "respond.read_back", "respond.revoke",
    "respond.verify", "respond.resume", "respond.bury", "respond.heal", "respond.preflight", "respond.read",
    "respond.declare", "respond.tick", "respond.sweep",
    "adapters.clock", "adapters.identity", "adapters.reply", "adapters.graph_line", "adapters.graph",
    "adapters.listing", "adapters.questions", "adapters.reader", "adapters.holders", "adapters.certificates",
    "adapters.tenant",
    "adapters.sentences", "adapters.rows", "adapters.table", "adapters.shared",
    "adapters.page_rows", "adapters.claims", "adapters.ledger", "adapters.walks", "adapters.outbox",
    "adapters.wish_rows", "adapters.sweep_rows", "adapters.sweeps",
    "intake.fields", "intake.http", "intake.sweep", "intake.sweep_settings",
    "settings",
    "intake.call", "intake.query", "intake.entities", "intake.accounts", "intake.shapes",
    "intake.caller", "intake.sentinel",
    "boundary", "wiring", "api",
    "api_sweeps",
]  # fmt: skip

# The operator's command stands beside the app: a client, which knows its words, and whom nothing of the app knows.
WORDS = ["outcome", "request", "run", "report", "federation"]
CLIENT = [
    "cli.ending", "cli.run_body", "cli.access", "cli.problem", "cli.client", "cli.screen", "cli.wording",
    "cli.readiness", "cli.waiting", "cli.running", "cli.reading", "cli.sweeping", "cli.arguments", "cli.__main__",
]  # fmt: skip

# Standing later gives no right to know everything before: rooms that must not know each other.
STRANGERS = {"adapters": ("respond",), "intake": ("respond", "adapters"), "respond": ("intake", "adapters", "settings")}

# Optional, and imported where it is used.
MAY_SIGN_IN = {"cli.access": ("azure.identity", "azure.core.exceptions")}


def imports_of(source: str, package: str) -> Iterator[str]:
    """Yield what a module imports, wherever in it: ``from a import b`` names ``a.b`` if that is a module of ours."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                inner = f"{origin}.{alias.name}"
                yield inner if inner.removeprefix("revoker.") in MODULES or origin in {"revoker", "azure"} else origin


def breaches(module: str, source: str) -> list[str]:
    """Return the imports that a module may not have."""
    package = ".".join(["revoker", *module.split(".")[:-1]])
    return [name for name in imports_of(source, package) if not may(module, name)]


def may(module: str, name: str) -> bool:
    """Tell whether a module may import a name."""
    room, top = module.partition(".")[0], name.partition(".")[0]
    if top == "revoker":
        ours = name.removeprefix("revoker.")
        if room == "cli":
            return ours in WORDS or ours in CLIENT[: CLIENT.index(module)]
        return ours in ORDER[: ORDER.index(module)] and ours.partition(".")[0] not in STRANGERS.get(room, ())
    if name.startswith("azure.functions"):
        return False
    if room == "cli":
        return top in {*sys.stdlib_module_names, "httpx"} or name in MAY_SIGN_IN.get(module, ())
    return top in sys.stdlib_module_names or room in {"adapters", "wiring"}


def test_every_module_has_its_place() -> None:
    """A module without a place in the order is not built on."""
    assert sorted(MODULES) == sorted([*ORDER, *CLIENT])


@pytest.mark.parametrize("module", [*ORDER, *CLIENT])
def test_imports_point_back(module: str) -> None:
    """A module imports what stands before it; outside adapters, wiring and the command, only the standard library."""
    assert breaches(module, MODULES[module].read_text()) == []


def test_packages_hold_no_code() -> None:
    """A package's own file is its map, so that importing one module brings no other along."""
    bodies = [ast.parse(path.read_text()).body for path in (ROOT / "revoker").rglob("__init__.py")]

    assert all(isinstance(node, ast.Expr) for body in bodies for node in body)


def test_the_triggers_only_translate() -> None:
    """function_app knows azure.functions, the standard library and us, and nothing else of Azure or Graph."""
    names = set(imports_of((ROOT / "function_app.py").read_text(), ""))
    others = {name for name in names if name.split(".")[0] not in {*sys.stdlib_module_names, "revoker"}}

    assert others == {"azure.functions"}
    assert not {name for name in names if name.startswith(("revoker.adapters", "revoker.cli"))}


@pytest.mark.parametrize(
    ("module", "planted", "caught"),
    [
        ("plan", "import revoker.wiring", ["revoker.wiring"]),
        ("plan", "import revoker.settings as s", ["revoker.settings"]),
        ("plan", "import revoker", ["revoker"]),
        ("plan", "import os, revoker.api", ["revoker.api"]),
        ("plan", "from revoker import wiring", ["revoker.wiring"]),
        ("plan", "from revoker import batch, wiring", ["revoker.wiring"]),
        ("plan", "from revoker.respond import start", ["revoker.respond.start"]),
        ("plan", "from revoker.respond.start import start", ["revoker.respond.start"]),
        ("plan", "from revoker import respond", ["revoker.respond"]),
        ("plan", "from . import wiring", ["revoker.wiring"]),
        ("plan", "from .respond import start", ["revoker.respond.start"]),
        ("plan", "from .plan import Plan", ["revoker.plan"]),
        ("respond.start", "from .revoke import revoke", ["revoker.respond.revoke"]),
        ("respond.start", "from . import revoke", ["revoker.respond.revoke"]),
        ("respond.start", "from .. import wiring", ["revoker.wiring"]),
        ("respond.start", "from ..adapters import ledger", ["revoker.adapters.ledger"]),
        ("plan", "def f():\n    import httpx", ["httpx"]),
        ("plan", "def f():\n    from revoker.wiring import build", ["revoker.wiring"]),
        ("plan", "class A:\n    try:\n        import azure.identity\n    except ImportError: ...", ["azure.identity"]),
        ("plan", "if TYPE_CHECKING:\n    from azure.storage.queue import QueueClient", ["azure.storage.queue"]),
        ("plan", "if TYPE_CHECKING:\n    from revoker.wiring import App", ["revoker.wiring"]),
        ("plan", "from azure import functions", ["azure.functions"]),
        ("adapters.ledger", "from azure import functions", ["azure.functions"]),
        ("wiring", "def f():\n    import azure.functions", ["azure.functions"]),
        ("adapters.ledger", "import azure.functions as func", ["azure.functions"]),
        ("adapters.ledger", "from revoker.respond.policy import Tools", ["revoker.respond.policy"]),
        ("adapters.ledger", "from azure.data.tables.aio import TableClient", []),
        ("intake.http", "from revoker.respond.start import start", ["revoker.respond.start"]),
        ("wiring", "if TYPE_CHECKING:\n    from azure.identity.aio import ManagedIdentityCredential", []),
        ("plan", "import json\nfrom collections.abc import Mapping\nfrom revoker.batch import Batch", []),
        ("api", "from revoker.cli.screen import Screen", ["revoker.cli.screen"]),
        ("cli.client", "import httpx\nfrom revoker.run import State\nfrom revoker.cli import ending", []),
        ("cli.client", "from revoker.cli.running import run", ["revoker.cli.running"]),
        ("cli.client", "from revoker import settings, ports", ["revoker.settings", "revoker.ports"]),
        ("cli.client", "import aiohttp, azure.identity", ["aiohttp", "azure.identity"]),
        ("cli.access", "def f():\n    from azure.identity import DefaultAzureCredential", []),
        ("api", "from revoker import contract\nfrom revoker.respond import read", []),
    ],
)
def test_a_planted_import_is_caught(module: str, planted: str, caught: list[str]) -> None:
    """Each way to import what one must not is seen, and what one may is not."""
    assert caught == breaches(module, planted)
