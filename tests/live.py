"""A running tenant, as tests speak to it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp


@dataclass
class Tenant:
    """A running tenant, and what it may be told."""

    root: str
    client: aiohttp.ClientSession

    async def control(self, **settings: object) -> None:
        """Change how it behaves; ``reset=True`` makes it as new."""
        async with self.client.post(f"{self.root}/_control", json=settings) as response:
            response.raise_for_status()

    async def script(self, *requests: dict[str, object]) -> None:
        """Say how it answers the next matching requests."""
        async with self.client.post(f"{self.root}/_script", json={"requests": list(requests)}) as response:
            response.raise_for_status()

    async def user(self, name: str) -> dict[str, Any]:
        """Return what the journal knows about a user."""
        async with self.client.get(f"{self.root}/_journal/users/{quote(name, safe='')}") as response:
            return dict(await response.json())

    async def journal(self) -> dict[str, Any]:
        """Return what it was asked and what it did, in numbers."""
        async with self.client.get(f"{self.root}/_journal") as response:
            return dict(await response.json())
