"""A Sentinel playbook's way: a For-each loop over the accounts with one HTTP action, nothing read back.

Sources: Azure/Azure-Sentinel, `Playbooks/Revoke-AADSignInSessions` (one `revokeSignInSessions` an account);
`logic-apps-limits-and-config` (a For-each loop runs 20 iterations at once by default, 50 at most);
`logic-apps-exception-handling` (408, 429 and 5xx are sent again up to 4 times, at random intervals that scale by 7.5
seconds between 5 and 45). Whatever is open flatters it: the shortest interval of each range, a `Retry-After` obeyed
although no source found says so, and nothing for the action itself, nor for the template's mail and comment.
"""

import asyncio

import aiohttp
from told import GRAPH, bearer, began, ended, names

AT_ONCE, RETRIES, SCALE, LEAST, MOST = 20, 4, 7.5, 5.0, 45.0


async def call(client: aiohttp.ClientSession, method: str, url: str) -> dict[str, object]:
    """Do an HTTP action with the default retry policy."""
    for tried in range(RETRIES + 1):
        wait = min(MOST, max(LEAST, SCALE * 2**tried / 2))  # 5, 7.5, 15 and 30 seconds
        try:
            async with client.request(method, url) as answer:
                if answer.status < 300:
                    return dict(await answer.json(content_type=None))
                if answer.status not in {408, 429} and answer.status < 500:
                    break
                wait = max(wait, float(answer.headers.get("Retry-After", 0)))
        except (aiohttp.ClientError, ValueError):  # a call without a usable answer is tried again as one that timed out
            pass
        if tried < RETRIES:
            await asyncio.sleep(wait)
    raise ConnectionError(url)


async def accounts(client: aiohttp.ClientSession) -> list[str]:
    """Return the accounts of the incident, or every page of the tenant."""
    found = names()
    if found is not None:
        return found
    url, found = f"{GRAPH}/users?$select=id&$top=999", []
    while url:
        page = await call(client, "GET", url)
        found += [row["id"] for row in page["value"]]  # type: ignore[attr-defined]
        url = str(page.get("@odata.nextLink", ""))
    return found


async def main() -> None:
    """Go through the accounts, 20 at once; a failed action fails the playbook's run and not the loop."""
    done: list[str] = []
    failed: list[str] = []
    limit = asyncio.Semaphore(AT_ONCE)
    async with aiohttp.ClientSession(headers={"Authorization": await bearer()}) as client:

        async def revoke(name: str) -> None:
            async with limit:
                try:
                    await call(client, "POST", f"{GRAPH}/users/{name}/revokeSignInSessions")
                    done.append(name)
                except ConnectionError:
                    failed.append(name)

        began()
        await asyncio.gather(*map(revoke, await accounts(client)))
    ended(done, failed)


asyncio.run(main())
