"""The host's side of its worker process: started, given calls, ended when a call takes too long, started again.

As in Azure, the worker's end is the end of every call that was running in it, innocent ones too: they fail together,
and their messages come back together (azure-functions-host, GrpcWorkerChannel.TryFailExecutions).
"""

import asyncio
import logging
import sys
import time
from pathlib import Path

from local.children import Child
from local.host.calls import Calls
from local.host.invocation import Answer, AppError, Argument, Function, InvocationFailedError
from local.host.lifetime import Lifetime
from local.host.restarts import Deaths
from local.host.wire import Frame

logger = logging.getLogger("local.host")


class Worker:
    """One worker process at a time; `limit` is the longest that a call may take, in seconds, or None for ever."""

    def __init__(self, app: Path, limit: float | None, lifetime: Lifetime) -> None:
        self._app, self._limit, self._lifetime = app, limit, lifetime
        self._child: Child | None = None
        self._ready = asyncio.Event()
        self._calls = Calls()
        self._timed_out = False

    async def launch(self) -> None:
        """Start the process, which then loads the app."""
        command = [sys.executable, "-m", "local.host.worker_process", str(self._app)]
        self._child = await Child.start("The worker", command, cwd=Path.cwd(), log=None, spoken_with=True)

    async def loaded(self) -> list[Function]:
        """Return the app's functions once the process has loaded it; raises AppError where it does not load."""
        child = self._running
        frame = await Frame.read(child.output)
        if frame is None:
            raise AppError(f"The worker ended with status {await child.process.wait()} while it loaded the app.")
        if "refused" in frame.head:
            raise AppError(frame.head["refused"])
        self._ready.set()
        return [Function(**function) for function in frame.head["functions"]]

    @property
    def pid(self) -> int:
        """The process id of the worker that runs now."""
        return self._running.pid

    async def run(self) -> None:
        """Hand replies to their calls, and start the worker again whenever it ends; return when the host stops."""
        deaths = Deaths()
        while True:
            await self._receive()
            why = self._epitaph(await self._running.process.wait())
            if not self._lifetime.stopping:
                logger.error("worker_ended", extra={"why": why, "calls": len(self._calls)})
            self._calls.fail_all(why)
            if self._lifetime.stopping:
                return
            # A worker that was ended for a time-out is not counted: azure-functions-host restarts it by another way.
            if not self._timed_out:
                deaths = deaths.after(time.monotonic())
            if deaths.too_many:
                self._lifetime.fail("The worker died three times within half an hour of each other.")
                return
            await self._restart()

    async def call(self, function: Function, argument: Argument) -> Answer | None:
        """Call a function; raises InvocationFailedError. While the worker starts again, calls wait for it."""
        await self._wait_for_worker()
        if self._lifetime.stopping:
            raise InvocationFailedError("The host is stopping: the call was cancelled before it began.")
        # Nothing is awaited since the worker was seen ready: if it dies now, `run` finds this call and fails it.
        with self._calls.one() as (invocation, reply):
            try:
                async with asyncio.timeout(self._limit):
                    await self._send(argument.to_frame(invocation, function.id))
                    return await reply
            except TimeoutError:
                raise self._end_for(function) from None

    async def stop(self) -> None:
        """End the process; what still runs in it is not told."""
        if self._child:
            await self._child.kill()

    @property
    def _running(self) -> Child:
        assert self._child is not None  # noqa: S101  # launch comes first
        return self._child

    async def _receive(self) -> None:
        """Hand out replies until the process ends."""
        while frame := await Frame.read(self._running.output):
            self._calls.settle(frame)
        self._ready.clear()

    async def _send(self, frame: Frame) -> None:
        pipe = self._running.input
        try:
            pipe.write(frame.packed())
            await pipe.drain()
        except ConnectionError:
            pass  # it has just died, and `run` fails the call

    async def _wait_for_worker(self) -> None:
        """Wait for a worker, or for the host's end; a worker that died again meanwhile does not count."""
        while not (self._ready.is_set() or self._lifetime.stopping):
            waits = [asyncio.create_task(self._ready.wait()), asyncio.create_task(self._lifetime.ended())]
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for wait in waits:
                    wait.cancel()

    def _end_for(self, function: Function) -> InvocationFailedError:
        """End the worker, since nothing else stops a Python function that runs too long."""
        why = f"{function.name} ran longer than functionTimeout, {self._limit:g} s: its worker was ended."
        logger.error("function_timed_out", extra={"function": function.name, "seconds": self._limit})
        self._timed_out = True
        self._ready.clear()  # calls from now on wait for the next worker
        self._running.process.kill()
        return InvocationFailedError(why)

    def _epitaph(self, status: int) -> str:
        if self._timed_out:
            return "The worker was ended."
        return f"The worker died with status {status}."

    async def _restart(self) -> None:
        self._timed_out = False
        try:
            await self.launch()
            await self.loaded()
        except AppError as error:
            logger.error("worker_not_loaded", extra={"why": str(error)})  # noqa: TRY400  # the text is the trace
