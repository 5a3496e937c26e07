"""Dependencies run one way: each room of the package may import the rooms that its rule names, and nothing else."""

import ast
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MODULES = {
    ".".join(path.relative_to(ROOT / "revoker").with_suffix("").parts): path
    for path in (ROOT / "revoker").rglob("*.py")
    if path.name != "__init__.py"
}

# One rule a room: what it may import of ours, besides itself. A room not named here does not exist.
GROUND = ("core", "version", "views", "ports", "log", "respond")
RULES = {
    "core": (),
    "log": (),
    "version": (),
    "views": ("core", "version"),
    "views.evidence": ("core", "views", "version"),
    "page": ("views.evidence",),
    "ports": ("core",),
    "intake": ("core", "log"),
    "respond": ("core", "views", "ports", "log"),
    "respond.start": GROUND,
    "respond.scan": GROUND,
    "respond.revoke": GROUND,
    "respond.recover": (*GROUND, "respond.start", "respond.scan"),
    "respond.deliver": (*GROUND, "respond.scan", "respond.revoke", "respond.recover"),
    "respond.sweeps": (*GROUND, "respond.start"),
    "respond.show": (*GROUND, "respond.start", "views.evidence"),
    "adapters": ("core", "ports", "log"),
    "adapters.graph": ("core", "ports", "log"),
    "adapters.tables": ("core", "ports", "log"),
    "environment": ("core",),
    "clouds": ("core", "environment"),
    "settings": ("core", "intake", "environment", "clouds"),
    "app": ("ports", "settings", "respond", "views"),
    "composition": (
        *("core", "log", "app", "settings", "clouds", "respond"),
        *("adapters", "adapters.graph", "adapters.tables"),
    ),
    "wiring": ("core", "app", "settings", "composition"),
    "web": (
        *GROUND,
        "intake",
        "settings",
        "app",
        "wiring",
        "respond.start",
        "respond.sweeps",
        "respond.show",
        "views.evidence",
        "page",
    ),
    "cli": ("cli.typed", "cli.remote", "cli.shown"),
    "cli.typed": ("cli",),
    "cli.remote": ("cli", "cli.typed"),
    "cli.shown": ("cli", "cli.typed"),
    "cli.live": ("cli",),
    "cli.commands": ("cli", "cli.typed", "cli.remote", "cli.shown", "cli.live"),
}
# The operator's command is installed alone: of ours one module of it knows words, of others what it installs.
CLI_WORDS = ("version", "core.outcome", "core.meaning", "core.request", "core.run", "core.federation")
CLI_PACKAGES = ("httpx", "rich", "typer", "azure.identity", "azure.core.exceptions")
# Rooms that may import packages from outside the standard library.
THIRD_PARTY = ("adapters", "adapters.graph", "adapters.tables", "composition", "wiring", "page")


def room_of(module: str) -> str:
    """Return the room of a module, as in ``respond.start`` for ``respond.start.accept``."""
    room = module.rpartition(".")[0]
    return room or module


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
    room, top = room_of(module), name.partition(".")[0]
    if top == "revoker":
        ours = name.removeprefix("revoker.")
        if module == "cli.words" and ours in CLI_WORDS:
            return True
        return ours in MODULES and room_of(ours) in {room, *RULES[room]}
    if name.startswith("azure.functions"):
        return False
    if top in sys.stdlib_module_names:
        return True
    return name.startswith(CLI_PACKAGES) if room.startswith("cli") else room in THIRD_PARTY


def test_every_room_has_a_rule() -> None:
    """A room without a rule is not built on."""
    assert set(RULES) == {room_of(module) for module in MODULES}


