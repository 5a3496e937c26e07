"""Batches of 20, 16 at a time, unpaced, tried again on 429 and 5xx: what a good engineer writes in an afternoon.

A 429 is tried again without limit, anything else ten times.

Twenty is Graph's limit (`json-batching`); each answer in a batch is throttled by itself and says how long to wait
(`throttling`, "Throttling and batching"). What is sent again are the answers that say so, as in the .NET SDK
(msgraph-sdk-dotnet-core, `NewBatchWithFailedRequests`): an answer that is missing from a batch is not looked for.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
from told import GRAPH, bearer, began, ended, names

AT_ONCE, IN_BATCH, MOST_TRIES = 16, 20, 10
AGAIN = {429, 500, 502, 503, 504}


async def fetch(client: httpx.AsyncClient, method: str, url: str, body: object = None) -> Any:  # noqa: ANN401
    """Call once more after a broken connection, a 429 or a 5xx, up to ten times."""
    for tried in range(MOST_TRIES):
        try:
            answer = await client.request(method, url, json=body)
            if answer.status_code not in AGAIN:
                return answer.raise_for_status().json()
            wait = float(answer.headers.get("Retry-After", 2**tried))
        except (httpx.TransportError, ValueError):
            wait = float(2**tried)
        await asyncio.sleep(min(wait, 30))
    raise TimeoutError(url)


async def listed(client: httpx.AsyncClient) -> AsyncIterator[list[str]]:
    """Yield the ids of each page."""
    url = f"{GRAPH}/users?$select=id&$top=999"
    while url:
        page = await fetch(client, "GET", url)
        yield [user["id"] for user in page["value"]]
        url = page.get("@odata.nextLink", "")


async def revoke(client: httpx.AsyncClient, left: list[str], done: list[str], failed: list[str]) -> None:
    """Send a batch, and again those that were told to wait."""
    tries = 0
    while left and tries < MOST_TRIES:
        requests = [
            {
                "id": name,
                "method": "POST",
                "url": f"/users/{name}/revokeSignInSessions",
                "headers": {"Content-Type": "application/json"},
                "body": {},
            }
            for name in left
        ]
        answers = (await fetch(client, "POST", f"{GRAPH}/$batch", {"requests": requests}))["responses"]
        left, wait, tries = [], 0.0, tries + 1
        for answer in answers:
            if answer["status"] in AGAIN:
                if answer["status"] == 429:
                    tries = 0
                left.append(answer["id"])
                wait = max(wait, float(answer["headers"].get("Retry-After", 1)))
            elif answer["status"] < 300:
                done.append(answer["id"])
            else:
                failed.append(answer["id"])
        await asyncio.sleep(wait)
    failed += left


async def main() -> None:
    """List everything, cut it into batches, send 16 at a time."""
    done: list[str] = []
    failed: list[str] = []
    limit = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(headers={"Authorization": await bearer()}, timeout=30) as client:
        began()
        found = names()
        if found is None:
            found = []
            async for page in listed(client):
                found += page

        async def one(batch: list[str]) -> None:
            async with limit:
                try:
                    await revoke(client, batch, done, failed)
                except (TimeoutError, httpx.HTTPError):
                    failed.extend(set(batch) - set(done))

        await asyncio.gather(*(one(found[at : at + IN_BATCH]) for at in range(0, len(found), IN_BATCH)))
    ended(done, failed)


asyncio.run(main())
