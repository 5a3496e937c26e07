"""Await many jobs at once, with a limit on how many run at a time."""

import asyncio
from collections.abc import Awaitable, Iterable

AT_ONCE = 16


async def gather_limited(jobs: Iterable[Awaitable[None]]) -> None:
    """Await all jobs, sixteen at a time; the first failure is raised after all others have ended."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(job: Awaitable[None]) -> None:
        async with limit:
            await job

    # A job that fails must not cancel the others: each writes a row or sends a message of its own.
    results = await asyncio.gather(*(one(job) for job in jobs), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
