"""Types of the SDK: mypy reads the modules that the app calls, and skips the rest of 16,700."""

import ast
import tomllib
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import msgraph

from infra.package.graph import attributes, imports, reached

ROOT = Path(__file__).parents[3]
GENERATED = "msgraph.generated."


def followed() -> list[str]:
    """Return the modules of the SDK that mypy reads, as pyproject.toml names them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    rules = project["tool"]["mypy"]["overrides"]
    return next(rule["module"] for rule in rules if rule.get("follow_imports") == "normal")


@cache
def called() -> frozenset[str]:
    """Return the SDK's builders of requests that the app's sources lead to."""
    named, starts = set[str](), set[str]()
    for path in (ROOT / "revoker").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named |= attributes(tree)
        starts.update(name for name in imports(tree, "", lambda _: True) if name.startswith(GENERATED))
    folders = {start.partition("_request_builder")[0].rpartition(".")[0] for start in starts}
    found = reached(starts, Path(msgraph.__file__).parent, lambda name: name in named)
    builders = {name for name in found if name.endswith("_request_builder")}
    return frozenset(name for name in builders if any(name.startswith(f"{folder}.") for folder in folders))


def test_mypy_reads_what_the_app_calls() -> None:
    """A builder that mypy skips would be of type Any, and a wrong call to it no error."""
    patterns = followed()

    assert not [name for name in sorted(called()) if not any(fnmatch(name, pattern) for pattern in patterns)]


def test_mypy_reads_no_more() -> None:
    """A builder that the app no longer calls leaves the list as well."""
    assert not [pattern for pattern in followed() if not any(fnmatch(name, pattern) for name in called())]
