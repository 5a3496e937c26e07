"""How each misfortune is brought about; those that the app itself is told of need no hand."""

import asyncio
from functools import singledispatch

from azure.core.exceptions import AzureError
from misfortune import Answers, Expiry, Freeze, Kill, Lag, Misfortune, Outage, Rubbish, ScaleOut, Trouble
from stage import Stage


async def strike(misfortune: Misfortune, stage: Stage) -> None:
    """Wait for its moment, and bring it about."""
    await asyncio.sleep(getattr(misfortune, "at", 0.0))
    await _strike(misfortune, stage)


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
