"""Which pins of the lock are the app's."""

from importlib.metadata import requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra.package.errors import PackageError
from infra.package.layout import ROOT
from infra.package.lock import read_lock, runtime_pins

REQUIREMENTS = (ROOT / "requirements.txt").read_text(encoding="utf-8")
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")

SMALL = """\
# by make lock
one==1.0 \\
    --hash=sha256:aa
    # via revoker (pyproject.toml)
tool==3.0 ; sys_platform == 'win32' \\
    --hash=sha256:cc
    # via revoker (pyproject.toml)
two==2.0 \\
    --hash=sha256:bb
    # via
    #   one
    #   tool
"""


def test_the_pins_are_what_the_installed_packages_ask_for() -> None:
    """The lock's own notes lead to the same packages as the metadata of what is installed, target platform assumed."""
    target = {"sys_platform": "linux", "platform_python_implementation": "CPython", "implementation_name": "cpython"}
    found, waiting = set(), [Requirement(line) for line in REQUIREMENTS.splitlines() if line and line[0] != "#"]
    while waiting:
        wanted = waiting.pop()
        extras = wanted.extras or {""}
        key = (canonicalize_name(wanted.name), frozenset(extras))
        if key in found:
            continue
        found.add(key)
        for line in requires(wanted.name) or ():
            needed = Requirement(line)
            asked = [needed.marker is None or needed.marker.evaluate({**target, "extra": extra}) for extra in extras]
            waiting += [needed] if any(asked) else []

    assert {name for name, _ in found} == {pin.name for pin in runtime_pins(REQUIREMENTS, LOCK)}


def test_a_pin_brings_its_hashes() -> None:
    """Every line that is handed to the installer is pinned and hashed."""
    pins = runtime_pins(REQUIREMENTS, LOCK)

    assert all("--hash=sha256:" in pin.lines for pin in pins)
    assert all(pin.lines.startswith(f"{pin.name}==") for pin in pins)


def test_a_tool_and_what_only_it_needs_stay_out() -> None:
    """A pin is the app's when a requirement leads to it."""
    assert ["one", "two"] == [pin.name for pin in runtime_pins("one>=1\n", SMALL)]
    assert {"one", "tool"} == read_lock(SMALL)["two"].wanted_by


@pytest.mark.parametrize("requirement", ["three>=1", "one>=2", "one[extra]<1"])
def test_a_lock_that_does_not_match(requirement: str) -> None:
    """A requirement without a pin, or with one that it does not allow, names the package and what to type."""
    with pytest.raises(PackageError, match=r"does not match requirements\.txt in (three|one): run `make lock`"):
        runtime_pins(f"# a comment\n\n{requirement}  # why\n", SMALL)
