"""`python -m local demo`: an incident, a crowd, the whole tenant; on screen, proved by the tenant's own journal."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from local.children import ChildFailedError
from local.demo_sweep import sweep
from local.demo_tenant import whole_tenant
from local.serve import Options, serving

CROWD = 300
# The quota at ten times the directory's pace, and a first look after seconds: a demonstration, not an eviction.
HASTE = {"REVOKER_VERIFY_DELAYS": "2,5,10"}
GUEST = "dana_fabrikam.com#EXT#@contoso.onmicrosoft.com"
INCIDENT = {
    "objectSchemaType": "Incident",
    "objectEventType": "Create",
    "object": {
        "id": "/subscriptions/demo/providers/Microsoft.SecurityInsights/Incidents/demo",
        "properties": {
            "title": "Token replayed from a new country",
            "incidentNumber": 1042,
            "relatedEntities": [
                {"kind": "Account", "properties": {"aadUserId": "2a9f6c31-5e48-4d70-b3c9-f61e8a07d254"}},
                {"kind": "Account", "properties": {"accountName": "ben", "upnSuffix": "contoso.com"}},
                {"kind": "Account", "properties": {"userPrincipalName": GUEST}},
            ],
        },
    },
}


@dataclass
class Stage:
    """The API and the tenant, as the demonstration asks them."""

    api: str
    tenant: str
    client: aiohttp.ClientSession

    async def get(self, url: str, **headers: str) -> Any:  # noqa: ANN401 - JSON
        """Return a JSON answer."""
        async with self.client.get(
            url, headers={name.replace("_", "-"): value for name, value in headers.items()}
        ) as reply:
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


async def incident(stage: Stage) -> None:
    """Post a Sentinel incident: two members and a guest."""
    title("1. Sentinel posts an incident that names alice, ben and a guest")
    run = await stage.finish(await stage.post(f"{stage.api}/sentinel", INCIDENT))
    for user in await stage.users(run["runId"]):
        print(f"   {user['requestedAs']:<52} {user['outcome']:<15} {user['reason'] or ''}")
    print(f"   a stolen access token may work until {run['residualAccessUntil']}")


async def crowd(stage: Stage) -> bool:
    """Name three hundred users while the tenant throttles: slower, and nobody lost."""
    title(f"2. A responder names {CROWD} users; the directory throttles")
    ids = await stage.members(CROWD)
    await stage.post(f"{stage.tenant}/_faults", {"profile": "throttled", "seed": 1})
    called = time.time()
    run = await stage.post(f"{stage.api}/runs", {"users": ids, "reason": "Demonstration: token theft"})
    run = await stage.finish(run)
    print(f"   {'outcome':<24} users")
    for outcome, count in run["counts"].items():
        print(f"   {outcome:<24} {count}")
    return await proof(stage, ids, called)


async def proof(stage: Stage, ids: list[str], called: float) -> bool:
    """Ask the tenant, not the app, who was revoked."""
    title("3. What the tenant's own journal says")
    journal = await stage.get(f"{stage.tenant}/_journal")
    truths = [await stage.get(f"{stage.tenant}/_journal/users/{user}") for user in ids]
    revoked = sum(any(at >= called for at in truth["acceptedAt"]) for truth in truths)
    print(f"   {revoked} of {len(ids)} revoked after the call; {journal['statuses'].get('429', 0)} answers were 429")
    print("   every one of them" if revoked == len(ids) else "   NOT every one of them")
    return revoked == len(ids)


def progress(run: dict[str, Any]) -> None:
    """Draw one line over the last."""
    done = round(run["progress"] * 30)
    counts = ", ".join(f"{count} {outcome}" for outcome, count in run["counts"].items())
    end = "\r" if sys.stdout.isatty() else "\n"
    print(f"   [{'#' * done}{'.' * (30 - done)}] {run['state']:<24} {counts:<60}", end=end, flush=True)


def title(text: str) -> None:
    """Head a part."""
    print(f"\n{text}")


async def show(parts: tuple[Callable[[Stage], Awaitable[object]], ...]) -> bool:
    """Start everything, play every part, and clean up."""
    began = time.monotonic()
    with tempfile.NamedTemporaryFile(prefix="revoker-demo-", suffix=".log") as log:
        print("Starting Azurite, a simulated tenant of 3,000 users and the Functions host …", flush=True)
        async with (
            serving(Options(users=3000, write_rate=200, settings=HASTE, log=Path(log.name))) as running,
            aiohttp.ClientSession() as client,
        ):
            stage = Stage(running.api, running.root, client)
            results = [await part(stage) for part in parts]
    print(f"\nAll stopped and cleaned up after {time.monotonic() - began:.0f} s.")
    return False not in results


def main(_arguments: list[str]) -> int:
    """Run the command: status 0 only if the tenant's journal proves it."""
    try:
        return 0 if asyncio.run(show((incident, crowd, whole_tenant, sweep))) else 1
    except ChildFailedError as error:
        print(error, file=sys.stderr)
        return 1
