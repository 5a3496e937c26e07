"""What of a library stays in the package: what the app can import, and nothing else."""

import ast
from pathlib import Path

import pytest

from infra.package.cut import LIBRARY, needed
from infra.package.errors import PackageError
from infra.package.graph import imports
from infra.package.layout import ROOT
from infra.package.lock import runtime_pins

SITE = Path(pytest.__file__).parents[1]
HTTP_VERBS = {"get", "post", "put", "patch", "delete"}

FILES = {
    "lib/__init__.py": "from .client import Client\n",
    "lib/client.py": """\
from __future__ import annotations
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from .types_only import Model
else:
    from .fallback import Model
try:
    from .guarded import x
except ImportError:
    x = None

class Client:
    def __enter__(self):
        from .entered import thing
    def groups(self):
        from .groups.builder import Builder
        return Builder()
    def never(self):
        from .never import Never
""",
    "lib/groups/builder.py": """\
from .. import shared
class Builder:
    def by_id(self):
        from .item import Item
""",
    "lib/groups/item.py": "",
    "lib/shared.py": "import lib.plain\n",
    "lib/plain.py": "",
    "lib/fallback.py": "",
    "lib/guarded.py": "",
    "lib/entered.py": "",
    "lib/types_only.py": "",
    "lib/never.py": "",
    "lib/unreached.py": "",
    "app/main.py": "def start():\n    from lib import Client\n    return Client().groups().by_id()\n",
    "app/other.py": "import json\n",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Write the made-up library and app."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_what_the_app_can_import_stays(tree: Path) -> None:
    """Imports at the top, inside functions that the app names, in branches; not those for type checkers."""
    found = {path.relative_to(tree / "lib").as_posix() for path in needed(tree / "lib", tree / "app")}

    kept = {"__init__.py", "client.py", "fallback.py", "guarded.py", "entered.py", "shared.py", "plain.py"}
    assert kept | {"groups/builder.py", "groups/item.py"} == found


def test_a_name_that_the_app_drops_takes_its_module_along(tree: Path) -> None:
    """The cut follows the sources: no list is kept by hand."""
    (tree / "app" / "main.py").write_text("from lib import Client\nClient().groups()\n", encoding="utf-8")

    names = {path.name for path in needed(tree / "lib", tree / "app")}
    assert {"builder.py"} == names & {"builder.py", "item.py"}


def test_an_app_without_the_library_is_an_error(tree: Path) -> None:
    """A reading that finds no import has missed one: nothing is cut on its word."""
    (tree / "app" / "main.py").write_text("", encoding="utf-8")

    with pytest.raises(PackageError, match="imports nothing of lib"):
        needed(tree / "lib", tree / "app")


def test_the_app_only_builds_requests_with_the_library() -> None:
    """A builder that sends by itself parses the answer with models, which load more by names the app never writes."""
    sending = []
    for path in (ROOT / "revoker").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not [name for name in imports(tree, "", _any) if name.split(".")[0] == LIBRARY]:
            continue
        for node in ast.walk(tree):
            called = node.value.func if isinstance(node, ast.Await) and isinstance(node.value, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr in HTTP_VERBS:
                sending.append(f"{path.name}:{node.lineno}")

    assert [] == sending


def test_no_other_package_imports_the_library() -> None:
    """The app is the library's only user, so that the app's sources decide."""
    pins = runtime_pins(*((ROOT / f"requirements.{kind}").read_text(encoding="utf-8") for kind in ("txt", "lock")))
    folders = {pin.name.replace("microsoft-", "").replace("-", "_") for pin in pins} | {"azure"}
    users = []
    for folder in sorted(folders - {"msgraph_sdk"}):
        for path in (SITE / folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            if LIBRARY in text and LIBRARY in {name.split(".")[0] for name in imports(ast.parse(text), "", _any)}:
                users.append(path.name)

    assert [] == users


def _any(_name: str) -> bool:
    return True
