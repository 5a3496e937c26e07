"""One stage for all scenarios of a session."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from theatre import Theatre


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def theatre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Theatre]:
    """Keep one stage for the session."""
    made = Theatre(tmp_path_factory.mktemp)
    yield made
    await made.close()
