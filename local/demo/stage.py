"""The API and the tenant, as every part of the demonstration asks them."""

import asyncio
import sys
from dataclasses import dataclass
from typing import Any

import aiohttp


@dataclass
class Stage:
    """The addresses of the API and of the tenant, and a client for both."""

    api: str
    tenant: str
    client: aiohttp.ClientSession

    async def get(self, url: str, **headers: str) -> Any:  # noqa: ANN401 - JSON
        """Return a JSON answer; ``_`` in a header's name stands for ``-``."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.client.get(url, headers=named) as reply:
            reply.raise_for_status()
            return await reply.json()

    async def post(self, url: str, body: object) -> Any:  # noqa: ANN401 - JSON
        """Send JSON and return what is answered."""
        async with self.client.post(url, json=body) as reply:
            reply.raise_for_status()
            return await reply.json()

    async def finish(self, run: dict[str, Any]) -> dict[str, Any]:
        """Show a run's progress until it has ended."""
        shown = None
        while run["finishedAt"] is None:
            await asyncio.sleep(0.5)
            run = await self.get(f"{self.api}/runs/{run['runId']}")
            if shown != (run["state"], run["counts"]):
                progress(run)
            shown = run["state"], run["counts"]
        print()
        return run

    async def users(self, run: str) -> list[dict[str, Any]]:
        """Return every user of a run."""
        found, cursor = [], ""
        while True:
            page = await self.get(f"{self.api}/runs/{run}/users?limit=1000{cursor}")
            found += page["users"]
            if page["cursor"] is None:
                return found
            cursor = f"&cursor={page['cursor']}"

    async def members(self, count: int) -> list[str]:
        """Return the ids of so many members, as the tenant lists them."""
        token = await self.get(
            f"{self.tenant}/msi/token?api-version=2019-08-01&resource=https://graph.microsoft.com",
            X_IDENTITY_HEADER="demo",
        )
        page = await self.get(
            f"{self.tenant}/v1.0/users?$top=999&$select=id,userType", Authorization=f"Bearer {token['access_token']}"
        )
        return [user["id"] for user in page["value"] if user["userType"] == "Member"][-count:]


def progress(run: dict[str, Any]) -> None:
    """Draw one line over the last; where there is no terminal, lines below each other."""
    done = round(run["progress"] * 30)
    counts = ", ".join(f"{count} {outcome}" for outcome, count in run["counts"].items())
    end = "\r" if sys.stdout.isatty() else "\n"
    print(f"   [{'#' * done}{'.' * (30 - done)}] {run['state']:<24} {counts:<60}", end=end, flush=True)


def title(text: str) -> None:
    """Print the heading of a part."""
    print(f"\n{text}")
