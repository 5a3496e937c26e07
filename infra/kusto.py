"""Parse every query that is deployed with Kusto's own language service: names, columns, types, functions.

`python -m infra.kusto`; needs Node, and npm once to fetch the package. Nothing is asked of Azure, nothing is executed.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

INFRA = Path(__file__).resolve().parent
ROOT = INFRA.parent
PACKAGE = "@kusto/language-service-next"
VERSION = "12.4.1"
FUNCTIONS = INFRA / "queries" / "last-hour"
HOME = ROOT / ".local" / f"kusto-{VERSION}"

# What Bicep fills in, as it might; an empty string would not be noticed where a number is wanted.
TOKENS = {"{{users}}": "500", "{{approvalAbove}}": "1000", "{{writeRate}}": "20"}
TOKENS |= {"{{clientId}}": "a-client", "{{principalId}}": "a-principal"}

# One that must be refused, or the others' silence would mean nothing.
PLANTED = {"planted": "AppTraces | where Mesage startswith 'run_accepted '"}


def main() -> int:
    """Say what is not understood; return the exit status."""
    node = _tool("node")
    if node is None:
        sys.stdout.write("!! NOT PARSED: no Node here; the queries are only compared with the code.\n")
        return 0
    problems = complaints(node, queries())
    if not complaints(node, PLANTED):
        problems.append("The language service takes a column that does not exist: it checked nothing.")
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    sys.stdout.write(f"kusto: {len(problems)} problem(s) in {len(queries())} queries\n")
    return min(len(problems), 1)


def queries() -> dict[str, str]:
    """Return every query that is deployed, by name, filled in."""
    found = {path.name: path.read_text(encoding="utf-8") for path in sorted((INFRA / "queries").glob("*.kql"))}
    for path in sorted(FUNCTIONS.glob("*.kql")):
        found[path.name] = f'let run = "";\n{saved_functions(but=path.stem)}{path.read_text(encoding="utf-8")}'
    for page in ("workbook.json", "workbook-last-hour.json"):
        for item in json.loads((INFRA / page).read_text(encoding="utf-8"))["items"]:
            if "query" in item["content"]:
                found[item["name"]] = saved_functions() + item["content"]["query"]
    return {name: filled(query) for name, query in found.items()}


def saved_functions(but: str = "") -> str:
    """Return the saved functions as declarations, the ones that others call first; the workspace holds them by name."""
    names = sorted((path.stem for path in FUNCTIONS.glob("*.kql")), key=lambda name: (name != "RevokedUsers", name))
    texts = {name: (FUNCTIONS / f"{name}.kql").read_text(encoding="utf-8") for name in names if name != but}
    if but == "RevokedUsers":
        return ""
    return "".join(f'let {name} = (run: string = "") {{\n{text}}};\n' for name, text in texts.items())


def filled(query: str) -> str:
    """Return a query with its tokens replaced."""
    for token, value in TOKENS.items():
        query = query.replace(token, value)
    return query


def complaints(node: str, asked: dict[str, str]) -> list[str]:
    """Return what the language service says against queries."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "queries.json"
        file.write_text(json.dumps(asked), encoding="utf-8")
        command = [node, str(INFRA / "queries" / "parse.js"), str(_service()), str(file)]
        result = subprocess.run(command, capture_output=True, check=False, text=True)  # noqa: S603 - ours
    if result.returncode:
        return [f"The language service did not run: {result.stderr[-1000:]}"]
    return result.stdout.splitlines()


def _service() -> Path:
    """Return the package's folder; fetched once."""
    folder = HOME / "node_modules" / PACKAGE
    if not (folder / "package.json").exists():
        npm = _tool("npm") or "npm"
        command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(HOME)]
        HOME.mkdir(parents=True, exist_ok=True)
        subprocess.run([*command, f"{PACKAGE}@{VERSION}"], check=True, capture_output=True)  # noqa: S603 - ours
    return folder


def _tool(name: str) -> str | None:
    """Return a tool of Node's: the checkout's own, else the one on the PATH."""
    own = Path(sys.executable).parent / name
    return str(own) if own.exists() else shutil.which(name)


if __name__ == "__main__":
    sys.exit(main())
