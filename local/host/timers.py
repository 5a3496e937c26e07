"""Timer triggers: each fires at its schedule's ticks, on one host at a time, never twice at once."""

import asyncio
import json
import logging
from datetime import UTC, datetime

from azure.core.exceptions import AzureError

from local.host.host_table import ListenerLock, StatusStore
from local.host.invocation import Argument, Function, InvocationFailedError
from local.host.lifetime import Lifetime
from local.host.settings import expand
from local.host.timer_status import Status, is_monitored, resume
from local.host.worker import Worker
from revoker.core.schedule import Schedule

logger = logging.getLogger("local.host")


class Timer:
    """Fires one function."""

    def __init__(
        self, function: Function, worker: Worker, lifetime: Lifetime, store: StatusStore, lock: ListenerLock
    ) -> None:
        self._function, self._worker, self._lifetime = function, worker, lifetime
        self._store, self._lock = store, lock
        self._schedule = Schedule.parse(expand(function.trigger["schedule"]))
        self._monitored = bool(function.trigger.get("useMonitor", True)) and is_monitored(
            self._schedule, datetime.now(UTC)
        )

    async def run(self) -> None:
        """Fire until the host stops, as soon as no other host does."""
        while not (await self._locked() or self._lifetime.stopping):
            await self._lifetime.sleep(self._lock.seconds)
        renewal = asyncio.create_task(self._renew())
        try:
            await self._fire_by_schedule()
        finally:
            renewal.cancel()
            await asyncio.gather(renewal, return_exceptions=True)
            await self._release()

    async def _fire_by_schedule(self) -> None:
        status, past_due = await self._begin()
        if past_due or (self._function.trigger.get("runOnStartup") and not self._lifetime.stopping):
            status = await self._fire(status, past_due=past_due, planned=False)
        while not self._lifetime.stopping:
            await self._lifetime.sleep(max(0.0, (status.next - datetime.now(UTC)).total_seconds()))
            if not self._lifetime.stopping:
                status = await self._fire(status, past_due=False, planned=True)

    async def _begin(self) -> tuple[Status, bool]:
        """Return the status to begin with, and whether a tick was missed while no host ran."""
        now = datetime.now(UTC)
        kept, status = await self._kept(), Status.fresh(self._schedule, now)
        if kept:
            status = resume(kept, self._schedule, now)
        if status != kept:
            await self._keep(status)
        return status, now > status.next

    async def _fire(self, status: Status, *, past_due: bool, planned: bool) -> Status:
        began = datetime.now(UTC)
        told: dict[str, object] = {"Schedule": {"AdjustForDST": True}, "IsPastDue": past_due}
        if self._monitored:
            told["ScheduleStatus"] = status.to_row()
        try:
            await self._worker.call(self._function, Argument(kind="json", body=json.dumps(told).encode()))
        except InvocationFailedError as failure:
            logger.error("invocation_failed", extra={"function": self._function.name, "trace": str(failure)})  # noqa: TRY400  # its own trace
        after = status.after_run(self._schedule, began, planned=planned)
        await self._keep(after)
        return after

    async def _kept(self) -> Status | None:
        if not self._monitored:
            return None
        try:
            return await self._store.read(self._function.name)
        except AzureError as error:
            self._tell("timer_status_unread", error)
            return None

    async def _keep(self, status: Status) -> None:
        if not self._monitored:
            return
        try:
            await self._store.write(self._function.name, status)
        except AzureError as error:  # the schedule goes on, as in the real host
            self._tell("timer_status_unwritten", error)

    async def _locked(self) -> bool:
        try:
            return await self._lock.take()
        except AzureError as error:
            self._tell("timer_lock_failed", error)
            return False

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self._lock.seconds / 2)
            await self._locked()

    async def _release(self) -> None:
        try:
            await self._lock.release()
        except AzureError as error:
            self._tell("timer_lock_failed", error)

    def _tell(self, event: str, error: AzureError) -> None:
        logger.warning(event, extra={"function": self._function.name, "error": str(error)})
