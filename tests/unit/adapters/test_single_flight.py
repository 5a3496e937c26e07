"""Whoever asks while a reading is under way shares it; nobody gets one that ended before he asked."""

import asyncio

import pytest

from revoker.adapters.tables.single_flight import SingleFlight


class Shelf:
    """Counts how often it is read."""

    def __init__(self) -> None:
        self.readings: list[str] = []

    async def read(self, key: str) -> int:
        """Return which reading this is."""
        self.readings.append(key)
        await asyncio.sleep(0)
        if key == "broken":
            raise OSError(key)
        return len(self.readings)


async def test_those_who_ask_together_share_one_reading() -> None:
    """Sixteen at once are one reading, another key is another, and later is new."""
    shelf = Shelf()
    shared = SingleFlight(shelf.read)
    together = await asyncio.gather(*(shared.read("a") for _ in range(16)), shared.read("b"))
    later = await shared.read("a")

    assert [*[2] * 16, 2, 3] == [*together, later]
    assert ["a", "b", "a"] == shelf.readings


async def test_a_failure_is_everybodys_and_is_not_kept() -> None:
    """All who asked are told; who asks next is not."""
    shared = SingleFlight(Shelf().read)
    failed = await asyncio.gather(*(shared.read("broken") for _ in range(2)), return_exceptions=True)

    assert [OSError, OSError] == [type(failure) for failure in failed]
    with pytest.raises(OSError, match="broken"):
        await shared.read("broken")


async def test_one_who_leaves_does_not_stop_the_others() -> None:
    """A function that is cancelled takes its own question back only."""
    shared = SingleFlight(Shelf().read)
    leaves, stays = asyncio.create_task(shared.read("a")), asyncio.create_task(shared.read("a"))
    await asyncio.sleep(0)
    leaves.cancel()

    assert 1 == await stays
    assert leaves.cancelled()
