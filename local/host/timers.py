"""Timer triggers: each fires at its schedule's ticks, never twice at the same time."""

import asyncio
import json
import logging
from contextlib import suppress
from datetime import UTC, datetime

from azure_functions_runtime.bindings.datumdef import Datum

from local.host import worker
from local.host.settings import expand
from local.host.worker import Function, InvocationFailedError
from revoker.core.schedule import Schedule

logger = logging.getLogger("local.host")


class Timer:
    """Fires one function; a tick that passes while it still runs is skipped."""

    def __init__(self, function: Function) -> None:
        self._function = function
        self._schedule = Schedule.parse(expand(function.trigger["schedule"]))

    async def run(self, stop: asyncio.Event) -> None:
        """Fire until told to stop."""
        if self._function.trigger.get("runOnStartup"):
            await self._fire()
        tick = datetime.now(UTC)
        while not stop.is_set():
            # From the last tick on: a clock may wake us a moment early, and the same tick must not fire twice.
            tick = self._schedule.after(max(tick, datetime.now(UTC)))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), (tick - datetime.now(UTC)).total_seconds())
                return
            await self._fire()

    async def _fire(self) -> None:
        told = {"Schedule": {"AdjustForDST": True}, "ScheduleStatus": None, "IsPastDue": False}
        try:
            await worker.call(self._function, Datum(json.dumps(told), "json"), {})
        except InvocationFailedError as failure:
            logger.error("invocation_failed", extra={"function": self._function.name, "trace": str(failure)})  # noqa: TRY400  # its own trace
