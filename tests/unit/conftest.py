"""What unit tests share."""

import pytest
from company import World


@pytest.fixture
def world() -> World:
    """Return a fresh company on stand-ins."""
    return World()
