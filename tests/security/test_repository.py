"""Nothing secret is in the repository: detect-secrets reads every file that git knows."""

import hashlib
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path, PurePath

from detect_secrets.core.potential_secret import PotentialSecret
from detect_secrets.core.scan import scan_file
from detect_secrets.filters.heuristic import is_indirect_reference
from detect_secrets.settings import default_settings

ROOT = Path(__file__).parents[2]

# What looks like a secret and is none: file, the beginning of the text, and the reason.
KNOWN = {
    ("local/azurite/process.py", "Eby8vdM0"): "the emulator's own key, documented and the same everywhere",
    ("docs/eviction.md", "87dc06b2"): "the thumbprint of a certificate of the simulated tenant",
    ("tests/unit/respond/test_gate.py", "87dc06b2"): "the same thumbprint",
    ("tests/unit/respond/test_gate.py", "b3f1c0de"): "the digest of that certificate's public key",
    ("tests/unit/cli/test_cli_run.py", "BEGIN PR"): "the first line of a key file without a key",
    ("examples/transcript.md", "87dc06b2"): "the thumbprint of a certificate of the simulated tenant",
    ("tests/fixtures/rows/page.json", "Kp9sMV5I"): "fingerprints of made-up users, in a recorded row",
    ("tests/fixtures/rows/page.json", "eJytkMtK"): "made-up users, packed in a recorded row",
    ("tests/fixtures/rows/run.json", "fe6355ad"): "the row key of a made-up run",
    ("tests/fixtures/rows/sweep.json", "eJyVUrmO"): "a made-up sweep, packed in a recorded row",
    ("tests/fixtures/rows/sweep.json", "eJxNUMFK"): "a made-up sweep, packed in a recorded row",
    ("tests/unit/cli/test_cli_client.py", "secret"): "the word itself, in an address that is refused for it",
    ("tests/unit/cli/test_cli_run.py", "01234567"): "the digits in order, for a thumbprint",
    ("tests/unit/intake/test_accounts.py", "1003BFFD"): "a PUID, as Sentinel's own examples have it",
    ("tests/unit/intake/test_http_intake.py", "01234567"): "the digits in order, for a thumbprint",
    (
        "tests/unit/core/test_invariants.py",
        "01234567",
    ): "the digits in order, for an object id without dashes, in either case",
    ("tests/unit/core/test_message.py", "01234567"): "the digits in order, for a batch's digest",
}
# Digests of packages: thousands of them, each meant to be read by everybody.
DIGESTS = {"requirements.lock", "local/azurite/package-lock.json"}
ONCE = (".py", ".md")
# No comment in a line excuses it: the reasons stand above. Whether a line only refers to a secret is asked of the finds
# alone: asked of every line, it took a third of the scan's time.
LEFT_OUT = (
    "detect_secrets.filters.allowlist.is_line_allowlisted",
    "detect_secrets.filters.heuristic.is_indirect_reference",
)


def files(root: Path, work: Path) -> list[str]:
    """Return the files of the repository, also those not added yet; of unpacked sources, what git would not ignore."""
    git = [shutil.which("git") or "git"]
    if not (root / ".git").exists():
        subprocess.run([*git, "init", "--quiet", "--bare", str(work / "index.git")], check=True)
        git += [f"--git-dir={work / 'index.git'}", f"--work-tree={root}"]
    command = [*git, "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.splitlines() if name not in DIGESTS and (root / name).is_file()]


def found_in(names: list[str], folder: Path) -> set[tuple[str, str]]:
    """Return what looks like a secret, by file, clipped: a failure must not print one whole.

    The scan judges a line of Python or Markdown by itself, and takes 0.2 ms of a core for each. Two in five are blank
    or stand elsewhere too, so each is scanned once. Files of other kinds are scanned as they are.
    """
    found: set[tuple[str, str]] = set()
    with default_settings() as settings:
        settings.disable_filters(*LEFT_OUT)
        for kind in ONCE:
            lines = lines_of([name for name in names if PurePath(name).suffix == kind])
            merged = folder / f"lines{kind}"
            merged.write_text("\n".join(lines), encoding="utf-8")
            places = list(lines.items())
            for secret in scan_file(str(merged)):
                line, where = places[secret.line_number - 1]
                if not is_indirect_reference(line):
                    found |= {(name, _clipped(secret)) for name in where}
        for name in names:
            if PurePath(name).suffix not in ONCE:
                found |= {(name, _clipped(secret)) for secret in scan_file(str(ROOT / name))}
    return found


def lines_of(names: list[str]) -> dict[str, set[str]]:
    """Return each line, with the files in which it stands."""
    lines: dict[str, set[str]] = {}
    for name in names:
        for line in (ROOT / name).read_text(encoding="utf-8").split("\n"):
            if line.strip():
                lines.setdefault(line.strip(), set()).add(name)
    return lines


def _clipped(secret: PotentialSecret) -> str:
    return str(secret.secret_value)[:8]


def without_clean(names: list[str]) -> tuple[list[str], Path]:
    """Return the files whose bytes this version has not yet found clean, and where the clean ones are kept.

    The scan of everything takes ten seconds of a core. A file under whose name and bytes nothing was found
    is not scanned again; one with a find is, every time.
    """
    kept = ROOT / ".local" / f"no-secrets-{version('detect-secrets')}.txt"
    clean = set(kept.read_text(encoding="utf-8").splitlines()) if kept.exists() else set[str]()
    return [name for name in names if _mark(name) not in clean], kept


def _mark(name: str) -> str:
    return hashlib.sha256(name.encode() + b"\0" + (ROOT / name).read_bytes()).hexdigest()


def test_no_secret_is_in_the_repository(tmp_path: Path) -> None:
    """Every find is known and has its reason, and every reason still has its find."""
    every = files(ROOT, tmp_path)
    names, kept = without_clean(every)
    found = found_in(names, tmp_path)
    assert set(KNOWN) == found

    kept.parent.mkdir(exist_ok=True)
    clean = set(every) - {name for name, _ in found}
    kept.write_text("\n".join(sorted(map(_mark, clean))), encoding="utf-8")


def test_unpacked_sources_are_read_too(tmp_path: Path) -> None:
    """Without a checkout every file counts but what .gitignore names."""
    sources = tmp_path / "sources"
    (sources / "build").mkdir(parents=True)
    for name, text in ((".gitignore", "build/\n"), ("build/out.py", ""), ("app.py", "")):
        (sources / name).write_text(text, encoding="utf-8")

    assert [".gitignore", "app.py"] == sorted(files(sources, tmp_path))


def test_a_secret_would_be_found(tmp_path: Path) -> None:
    """The scan sees a storage key, a private key and a client secret put in a file."""
    planted = tmp_path / "settings.py"
    planted.write_text(
        f'AZURE = "AccountName=x;AccountKey={"lJzRc1YdHaAA2KCNJJ1tkYwF" * 3}+lJzRc1YdHaA4w=="\n'
        f'KEY = "-----BEGIN {"RSA"} PRIVATE KEY-----"\n'
        f'client_secret = "{"8Q~kzP3vWm" + "X9aTnR4bLc7"}"  # {"pragma: allowlist"} secret\n'
    )

    assert len(found_in([str(planted)], tmp_path)) >= 3
