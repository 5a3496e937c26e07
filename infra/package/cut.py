"""Leave out what the app can never import.

Only msgraph-sdk is cut: of 18,431 files and 171 MB installed, 16,744 and 130 MB are its own, and the app uses its
request builders alone. The others are kept whole: they are small, and may import by name.
"""

import ast
import csv
import shutil
from pathlib import Path

from infra.package.errors import PackageError
from infra.package.graph import attributes, imports, reached

LIBRARY = "msgraph"


def leave_out(site: Path, app: Path) -> None:
    """Delete from the installed packages what the app's sources cannot reach, and what no app imports."""
    kept = needed(site / LIBRARY, app)
    for path in (site / LIBRARY).rglob("*"):
        if path.is_file() and path not in kept:
            path.unlink()
    # Commands, which carry the path of this machine's Python; and uv's lock on the folder.
    shutil.rmtree(site / "bin", ignore_errors=True)
    (site / ".lock").unlink(missing_ok=True)
    for record in site.glob("*.dist-info/RECORD"):
        _drop_missing(record, site)


def needed(library: Path, app: Path) -> set[Path]:
    """Return the files of the library that the app can import.

    Raises PackageError when there are none: then this reading has missed an import, and would have cut everything.
    """
    named, starts = set[str](), set[str]()
    for path in app.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named |= attributes(tree)
        starts.update(imports(tree, "", lambda _: True))
    # Double-underscored functions are called by syntax: making an object, `with`, operators.
    found = reached(starts, library, lambda name: name in named or name.startswith("__"))
    if not found:
        raise PackageError(f"{app} imports nothing of {library.name}: if it should, mend infra/package/graph.py.")
    return {module.path for module in found.values()}


def _drop_missing(record: Path, site: Path) -> None:
    """Keep in a distribution's list of files the ones that are still there, so that the list stays true."""
    with record.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if (site / row[0]).exists()]
    with record.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(sorted(rows))
