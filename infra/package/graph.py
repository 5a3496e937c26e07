"""Which modules of a library the app can import, from the sources alone.

msgraph-sdk imports inside its functions: `groups.by_group_id(…)` loads the module of one group when it is called. So
an import inside a function counts where the app's sources name that function anywhere; no other function can run.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

type MayRun = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Module:
    """One source file under its import name."""

    name: str
    path: Path

    @property
    def package(self) -> str:
        """Return the package that relative imports start from."""
        if self.path.name == "__init__.py":
            return self.name
        return self.name.rpartition(".")[0]


def attributes(tree: ast.AST) -> set[str]:
    """Return every name that stands behind a dot: whatever the code may call on a library's object."""
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def imports(tree: ast.AST, package: str, may_run: MayRun) -> Iterator[str]:
    """Yield what the code imports, at its top and inside the functions that may run, by their names.

    `from a import b` yields `a` and `a.b`: either may be the module.
    """
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from _imported_from(node, package)
        elif isinstance(node, ast.If) and _for_types_only(node.test):
            yield from imports(ast.Module(node.orelse, []), package, may_run)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or may_run(node.name):
            yield from imports(node, package, may_run)


def _for_types_only(test: ast.expr) -> bool:
    return ast.unparse(test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def _imported_from(node: ast.ImportFrom, package: str) -> Iterator[str]:
    above: list[str] = []
    if node.level:  # one dot is the package itself, each further one the package above
        parts = package.split(".")
        above = parts[: len(parts) - node.level + 1]
    base = ".".join([*above, *filter(None, [node.module])])
    yield base
    yield from (f"{base}.{alias.name}" for alias in node.names)


def reached(starts: Iterable[str], library: Path, may_run: MayRun) -> dict[str, Module]:
    """Return the modules of one library that the starts lead to, the packages around them included."""
    found: dict[str, Module] = {}
    waiting, seen = set(starts), set[str]()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        if name.split(".")[0] == library.name:
            waiting.add(name.rpartition(".")[0])
            if module := _module(library, name):
                found[name] = module
                tree = ast.parse(module.path.read_text(encoding="utf-8"))
                waiting.update(imports(tree, module.package, may_run))
        waiting -= seen
    return found


def _module(library: Path, name: str) -> Module | None:
    """Return the module of that name; None for a folder without code, and for a name inside a module."""
    base = library.parent.joinpath(*name.split("."))
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return Module(name, path)
    return None
