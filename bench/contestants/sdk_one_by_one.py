"""`Get-MgUser -All | ForEach-Object { Revoke-MgUserSignInSession -UserId $_.Id }`, call by call, in the Python SDK.

Sources (microsoftgraph/msgraph-sdk-powershell and its generator Azure/autorest.powershell): `ListCmdlet.cs`: `-All`
follows links, and without `-PageSize` no `$top` is sent, so that pages have 100 users; each page is streamed down the
pipe before the next is asked for (pull request 3743). `SetMgRequestContext.cs`: three retries, three seconds, for 429,
503 and 504, as in Python (kiota-dotnet, `RetryHandler.cs`). The generated cmdlets end a failed call with `WriteError`,
which does not end the pipe (`$ErrorActionPreference` is `Continue`): a user whose call fails is an error on the screen,
and a page that fails ends the listing.
"""

import asyncio
from collections.abc import AsyncIterator

from msgraph import GraphServiceClient
from sdk_client import connect, pages
from told import began, ended, names


async def users(client: GraphServiceClient) -> AsyncIterator[str]:
    """Yield user after user; the next page is asked for when the last one is done."""
    given = names()
    if given is not None:
        for name in given:
            yield name
        return
    async for page in pages(client, top=None):
        for name in page:
            yield name


async def main() -> None:
    """Revoke one after another; an error is written, and the next user follows."""
    client = connect()
    done: list[str] = []
    failed: list[str] = []
    began()
    try:
        async for name in users(client):
            try:
                await client.users.by_user_id(name).revoke_sign_in_sessions.post()
                done.append(name)
            except Exception:  # noqa: BLE001 - WriteError takes whatever it was
                failed.append(name)
    except Exception as error:  # noqa: BLE001 - a page that fails ends the listing, not the process
        print(f"# the listing ended early: {type(error).__name__}", flush=True)
    ended(done, failed)


asyncio.run(main())
