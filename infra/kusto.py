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
PATIENCE_SECONDS = 300
HOME = ROOT / ".local" / f"kusto-{VERSION}"

# The functions saved on the Sentinel workspace, in the order in which they call one another.
FUNCTIONS = ("RevokedUsers", "GraphUseAfterRevocation", "SignInsAfterRevocation", "ChangesAfterRevocation")

# What Bicep fills in, as it might; an empty string would not be noticed where a number is wanted.
TOKENS = {"{{users}}": "500", "{{approvalAbove}}": "1000", "{{writeRate}}": "20"}
TOKENS |= {"{{clientId}}": "a-client", "{{principalId}}": "a-principal"}

# One that must be refused, or the others' silence would mean nothing.
NAME_OF_PLANTED = "planted"
PLANTED = {NAME_OF_PLANTED: "AppTraces | where Mesage startswith 'run_accepted '"}


def main() -> int:
    """Say what is not understood; return the exit status."""
    node = _tool("node")
    if node is None:
        print("!! NOT PARSED: no Node here; the queries are only compared with the code.")
        return 0
    # One process for both: the language service takes two seconds of a core to load.
    said = complaints(node, queries() | PLANTED)
    problems = [line for line in said if not line.startswith(f"{NAME_OF_PLANTED}: ")]
    if problems == said:
        problems.append("The language service takes a column that does not exist: it checked nothing.")
    for problem in problems:
        print(problem)
    print(f"kusto: {len(problems)} problem(s) in {len(queries())} queries")
    return min(len(problems), 1)


def queries() -> dict[str, str]:
    """Return every query that is deployed, by name, filled in."""
    found: dict[str, str] = {}
    for path in sorted((INFRA / "queries").glob("*.kql")):
        found[path.name] = filled(path.read_text(encoding="utf-8"))
    declared = 'let run = "";\n'
    for name in FUNCTIONS:
        text = (INFRA / "queries" / "last-hour" / f"{name}.kql").read_text(encoding="utf-8")
        found[name] = declared + text
        declared += f'let {name} = (run: string = "") {{\n{text}}};\n'
    for page in ("workbook.json", "workbook-last-hour.json"):
        for item in json.loads((INFRA / page).read_text(encoding="utf-8"))["items"]:
            if "query" in item["content"]:
                found[item["name"]] = declared + filled(item["content"]["query"])
    return found


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
        result = _run(command)
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
        _run([*command, f"{PACKAGE}@{VERSION}"]).check_returncode()
    return folder


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, check=False, text=True, timeout=PATIENCE_SECONDS)  # noqa: S603 - ours


def _tool(name: str) -> str | None:
    """Return a tool of Node's: the checkout's own, else the one on the PATH."""
    own = Path(sys.executable).parent / name
    if own.exists():
        return str(own)
    return shutil.which(name)


if __name__ == "__main__":
    sys.exit(main())
