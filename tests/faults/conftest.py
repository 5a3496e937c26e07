"""One stage for all scenarios of a session."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from theatre import Theatre


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def theatre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Theatre]:
    """Keep one stage for these tests, and no longer: an idle host is not idle."""
    made = Theatre(tmp_path_factory.mktemp)
    yield made
    await made.close()
