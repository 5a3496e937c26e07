"""Do many small things at once, but not all of them."""

import asyncio
from collections.abc import Awaitable, Iterable

AT_ONCE = 16


async def gather_limited(jobs: Iterable[Awaitable[None]]) -> None:
    """Await all jobs, sixteen at a time; the first failure is raised after the others have ended."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(job: Awaitable[None]) -> None:
        async with gate:
            await job

    results = await asyncio.gather(*(one(job) for job in jobs), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
