"""Known vulnerabilities in what `requirements.lock` installs: a finding fails, an unreachable service is said aloud.

pip-audit ends with "no known vulnerabilities" and status 0 also when it could look up nothing, so its report is read.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
COMMAND = (
    *(
        sys.executable,
        "-m",
        "pip_audit",
        "--requirement",
        str(ROOT / "requirements.lock"),
        "--disable-pip",
        "--no-deps",
    ),
    *("--format", "json", "--progress-spinner", "off", "--timeout", "10"),
)
PATIENCE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the audit came to."""

    findings: tuple[str, ...] = ()
    audited: int = 0
    unaudited: int = 0
    trouble: str = ""

    @property
    def lines(self) -> Sequence[str]:
        """Return what to print."""
        if self.trouble:
            return [f"!!! not audited: {self.trouble}"]
        missed = [f"!!! not audited: {self.unaudited} packages, which the advisory service did not tell of"]
        told = [f"audit: {self.audited} packages, {len(self.findings)} known vulnerabilities"]
        return [*self.findings, *(missed if self.unaudited else []), *(told if self.audited else [])]


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
        return read(json.loads(done.stdout))
    except ValueError:
        said = done.stderr.strip().splitlines() or [f"pip-audit ended with status {done.returncode} and said nothing"]
        return Verdict(trouble=said[-1])


def read(report: Mapping[str, Any]) -> Verdict:
    """Read pip-audit's report; what it skipped was not audited."""
    packages = report["dependencies"]
    skipped = [package for package in packages if "skip_reason" in package]
    findings = [_finding(package, found) for package in packages for found in package.get("vulns", ())]
    return Verdict(tuple(findings), len(packages) - len(skipped), len(skipped))


def _finding(package: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    fixed = ", ".join(found["fix_versions"]) or "nothing yet"
    return f"{package['name']} {package['version']}: {found['id']}, fixed in {fixed}"


if __name__ == "__main__":
    sys.exit(main())
