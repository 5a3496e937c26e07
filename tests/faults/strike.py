"""How each misfortune is brought about; those that the app itself is told of need no hand."""

import asyncio
from contextlib import suppress
from functools import singledispatch

from azure.core.exceptions import AzureError
from identities import CLIENT_IDS, EVERY, TENANT_BURST, Fault, OtherApplication, Shrink, Throttled, Unfit
from misfortune import Answers, Expiry, Freeze, Kill, Lag, Misfortune, Outage, Rubbish, ScaleOut, Trouble
from stage import Stage

from local.tenant.tokens import DEFAULT_ROLES

_PATIENCE = 5.0
_FAULTS: dict[Fault, dict[str, object]] = {
    Fault.FORBIDDEN: {"roles": [role for role in DEFAULT_ROLES if role != "User.RevokeSessions.All"]},
    Fault.REFUSED: {"refused": True},
    Fault.NO_TOKEN: {"unknown": True},
}


async def strike(misfortune: Misfortune, stage: Stage) -> None:
    """Wait for its moment, and bring it about."""
    await asyncio.sleep(getattr(misfortune, "at", 0.0))
    await _revoked(getattr(misfortune, "after", 0), stage)
    await _strike(misfortune, stage)


async def _revoked(users: int, stage: Stage) -> None:
    """Wait until the tenant has revoked so many users; a scenario with few users is not waited for."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            while True:
                if not users or (await stage.tenant.journal())["revokedUsers"] >= users:
                    return
                await asyncio.sleep(0.05)


@singledispatch
async def _strike(_told: Misfortune, _stage: Stage) -> None:
    """Do nothing: the app's orders hold it from the start."""


@_strike.register
async def _(_told: Kill, stage: Stage) -> None:
    await stage.kill()


@_strike.register
async def _(told: Freeze, stage: Stage) -> None:
    await stage.freeze(told.seconds)


@_strike.register
async def _(told: ScaleOut, stage: Stage) -> None:
    await stage.scale_out()
    await stage.freeze(told.freeze_for)


@_strike.register
async def _(told: Outage, stage: Stage) -> None:
    await stage.storage_outage(told.seconds)


@_strike.register
async def _(told: Trouble, stage: Stage) -> None:
    await stage.tenant.faults(told.profile, told.seed)
    await asyncio.sleep(told.seconds)
    await stage.tenant.faults("none", 0)


@_strike.register
async def _(told: Answers, stage: Stage) -> None:
    await stage.script(
        {
            "match": told.match,
            "times": told.times,
            "status": told.status,
            "headers": {"Retry-After": told.retry_after} if told.retry_after else {},
            "delayMs": told.delay_ms,
            "reset": told.reset,
            "truncate": told.truncate,
            "drop": told.drop,
            "execute": told.execute,
        }
    )


@_strike.register
async def _(told: Lag, stage: Stage) -> None:
    await stage.tenant.control(replicationMs=told.ms)


@_strike.register
async def _(_told: Expiry, stage: Stage) -> None:
    await stage.tenant.control(expireTokens=True)


@_strike.register
async def _(told: Rubbish, stage: Stage) -> None:
    while True:
        try:
            return await stage.put(told.queue, told.text)
        except AzureError:  # storage may be away
            await asyncio.sleep(0.2)


@_strike.register
async def _(told: Unfit, stage: Stage) -> None:
    stage.broken["unfit identities"] += 1
    ids = [CLIENT_IDS[place] for place in told.places]
    if told.fault is Fault.NO_TOKEN and told.places == EVERY:
        ways: list[dict[str, object]] = [{"identityFails": {"status": 500}}, {"identityFails": None}]
    else:
        ways = [{"applications": dict.fromkeys(ids, _FAULTS[told.fault])}, {"applications": dict.fromkeys(ids)}]
    # A token tells the permissions of the moment at which it was given, so each is expired.
    await stage.tenant.control(**ways[0], expireTokens=True)
    await asyncio.sleep(told.seconds)
    await stage.tenant.control(**ways[1], expireTokens=True)


@_strike.register
async def _(told: Throttled, stage: Stage) -> None:
    stage.broken["throttled identities"] += 1
    await stage.tenant.control(applications={CLIENT_IDS[told.place]: {"writeBurst": 5, "writeRate": 1}})
    await asyncio.sleep(told.seconds)
    await stage.tenant.control(applications={CLIENT_IDS[told.place]: None})


@_strike.register
async def _(told: OtherApplication, stage: Stage) -> None:
    stage.broken["writes of another application"] += 1
    await stage.tenant.control(otherWrites=TENANT_BURST + told.writes)


@_strike.register
async def _(told: Shrink, stage: Stage) -> None:
    await stage.use((CLIENT_IDS[told.place],))
    await asyncio.sleep(told.seconds)
    await stage.use(CLIENT_IDS)
