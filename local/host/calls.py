"""The calls that the worker was given and has not answered yet."""

import asyncio
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from local.host.invocation import Answer, InvocationFailedError
from local.host.wire import Frame

type Reply = asyncio.Future[Answer | None]


class Calls:
    """The replies that are expected, by call."""

    def __init__(self) -> None:
        self._waiting: dict[str, Reply] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    @contextmanager
    def one(self) -> Iterator[tuple[str, Reply]]:
        """Name a new call, and expect its reply for the length of a block."""
        invocation = str(uuid.uuid4())
        reply: Reply = asyncio.get_running_loop().create_future()
        self._waiting[invocation] = reply
        try:
            yield invocation, reply
        finally:
            del self._waiting[invocation]

    def settle(self, frame: Frame) -> None:
        """Hand a reply to its call; one that nothing waits for any more is dropped."""
        reply = self._waiting.get(frame.head["id"])
        if reply is None or reply.done():
            return
        if "failed" in frame.head:
            reply.set_exception(InvocationFailedError(frame.head["failed"]))
        else:
            reply.set_result(_answer(frame))

    def fail_all(self, why: str) -> None:
        """Fail every call at once."""
        for reply in self._waiting.values():
            if not reply.done():
                reply.set_exception(InvocationFailedError(why))


def _answer(frame: Frame) -> Answer | None:
    if frame.head["status"] is None:
        return None
    headers = tuple((name, value) for name, value in frame.head["headers"])
    return Answer(frame.head["status"], headers, frame.body)
