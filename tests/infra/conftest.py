"""What the infrastructure tests read: the kept template, and the real compiler where there is one."""

import json

import pytest
from kept import Found, Json, unfold

from infra import check


@pytest.fixture(scope="session")
def template() -> Json:
    """Return the kept template, which is what is deployed."""
    kept: Json = json.loads(check.KEPT.read_text(encoding="utf-8"))
    return kept


@pytest.fixture(scope="session")
def resources(template: Json) -> list[Found]:
    """Return every resource of the kept template."""
    return list(unfold(template))


@pytest.fixture(scope="session")
def compiler() -> str:
    """Return the Bicep compiler; without one the tests that need it say so."""
    found = check.compiler()
    if found is None:
        pytest.skip("NOT COMPILED: no Bicep compiler here; the other tests read the kept template")
    return found
