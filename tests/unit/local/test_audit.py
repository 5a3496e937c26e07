"""What the dependency audit makes of pip-audit's report."""

import subprocess

import pytest

from local import audit

CLEAN = {"name": "yarl", "version": "1.25.1", "vulns": []}
SKIPPED = {"name": "six", "skip_reason": "not found"}
BAD = {"name": "old", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1", "2.0"], "aliases": []}]}
NOT_DEPLOYED = "audit: 1 packages, 0 of them deployed, 1 known vulnerabilities"
UNFIXED = {"name": "old", "version": "1.0", "vulns": [{"id": "PYSEC-2", "fix_versions": [], "aliases": []}]}


@pytest.mark.parametrize(
    ("packages", "status", "lines"),
    [
        ([CLEAN], 0, ["audit: 1 packages, 1 of them deployed, 0 known vulnerabilities"]),
        ([BAD], 1, ["old 1.0 (a tool of development): PYSEC-1, fixed in 1.1, 2.0", NOT_DEPLOYED]),
        ([UNFIXED], 1, ["old 1.0 (a tool of development): PYSEC-2, fixed in nothing yet", NOT_DEPLOYED]),
        ([SKIPPED], 0, ["!!! not audited: 1 packages, which the advisory service did not tell of"]),
        (
            [CLEAN, SKIPPED, BAD],
            1,
            [
                "old 1.0 (a tool of development): PYSEC-1, fixed in 1.1, 2.0",
                "!!! not audited: 1 packages, which the advisory service did not tell of",
                "audit: 2 packages, 1 of them deployed, 1 known vulnerabilities",
            ],
        ),
    ],
    ids=["clean", "finding", "unfixed", "unreachable", "in part"],
)
def test_a_finding_fails_and_silence_is_said_aloud(
    packages: list[object],
    status: int,
    lines: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whoever was not looked up is not clean: pip-audit alone would say "no known vulnerabilities"."""
    monkeypatch.setattr(audit, "audit", lambda: audit.read({"dependencies": packages}, {"yarl"}))

    assert status == audit.main()
    assert lines == capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("program", "trouble"),
    [
        ("import sys; sys.exit('no route to host')", "no route to host"),
        ("print('not json')", "pip-audit ended with status 0 and said nothing"),
        ("input()", "the advisory service did not answer within 0 s"),
    ],
)
def test_an_audit_that_fails_is_no_clean_one(program: str, trouble: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever keeps pip-audit from a report, the audit says that there was none."""
    monkeypatch.setattr(audit, "COMMAND", (*audit.COMMAND[:1], "-c", program))
    monkeypatch.setattr(audit, "PATIENCE_SECONDS", 0 if program == "input()" else 60)

    assert [f"!!! not audited: {trouble}"] == list(audit.audit().lines)


def test_the_command_is_pip_audit() -> None:
    """The command names a program that is installed."""
    done = subprocess.run([*audit.COMMAND[:3], "--version"], capture_output=True, text=True, check=True)

    assert done.stdout.startswith("pip-audit")


def test_what_is_deployed_is_told_apart() -> None:
    """The package's own pins are judged, at the versions that the lock names; a finding says where it is."""
    found = audit.read({"dependencies": [BAD]}, {"old"})

    assert ("old 1.0 (deployed): PYSEC-1, fixed in 1.1, 2.0",) == found.findings
    assert {"azure-identity", "msgraph-sdk"} < audit.deployed()
    assert "pytest" not in audit.deployed()
