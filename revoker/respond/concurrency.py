"""Do many small things at once, but not all of them."""

import asyncio
from collections.abc import Awaitable, Iterable

AT_ONCE = 16


async def gather_limited(jobs: Iterable[Awaitable[None]]) -> None:
    """Await all jobs, sixteen at a time; the first failure is raised after all others have ended."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(job: Awaitable[None]) -> None:
        async with gate:
            await job

    # A job that fails must not cancel the others: each is a row or a message of its own.
    results = await asyncio.gather(*(one(job) for job in jobs), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
