"""Check what is deployed: compile, lint and format every Bicep file, compare the kept template, run checkov on it.

`python -m infra.check` checks; `--write` compiles the kept template anew; `--quick` leaves checkov out.
Needs only the standard library, so that it runs wherever Python does.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

INFRA = Path(__file__).resolve().parent
ROOT = INFRA.parent
KEPT = INFRA / "azuredeploy.json"
PATTERNS = ("./**/*.bicep", "./**/*.bicepparam")
CHECKOV = "3.3.30"
CHECKOV_HOME = ROOT / ".local" / f"checkov-{CHECKOV}"

# Every finding of checkov that we do not follow, and why.
SKIPPED = {
    "CKV_AZURE_13": "false alarm on the settings child: authsettingsV2 is a child of its own",
    "CKV_AZURE_17": "callers prove themselves by an Entra token; a client certificate would be one more secret",
    "CKV_AZURE_35": "without a private network the storage firewall would shut the app out; privateNetwork closes it",
    "CKV_AZURE_36": "nothing of Microsoft's needs the ledger: no bypass is stricter than the one asked for",
    "CKV_AZURE_43": "the account's name is computed, which the rule cannot read",
    "CKV_AZURE_63": "false alarm on the settings child: it has no log settings",
    "CKV_AZURE_65": "false alarm on the settings child: it has no log settings",
    "CKV_AZURE_66": "false alarm on the settings child: it has no log settings",
    "CKV_AZURE_80": "false alarm: for .NET",
    "CKV_AZURE_88": "false alarm: nothing is mounted",
    "CKV_AZURE_206": "how many copies is a parameter, zones by default",
    "CKV_AZURE_212": "instances come with the work; always ready ones are a parameter",
    "CKV_AZURE_213": "health checks are not of Flex Consumption; GET /api/health is for monitors",
    "CKV_AZURE_222": "Sentinel's playbooks and responders call from outside; every caller needs a token and a role",
    "CKV_AZURE_225": "Flex Consumption spreads over zones only with two always ready instances a function",
}


def main() -> int:
    """Run the checks; return how many failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="compile the kept template anew")
    parser.add_argument("--quick", action="store_true", help="leave checkov out")
    options = parser.parse_args()
    bicep = compiler()
    if bicep is None:
        sys.stdout.write("!! NOT COMPILED: no Bicep compiler here; only the kept template is checked.\n")
    elif options.write:
        fresh = compiled(INFRA / "main.bicep")
        KEPT.write_text(fresh if fresh.endswith("\n") else f"{fresh}\n", encoding="utf-8")
    problems = [*(complaints() if bicep else ()), *(stale() if bicep else ())]
    if not options.quick:
        problems += findings()
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    sys.stdout.write(f"infra: {len(problems)} problem(s) in {len(sources())} files\n")
    return min(len(problems), 1)


def compiler() -> str | None:
    """Return the Bicep compiler: the one kept beside the checkout, else the one on the PATH."""
    beside = ROOT.parent / "shared" / "tools" / "bicep"
    return str(beside) if beside.exists() else shutil.which("bicep")


def sources(folder: Path = INFRA) -> list[Path]:
    """Return every Bicep file."""
    return sorted([*folder.rglob("*.bicep"), *folder.rglob("*.bicepparam")])


def run(*arguments: str, folder: Path = INFRA) -> subprocess.CompletedProcess[str]:
    """Run the compiler; parameter files read one variable that has no default."""
    environment = {**os.environ, "RESPONDER_API_CLIENT_ID": "00000000-0000-0000-0000-000000000000"}
    command = [compiler() or "bicep", *arguments]
    return subprocess.run(  # noqa: S603 - ours
        command, capture_output=True, check=False, text=True, env=environment, cwd=folder
    )


def compiled(source: Path) -> str:
    """Return the template that a file compiles to, or raise RuntimeError with the compiler's words."""
    result = run("build-params" if source.suffix == ".bicepparam" else "build", str(source), "--stdout")
    if result.returncode:
        raise RuntimeError(result.stderr)
    return result.stdout


