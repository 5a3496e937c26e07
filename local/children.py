"""Child processes: started, waited for until they are of use, and always ended.

A child gets a session of its own, so that Ctrl-C reaches the parent alone, which ends its children in order; `tied`
sees to the case where the parent cannot. A child that the parent speaks with stays in the parent's session instead:
a signal to the group stops or continues both.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any, Self

from local import tied
from local.ready import ChildFailedError, accepts, announcement, discard, failure

__all__ = ["Child", "ChildFailedError"]

START_SECONDS = 60
GRACE_SECONDS = 15  # more than the host takes to drain


class Child:
    """One running child; its error output goes to `log`, or is shared with the parent's where that is None."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: Path | None) -> None:
        self.name = name
        self.process = process
        self._log = log
        self._drain: asyncio.Task[None] | None = None

    @classmethod
    async def start(
        cls,
        name: str,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path,
        log: Path | None,
        spoken_with: bool = False,
    ) -> Self:
        """Start the command, tied to this process; one that is spoken with has a pipe for its standard input."""
        tied_command = (sys.executable, "-IS", tied.__file__, str(os.getpid()), *command)
        given = asyncio.subprocess.PIPE if spoken_with else asyncio.subprocess.DEVNULL
        with log.open("ab") if log else nullcontext() as sink:
            process = await asyncio.create_subprocess_exec(
                *tied_command,
                stdin=given,
                stdout=asyncio.subprocess.PIPE,
                stderr=sink,
                env=env,
                cwd=cwd,
                start_new_session=not spoken_with,
            )
        return cls(name, process, log)

    @property
    def pid(self) -> int:
        """Its process id: the only thing by which anything here is ever ended."""
        return self.process.pid

    @property
    def input(self) -> asyncio.StreamWriter:
        """Its standard input, if it is spoken with."""
        assert self.process.stdin is not None  # noqa: S101  # asked for at the start
        return self.process.stdin

    @property
    def output(self) -> asyncio.StreamReader:
        """Its standard output."""
        assert self.process.stdout is not None  # noqa: S101  # always asked for
        return self.process.stdout

    @property
    def alive(self) -> bool:
        """Whether it still runs, as far as this process has heard."""
        return self.process.returncode is None

    async def announced(self) -> dict[str, Any]:
        """Wait for the JSON line that says it is ready."""
        async with self._starting():
            said = await announcement(self.output)
            if said is None:
                raise self._failure(f"ended with status {await self.process.wait()} before it was ready")
            self._drain = asyncio.create_task(discard(self.output))
            return said

    async def listening(self, *ports: int) -> None:
        """Wait until it accepts connections on all of these loopback ports."""
        self._drain = asyncio.create_task(discard(self.output))
        async with self._starting():
            for port in ports:
                if not await accepts(port, lambda: self.alive):
                    status = self.process.returncode
                    raise self._failure(f"ended with status {status} before it listened on {port}")

    async def stop(self) -> int:
        """Ask it to end, insist after a while, and return its status."""
        if self.alive:
            self.process.terminate()
            try:
                async with asyncio.timeout(GRACE_SECONDS):
                    await self.process.wait()
            except TimeoutError:
                self.process.kill()
        return await self._ended()

    def signal_group(self, number: signal.Signals) -> None:
        """Send a signal to it and to the processes that it speaks with, as when a machine stands still."""
        if self.alive:
            os.killpg(self.pid, number)

    async def kill(self) -> None:
        """End it without warning, as a crash would."""
        if self.alive:
            self.process.kill()
        await self._ended()

    @asynccontextmanager
    async def _starting(self) -> AsyncIterator[None]:
        """Give it a time limit, and end it when it does not become of use."""
        try:
            async with asyncio.timeout(START_SECONDS):
                yield
        except BaseException as error:
            await self.kill()
            if isinstance(error, TimeoutError):
                raise self._failure(f"was not ready within {START_SECONDS} seconds") from None
            raise

    async def _ended(self) -> int:
        status = await self.process.wait()
        if self._drain:
            await self._drain
        return status

    def _failure(self, what: str) -> ChildFailedError:
        return failure(self.name, what, self._log)
