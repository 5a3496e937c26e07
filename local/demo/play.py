"""The order of the demonstration, and its first two parts: an incident, and many named users under throttling."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp

from local.children import ChildFailedError
from local.demo.stage import Stage, title
from local.demo.sweep import sweep
from local.demo.whole_tenant import whole_tenant
from local.serve import Options, serving

MANY = 300
# The quota at ten times the directory's pace, and the first check after seconds: a demonstration, not an eviction.
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


async def incident(stage: Stage) -> None:
    """Post a Sentinel incident: two members and a guest."""
    title("1. Sentinel posts an incident that names alice, ben and a guest")
    run = await stage.finish(await stage.post(f"{stage.api}/sentinel", INCIDENT))
    for user in await stage.users(run["runId"]):
        print(f"   {user['requestedAs']:<52} {user['outcome']:<15} {user['reason'] or ''}")
    print(f"   a stolen access token may work until {run['residualAccessUntil']}")
    print(f"   {run['residualAccessNote']}")


async def many_named(stage: Stage) -> bool:
    """Name three hundred users while the tenant throttles: slower, and no user is lost."""
    title(f"2. A responder names {MANY} users; the directory throttles")
    ids = await stage.members(MANY)
    await stage.post(f"{stage.tenant}/_faults", {"profile": "throttled", "seed": 1})
    called = time.time()
    run = await stage.post(f"{stage.api}/runs", {"users": ids, "reason": "Demonstration: token theft"})
    run = await stage.finish(run)
    print(f"   {'outcome':<24} users")
    for outcome, count in run["counts"].items():
        print(f"   {outcome:<24} {count}")
    return await proof(stage, ids, called)


async def proof(stage: Stage, ids: list[str], called: float) -> bool:
    """Ask the tenant, not the app, which users were revoked."""
    title("3. What the tenant's own journal says")
    journal = await stage.get(f"{stage.tenant}/_journal")
    truths = [await stage.get(f"{stage.tenant}/_journal/users/{user}") for user in ids]
    revoked = sum(any(at >= called for at in truth["acceptedAt"]) for truth in truths)
    print(f"   {revoked} of {len(ids)} revoked after the call; {journal['statuses'].get('429', 0)} answers were 429")
    print("   every one of them" if revoked == len(ids) else "   NOT every one of them")
    return revoked == len(ids)


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
        return 0 if asyncio.run(show((incident, many_named, whole_tenant, sweep))) else 1
    except ChildFailedError as error:
        print(error, file=sys.stderr)
        return 1