def complaints(folder: Path = INFRA) -> Iterator[str]:
    """Yield what the compiler says. A misspelt property is a warning, and exits 0: any word is a failure."""
    for pattern in PATTERNS:
        result = run("lint", "--pattern", pattern, folder=folder)
        said = result.stdout + result.stderr
        yield from filter(None, map(str.strip, said.splitlines()))
        if result.returncode and not said.strip():
            yield f"{pattern}: lint exited {result.returncode}"
    with tempfile.TemporaryDirectory() as place:
        copy = Path(shutil.copytree(folder, Path(place) / "infra"))
        for pattern in PATTERNS:
            run("format", "--pattern", pattern, folder=copy)
        for source in sources(folder):
            if (copy / source.relative_to(folder)).read_bytes() != source.read_bytes():
                yield f"{source.relative_to(folder)}: not formatted (bicep format {source})"


def stale() -> Iterator[str]:
    """Yield a sentence when the kept template is not what the sources compile to."""
    try:
        fresh = compiled(INFRA / "main.bicep")
    except RuntimeError:
        return  # the compiler has already said why
    if without_generator(json.loads(fresh)) != without_generator(json.loads(KEPT.read_text(encoding="utf-8"))):
        yield f"{KEPT.relative_to(ROOT)}: not what main.bicep compiles to (python -m infra.check --write)"


def without_generator(template: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a template without what names the compiler."""
    if isinstance(template, dict):
        return {key: without_generator(value) for key, value in template.items() if key != "_generator"}
    return [without_generator(item) for item in template] if isinstance(template, list) else template


def findings() -> Iterator[str]:
    """Yield what checkov finds in the kept template, and say so when it could not read it: it exits 0 then."""
    checkov = _checkov()
    with tempfile.TemporaryDirectory() as folder:
        count = flatten(json.loads(KEPT.read_text(encoding="utf-8")), Path(folder))
        command = [checkov, "-d", folder, "--framework", "arm", "--skip-download", "--compact", "-o", "json"]
        result = subprocess.run(command, capture_output=True, check=False, text=True)  # noqa: S603 - ours
    try:
        report = json.loads(result.stdout)
        summary, failed = report["summary"], report["results"]["failed_checks"]
    except (ValueError, KeyError, TypeError):
        yield f"checkov said nothing to be read: {(result.stdout + result.stderr)[-2000:]}"
        return
    if summary["parsing_errors"] or summary["resource_count"] < count:
        errors = summary["parsing_errors"]
        yield f"checkov read {summary['resource_count']} of {count} resources, with {errors} parsing errors"
    found = {finding["check_id"] for finding in failed}
    for finding in failed:
        if finding["check_id"] not in SKIPPED:
            yield f"{finding['check_id']} {finding['check_name']}: {finding['resource']}"
    for unneeded in sorted(set(SKIPPED) - found):
        yield f"{unneeded} is skipped in infra/check.py and checkov does not find it: remove the line"


def flatten(template: dict[str, Any], folder: Path, name: str = "main") -> int:
    """Write each nested template as a file that checkov reads, and return how many resources there are.

    checkov knows resources as a list, and looks into no nested deployment.
    """
    resources = template["resources"]
    listed = list(resources.values()) if isinstance(resources, dict) else resources
    real = [item for item in listed if not item.get("existing")]
    plain = [item for item in real if item["type"] != "Microsoft.Resources/deployments"]
    path = folder / f"{name}.json"
    path.write_text(json.dumps({**template, "resources": plain, "languageVersion": "1.0"}), encoding="utf-8")
    nested = [item for item in real if item["type"] == "Microsoft.Resources/deployments"]
    return len(plain) + sum(
        flatten(item["properties"]["template"], folder, f"{name}-{number}") for number, item in enumerate(nested)
    )


def _checkov() -> str:
    """Return checkov, put into a virtual environment of its own: it pins what the app must not be held to."""
    folder = CHECKOV_HOME / ("Scripts" if os.name == "nt" else "bin")
    if not (folder / "checkov").exists():
        sys.stdout.write(f"installing checkov {CHECKOV} into {CHECKOV_HOME.relative_to(ROOT)} ...\n")
        sys.stdout.flush()
        venv.create(CHECKOV_HOME, with_pip=True, clear=True)
        install = [str(folder / "python"), "-m", "pip", "install", "--quiet", f"checkov=={CHECKOV}"]
        subprocess.run(install, check=True, capture_output=True)  # noqa: S603 - ours
    return str(folder / "checkov")


if __name__ == "__main__":
    sys.exit(main())
