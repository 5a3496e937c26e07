"""What checkov finds in the kept template. Each finding that we do not follow stands here with its reason."""

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

from infra.bicep import KEPT, ROOT

CHECKOV = "3.3.30"
HOME = ROOT / ".local" / f"checkov-{CHECKOV}"
PATIENCE_SECONDS = 600
NESTED = "Microsoft.Resources/deployments"

type Json = dict[str, Any]

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
    "CKV_AZURE_78": "ftpsState is deprecated on Flex Consumption; the policy `ftp` refuses the password that FTP needs",
    "CKV_AZURE_80": "false alarm: for .NET",
    "CKV_AZURE_88": "false alarm: nothing is mounted",
    "CKV_AZURE_206": "how many copies is a parameter, zones by default",
    "CKV_AZURE_212": "instances come with the work; always ready ones are a parameter",
    "CKV_AZURE_213": "health checks are not of Flex Consumption; GET /api/health is for monitors",
    "CKV_AZURE_222": "Sentinel's playbooks and responders call from outside; every caller needs a token and a role",
    "CKV_AZURE_225": "Flex Consumption spreads over zones only with two always ready instances a function",
}


def findings() -> Iterator[str]:
    """Yield what must be mended; where checkov could not read everything, a sentence, since it exits 0 then."""
    with tempfile.TemporaryDirectory() as folder:
        count = flatten(json.loads(KEPT.read_text(encoding="utf-8")), Path(folder))
        command = [_checkov(), "-d", folder, "--framework", "arm", "--skip-download", "--compact", "-o", "json"]
        result = _run(command)
    try:
        report = json.loads(result.stdout)
        summary, failed = report["summary"], report["results"]["failed_checks"]
    except (ValueError, KeyError, TypeError):
        yield f"checkov said nothing to be read: {(result.stdout + result.stderr)[-2000:]}"
        return
    if summary["parsing_errors"] or summary["resource_count"] < count:
        errors = summary["parsing_errors"]
        yield f"checkov read {summary['resource_count']} of {count} resources, with {errors} parsing errors"
    yield from _judged(failed)


def _judged(failed: list[Json]) -> Iterator[str]:
    unneeded = set(SKIPPED)
    for finding in failed:
        unneeded.discard(finding["check_id"])
        if finding["check_id"] not in SKIPPED:
            yield f"{finding['check_id']} {finding['check_name']}: {finding['resource']}"
    for name in sorted(unneeded):
        yield f"{name} is skipped in infra/scan.py and checkov does not find it: remove the line"


def flatten(template: Json, folder: Path, name: str = "main") -> int:
    """Write each nested template as a file that checkov reads, and return how many resources there are.

    checkov knows resources as a list, and looks into no nested deployment.
    """
    resources = template["resources"]
    if isinstance(resources, dict):
        resources = list(resources.values())
    plain: list[Json] = []
    count = 0
    for number, item in enumerate(resources):
        if item.get("existing"):
            continue
        if item["type"] == NESTED:
            count += flatten(item["properties"]["template"], folder, f"{name}-{number}")
        else:
            plain.append(item)
    file = folder / f"{name}.json"
    file.write_text(json.dumps({**template, "resources": plain, "languageVersion": "1.0"}), encoding="utf-8")
    return count + len(plain)


def _checkov() -> str:
    """Return checkov, put into a virtual environment of its own: it pins what the app must not be held to."""
    folder = HOME / ("Scripts" if os.name == "nt" else "bin")
    if not (folder / "checkov").exists():
        print(f"installing checkov {CHECKOV} into {HOME.relative_to(ROOT)} ...", flush=True)
        _install(str(folder / "python"), f"checkov=={CHECKOV}")
    return str(folder / "checkov")


def _install(python: str, package: str) -> None:
    """Make the environment. Set-up has brought uv, which needs a tenth of the time that pip spends on byte code."""
    uv = shutil.which("uv", path=str(Path(sys.executable).parent))
    venv.create(HOME, with_pip=uv is None, clear=True)
    installer = [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install"]
    _run([*installer, "--quiet", package]).check_returncode()


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, check=False, text=True, timeout=PATIENCE_SECONDS)  # noqa: S603 - ours
