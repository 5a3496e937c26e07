"""The Graph SDK with 32 calls at once: the first thing that is tried when one by one is too slow.

Its retry handler works for each call, a POST with a body included: three retries on 429, 503 and 504, not on 500
(microsoft/kiota-python, `packages/http/httpx/kiota_http/middleware/retry_handler.py`). A `Retry-After` of whole seconds
or a date is obeyed; a fraction, as in the sample of Graph's `throttling`, is not read, and the wait is 3 to 5 seconds.
"""

import asyncio

from sdk_client import connect, pages
from told import began, ended, names

AT_ONCE = 32


async def main() -> None:
    """List everything, then revoke 32 at a time; what fails is listed at the end."""
    client = connect()
    done: list[str] = []
    failed: list[str] = []
    limit = asyncio.Semaphore(AT_ONCE)

    async def revoke(name: str) -> None:
        async with limit:
            try:
                await client.users.by_user_id(name).revoke_sign_in_sessions.post()
                done.append(name)
            except Exception:  # noqa: BLE001 - one user must not end the others
                failed.append(name)

    began()
    found = names()
    if found is None:
        found = []
        async for page in pages(client, top=999):
            found += page
    await asyncio.gather(*map(revoke, found))
    ended(done, failed)


asyncio.run(main())
