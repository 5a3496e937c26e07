"""The package itself, as it is deployed: what is in it, how large it is, and that it is made the same twice."""

import csv
import fcntl
import hashlib
import io
import json
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import cyclonedx.schema
import jsonschema
import pytest
from referencing import Registry, Resource

from infra.package import build
from infra.package.freshness import trouble
from infra.package.layout import BILL, LICENCES, LOCKED, ROOT, SITE, target
from infra.package.lock import read_lock, runtime_pins
from local.package import surroundings, unzipped

SCHEMAS = Path(cyclonedx.schema.__file__).parent / "_res"


@pytest.fixture(scope="session")
def package() -> Path:
    """Return the package of this checkout; one worker builds it where it is missing or old, the others wait."""
    (ROOT / ".local").mkdir(exist_ok=True)
    with (ROOT / ".local" / "package.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if trouble(target()):
            build.build(target())
    return target()


@pytest.fixture(scope="session")
def inside(package: Path) -> Iterator[zipfile.ZipFile]:
    """Open the package."""
    with zipfile.ZipFile(package) as archive:
        yield archive


def text(archive: zipfile.ZipFile, name: str) -> str:
    """Return a file of the package."""
    return archive.read(name).decode()


def test_it_holds_what_runs_and_nothing_else(inside: zipfile.ZipFile) -> None:
    """The app without the operator's command, its packages, the bill, the licences; no tests, no infra."""
    tops = {name.split("/")[0] for name in inside.namelist()}
    app = {name.split("/")[1] for name in inside.namelist() if name.startswith("revoker/")}

    expected = {"function_app.py", "host.json", "LICENSE", "revoker", ".python_packages", LOCKED, LICENCES, BILL}
    assert expected | {"__pycache__"} == tops
    assert "cli" not in app
    assert {"core", "respond", "web"} <= app


def test_it_can_write_the_evidence_page(inside: zipfile.ZipFile) -> None:
    """The page's template and style are in it, and the package that fills them in."""
    names = set(inside.namelist())

    assert {"revoker/page/evidence.html.jinja", "revoker/page/evidence.css"} <= names
    assert {f"{SITE}/jinja2/__init__.py", f"{SITE}/markupsafe/__init__.py"} <= names


def test_it_is_small(package: Path, inside: zipfile.ZipFile) -> None:
    """A small package starts sooner: at most 25 MB packed, 90 MB unpacked, 6,000 files."""
    entries = inside.infolist()

    assert package.stat().st_size <= 25_000_000
    assert sum(entry.file_size for entry in entries) <= 90_000_000
    assert len(entries) <= 6_000


def test_it_is_made_the_same_twice(package: Path, tmp_path: Path) -> None:
    """The same sources, the same bytes: an auditor can build it again and compare."""
    again = build.build(tmp_path / "again.zip")

    assert hashlib.sha256(package.read_bytes()).hexdigest() == hashlib.sha256(again.path.read_bytes()).hexdigest()


def test_its_versions_are_the_locks(inside: zipfile.ZipFile) -> None:
    """What is installed, what the bill says and what the lock says are one list."""
    sources = [(ROOT / f"requirements.{kind}").read_text(encoding="utf-8") for kind in ("txt", "lock")]
    pins = {(pin.name, pin.version) for pin in runtime_pins(*sources)}
    packed = {(pin.name, pin.version) for pin in read_lock(text(inside, LOCKED)).values()}
    bill = json.loads(text(inside, BILL))
    folders = {name.split("/")[3] for name in inside.namelist() if ".dist-info/" in name}

    assert pins == packed == {(part["name"], part["version"]) for part in bill["components"]}
    assert {(name.replace("-", "_"), version) for name, version in pins} == {
        tuple(folder.removesuffix(".dist-info").lower().split("-")) for folder in folders
    }


def test_its_lists_of_files_are_true(inside: zipfile.ZipFile) -> None:
    """Each distribution's RECORD names files that are there, the cut library's too."""
    names = set(inside.namelist())
    for record in [name for name in names if name.endswith(".dist-info/RECORD")]:
        rows = csv.reader(io.StringIO(text(inside, record)))
        assert not [row[0] for row in rows if f"{SITE}/{row[0]}" not in names], record


def test_its_bill_is_cyclonedx(inside: zipfile.ZipFile) -> None:
    """It is valid by the published schema, each part has a licence, and the app leads to every part."""
    registry: Registry = Registry()
    for file in ("spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json"):
        other = Resource.from_contents(json.loads((SCHEMAS / file).read_text(encoding="utf-8")))
        registry = registry.with_resource(f"http://cyclonedx.org/schema/{file}", other)
    schema = json.loads((SCHEMAS / "bom-1.6.SNAPSHOT.schema.json").read_text(encoding="utf-8"))
    bill = json.loads(text(inside, BILL))

    jsonschema.Draft7Validator(schema, registry=registry).validate(bill)
    assert not [part["name"] for part in bill["components"] if not part["licenses"]]
    needs = {entry["ref"]: set(entry.get("dependsOn", ())) for entry in bill["dependencies"]}
    assert needs["revoker"] == {part["bom-ref"] for part in bill["components"]}
    assert "msal" in needs["azure-identity"]


def test_its_licences_are_there(inside: zipfile.ZipFile) -> None:
    """Every package is named with its licence, and its words follow."""
    said = text(inside, LICENCES)

    for pin in read_lock(text(inside, LOCKED)).values():
        assert said.count(f"{pin.name} {pin.version}: ") == 2, pin.name
    assert "not said" not in said
    # The one package that brings no text names a licence whose text others bring.
    assert said.count("The package brings no text of its licence.") <= 1


def test_nothing_of_the_builder_is_in_it(inside: zipfile.ZipFile) -> None:
    """No path of the machine that built it: neither in a command, nor in byte code."""
    site = f"{SITE}/"
    assert not [name for name in inside.namelist() if name.startswith((f"{site}bin/", f"{site}.lock"))]
    assert str(ROOT).encode() not in b"".join(inside.read(n) for n in inside.namelist() if "revoker" in n)
    assert b"/home/site/wwwroot/function_app.py" in inside.read("__pycache__/function_app.cpython-313.pyc")


def test_it_runs_with_nothing_else_on_the_path(package: Path) -> None:
    """The worker's surroundings hold the package and the worker's library: no tool, no command, no second app."""
    folder = unzipped(package)
    place = surroundings(folder)
    program = (
        "import importlib.util, sys, function_app\n"
        "print(function_app.__file__)\n"
        "print([name for name in ('pytest', 'mypy', 'typer', 'revoker.cli') if importlib.util.find_spec(name)])\n"
    )
    said = subprocess.run(
        [place.python, "-W", "ignore", "-c", program],
        capture_output=True, check=True, cwd=place.folder, env=dict(place.environment), text=True,
    )  # fmt: skip

    assert [f"{folder}/function_app.py", "[]"] == said.stdout.splitlines()
