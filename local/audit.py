"""Known vulnerabilities in what `requirements.lock` installs: a finding fails, an unreachable service is said aloud.

The lock holds the package's pins and the tools of development; the verdict tells the two apart.
pip-audit ends with "no known vulnerabilities" and status 0 also when it could look up nothing, so its report is read.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.package.lock import runtime_pins

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
# Without pip and without resolving: the lock holds every package already, with its version.
COMMAND = (
    *(sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--disable-pip", "--no-deps"),
    *("--format", "json", "--progress-spinner", "off", "--timeout", "10"),
)
PATIENCE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the audit came to."""

    findings: tuple[str, ...] = ()
    audited: int = 0
    deployed: int = 0
    unaudited: int = 0
    trouble: str = ""

    @property
    def lines(self) -> Sequence[str]:
        """Return what to print."""
        if self.trouble:
            return [f"!!! not audited: {self.trouble}"]
        lines = [*self.findings]
        if self.unaudited:
            lines.append(f"!!! not audited: {self.unaudited} packages, which the advisory service did not tell of")
        if self.audited:
            number = f"{self.audited} packages, {self.deployed} of them deployed"
            lines.append(f"audit: {number}, {len(self.findings)} known vulnerabilities")
        return lines


def main() -> int:
    """Audit, print, and fail on a finding."""
    verdict = audit()
    print("\n".join(verdict.lines))
    return 1 if verdict.findings else 0


def audit() -> Verdict:
    """Ask the advisory service about every locked package."""
    try:
        done = subprocess.run(COMMAND, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)  # noqa: S603  # ours
    except subprocess.TimeoutExpired:
        return Verdict(trouble=f"the advisory service did not answer within {PATIENCE_SECONDS} s")
    try:
        return read(json.loads(done.stdout), deployed())
    except ValueError:
        said = done.stderr.strip().splitlines() or [f"pip-audit ended with status {done.returncode} and said nothing"]
        return Verdict(trouble=said[-1])


def deployed() -> frozenset[str]:
    """Return the names of the packages that `make package` puts into the package, at these versions."""
    requirements = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    lock = LOCK.read_text(encoding="utf-8")
    return frozenset(pin.name for pin in runtime_pins(requirements, lock))


def read(report: Mapping[str, Any], in_package: AbstractSet[str]) -> Verdict:
    """Read pip-audit's report; what it skipped was not audited."""
    findings: list[str] = []
    audited = shipped = 0
    for package in report["dependencies"]:
        if "skip_reason" in package:
            continue
        audited += 1
        place = "a tool of development"
        if package["name"] in in_package:
            shipped += 1
            place = "deployed"
        findings += [_finding(package, found, place) for found in package["vulns"]]
    return Verdict(tuple(findings), audited, shipped, len(report["dependencies"]) - audited)


def _finding(package: Mapping[str, Any], found: Mapping[str, Any], place: str) -> str:
    fixed = ", ".join(found["fix_versions"]) or "nothing yet"
    return f"{package['name']} {package['version']} ({place}): {found['id']}, fixed in {fixed}"


if __name__ == "__main__":
    sys.exit(main())
