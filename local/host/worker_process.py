"""The worker process: `python -m local.host.worker_process APP` loads the app and calls its functions as it is told.

It speaks frames over its standard input and output. What the app prints is log, and goes to the error output.
"""

import asyncio
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path

from local.host import library, log
from local.host.invocation import AppError, Argument, Function, InvocationFailedError
from local.host.wire import Frame


class Replies:
    """Where frames for the host are written, one after the other."""

    def __init__(self, pipe: asyncio.StreamWriter) -> None:
        self._pipe = pipe
        self._lock = asyncio.Lock()

    async def send(self, frame: Frame) -> None:
        """Send a frame whole."""
        async with self._lock:
            self._pipe.write(frame.packed())
            await self._pipe.drain()


async def _work(app: Path, given: int, told: int) -> None:
    """Load the app, say what is in it, then call its functions until the host is gone."""
    requests, replies = await _connect(given, told)
    try:
        functions = await library.load(app)
    except AppError as error:
        await replies.send(Frame({"refused": str(error)}))
        return
    await replies.send(Frame({"functions": [asdict(function) for function in functions]}))
    known = {function.id: function for function in functions}
    calls: set[asyncio.Task[None]] = set()
    while frame := await Frame.read(requests):
        task = asyncio.create_task(_call(known[frame.head["function"]], frame, replies))
        calls.add(task)
        task.add_done_callback(calls.discard)


async def _call(function: Function, frame: Frame, replies: Replies) -> None:
    invocation = frame.head["id"]
    parameter = function.trigger["name"]
    try:
        answer = await library.call(invocation, function.id, parameter, Argument.from_frame(frame))
    except InvocationFailedError as failure:
        await replies.send(Frame({"id": invocation, "failed": str(failure)}))
        return
    if answer is None:
        await replies.send(Frame({"id": invocation, "status": None}))
        return
    head = {"id": invocation, "status": answer.status, "headers": answer.headers}
    await replies.send(Frame(head, answer.body))


async def _connect(given: int, told: int) -> tuple[asyncio.StreamReader, Replies]:
    """Open the two pipes to the host."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(given, "rb"))
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, os.fdopen(told, "wb"))
    return reader, Replies(asyncio.StreamWriter(transport, protocol, None, loop))


def main() -> None:
    """Run the command."""
    # Ctrl-C on a terminal reaches the whole group of processes: the host decides when its worker ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    given, told = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    log.begin(log.WORKER_QUIET)
    asyncio.run(_work(Path(sys.argv[1]), given, told))


if __name__ == "__main__":
    main()