def test_each_module_keeps_the_rule_of_its_room() -> None:
    """A module imports what its room may; outside adapters, wiring and the command, only the standard library."""
    found = {module: breaches(module, path.read_text()) for module, path in MODULES.items()}

    assert {} == {module: names for module, names in found.items() if names}


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Within a room, too, imports run one way: the sorter raises CycleError otherwise."""
    graph = {}
    for module, path in MODULES.items():
        package = ".".join(["revoker", *module.split(".")[:-1]])
        graph[module] = {name.removeprefix("revoker.") for name in imports_of(path.read_text(), package)} & set(MODULES)

    assert set(MODULES) == set(TopologicalSorter(graph).static_order())


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
        ("core.plan", "import revoker.wiring", ["revoker.wiring"]),
        ("core.plan", "import revoker.settings as s", ["revoker.settings"]),
        ("core.plan", "import revoker", ["revoker"]),
        ("core.plan", "import os, revoker.web.runs", ["revoker.web.runs"]),
        ("core.plan", "from revoker import wiring", ["revoker.wiring"]),
        ("core.plan", "from revoker.core import batch\nfrom revoker import wiring", ["revoker.wiring"]),
        ("core.plan", "from revoker.respond import cancel", ["revoker.respond.cancel"]),
        ("core.plan", "from revoker.respond.cancel import cancel", ["revoker.respond.cancel"]),
        ("core.plan", "from revoker import respond", ["revoker.respond"]),
        ("core.plan", "from .. import wiring", ["revoker.wiring"]),
        ("core.plan", "from ..respond import cancel", ["revoker.respond.cancel"]),
        ("core.plan", "from . import batch", []),
        ("core.plan", "def f():\n    import httpx", ["httpx"]),
        ("core.plan", "def f():\n    from revoker.wiring import build", ["revoker.wiring"]),
        (
            "core.plan",
            "class A:\n    try:\n        import azure.identity\n    except ImportError: ...",
            ["azure.identity"],
        ),
        ("core.plan", "if TYPE_CHECKING:\n    from azure.storage.queue import QueueClient", ["azure.storage.queue"]),
        ("core.plan", "if TYPE_CHECKING:\n    from revoker.wiring import App", ["revoker.wiring"]),
        ("core.plan", "from azure import functions", ["azure.functions"]),
        ("core.plan", "import json\nfrom collections.abc import Mapping\nfrom revoker.core.batch import Batch", []),
        ("views.status", "from revoker.core.run import Run", []),
        ("views.status", "from revoker.respond.cancel import cancel", ["revoker.respond.cancel"]),
        ("respond.revoke.attempt", "from revoker.respond.scan.move import move", ["revoker.respond.scan.move"]),
        ("respond.revoke.attempt", "from revoker.adapters.clock import SystemClock", ["revoker.adapters.clock"]),
        ("respond.revoke.attempt", "from ..scan import move", ["revoker.respond.scan.move"]),
        ("respond.revoke.attempt", "from ... import wiring", ["revoker.wiring"]),
        ("adapters.tables.ledger", "from revoker.adapters.graph import users", ["revoker.adapters.graph.users"]),
        ("adapters.graph.users", "from revoker.adapters.tables import scans", ["revoker.adapters.tables.scans"]),
        ("adapters.tables.ledger", "from azure import functions", ["azure.functions"]),
        ("adapters.tables.ledger", "import azure.functions as func", ["azure.functions"]),
        ("adapters.tables.ledger", "from revoker.respond.policy import Tools", ["revoker.respond.policy"]),
        ("adapters.tables.ledger", "from azure.data.tables.aio import TableClient", []),
        ("wiring", "def f():\n    import azure.functions", ["azure.functions"]),
        ("wiring", "if TYPE_CHECKING:\n    from azure.identity.aio import ManagedIdentityCredential", []),
        ("intake.http", "from revoker.respond.cancel import cancel", ["revoker.respond.cancel"]),
        ("web.runs", "from revoker.cli.ending import Exit", ["revoker.cli.ending"]),
        ("web.runs", "from revoker.web import contract\nfrom revoker.respond.show import runs", []),
        ("cli.words", "from revoker.core.run import State", []),
        ("cli.remote.client", "import httpx\nfrom revoker.cli import ending", []),
        ("cli.remote.client", "from revoker.core.run import State", ["revoker.core.run"]),
        (
            "cli.remote.client",
            "from revoker import settings\nfrom revoker.ports import page",
            ["revoker.settings", "revoker.ports.page"],
        ),
        ("cli.remote.client", "import aiohttp, azure.storage", ["aiohttp", "azure.storage"]),
        ("cli.remote.client", "from revoker.cli.shown import share", ["revoker.cli.shown.share"]),
        ("cli.remote.access", "def f():\n    from azure.identity import DefaultAzureCredential", []),
    ],
)
def test_a_planted_import_is_caught(module: str, planted: str, caught: list[str]) -> None:
    """Each way to import what one must not is seen, and what one may is not."""
    assert caught == breaches(module, planted)
