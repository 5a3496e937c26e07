"""A world drawn from one number: requests, approvals, cancellations, and what goes wrong meanwhile."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from deployment import EVERYBODY, GROUP, JOINERS, MEMBERS, Deployment
from support.company import ALICE, BEN, BREAKGLASS, CROWD, GUEST, a_request
from support.fakes import START

from revoker.core.request import Priority, Request, Scope
from revoker.core.run import Run

_GHOST = "ghost@contoso.com"
_MOST = timedelta(hours=30)


@dataclass
class Ask:
    """One request for so many names, and its run once there is one; ``late`` may join its scope after it is counted."""

    request: Request
    names: frozenset[str]
    late: frozenset[str] = frozenset()
    run: Run | None = None


def draw(chance: Random) -> Ask:
    """Return a request for some users, a group, or all users."""
    named = [*chance.sample(CROWD, chance.randrange(1, 50)), *chance.sample([ALICE, BEN, GUEST, BREAKGLASS], 2)]
    late = frozenset(user.id for user in JOINERS)
    kinds = ((Scope(), ()), (Scope(), ()), (Scope(groups=(GROUP,)), MEMBERS), (Scope(all_users=True), EVERYBODY))
    scope, listed = chance.choice(kinds)
    names = [user.id for user in named] + [_GHOST] * chance.randrange(2)
    request = a_request(
        *names,
        scope=scope,
        exclude_users=frozenset({chance.choice(CROWD).id}),
        dry_run=chance.random() < 0.1,
        issued_before=chance.choice((None, START - timedelta(hours=24))),
        priority=chance.choice((None, Priority.BULK, Priority.URGENT)),
    )
    asked = frozenset(names) | {user.id for user in listed}
    if not scope.groups:
        return Ask(request, asked)
    return Ask(request, asked | late, late - asked)


async def play(seed: int) -> tuple[Deployment, list[Ask]]:
    """Let a world run until everything has ended."""
    chance = Random(f"simulation {seed}")
    made = Deployment(chance)
    asks = [draw(chance) for _ in range(chance.choice((1, 2, 3)))]
    for number, ask in enumerate(asks):
        made.spawn(_call(made, chance, ask, f"key-{number}"))
    made.spawn(_grow(made, chance))
    timer = asyncio.create_task(made.timer())
    troubles = [asyncio.create_task(trouble) for trouble in (made.trouble_identities(), made.trouble_clocks())]
    await made.time.run(_MOST, lambda: made.is_over)
    for task in (timer, *troubles):
        task.cancel()
    return made, asks


async def _grow(made: Deployment, chance: Random) -> None:
    """Let the group grow at some time, in nearly every world, by more than an approval covers."""
    await made.time.sleep(chance.uniform(10, 60))
    if chance.random() < 0.9:
        made.world.graph_listings.groups[GROUP] += [user.id for user in JOINERS]


async def _call(made: Deployment, chance: Random, ask: Ask, key: str) -> None:
    """Ask, perhaps twice under one key; then a second person may approve, or cancel."""
    await made.time.sleep(chance.uniform(0, 30))
    for _ in range(chance.choice((1, 1, 2))):
        ask.run = await made.call("start", ask.request, key)
    await made.time.sleep(chance.expovariate(1 / 20))
    if chance.random() < 0.6:
        await made.call("approve", ask.run)
        await made.time.sleep(chance.expovariate(1 / 5))
    if chance.random() < 0.3:
        await made.call("cancel", ask.run)
    await made.time.sleep(chance.uniform(0, 7200))
    if chance.random() < 0.6:
        await made.call("approve", ask.run)
