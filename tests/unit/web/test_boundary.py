"""The edge of every HTTP trigger."""

import json
import logging
from collections.abc import Awaitable, Callable

import pytest

from revoker.core import problems
from revoker.core.errors import SettingError
from revoker.intake.call import Call, Reply
from revoker.web.boundary import PROBLEM, answer

CALL = Call("POST", "http://localhost/api/runs")


def raising(error: BaseException) -> Callable[[Call], Awaitable[Reply]]:
    """Return a handler that raises."""

    async def handle(_call: Call) -> Reply:
        raise error

    return handle


@pytest.mark.parametrize(
    ("error", "status", "title", "more", "headers"),
    [
        (problems.InvalidError("1 errors.", [("users[3]", "write")]), 400, "Invalid request",
         {"errors": [{"path": "users[3]", "message": "write"}]}, {}),
        (problems.UnauthenticatedError("d"), 401, "Sign-in required", {}, {}),
        (problems.ForbiddenError("d"), 403, "Role required", {}, {}),
        (problems.UnknownError("d"), 404, "Not found", {}, {}),
        (problems.MethodError("d", headers={"Allow": "GET"}), 405, "Method not allowed", {}, {"Allow": "GET"}),
        (problems.ConflictError("d"), 409, "Conflict", {}, {}),
        (problems.TooLargeError("d"), 413, "Body too large", {}, {}),
        (problems.MediaTypeError("d"), 415, "Unsupported media type", {}, {}),
        (problems.UnavailableError("d", retry_after=7), 503, "Temporarily unavailable", {}, {"Retry-After": "7"}),
    ],
    ids=repr,
)  # fmt: skip
async def test_each_problem(
    error: problems.ProblemError, status: int, title: str, more: dict[str, object], headers: dict[str, str]
) -> None:
    """What is raised on purpose is an RFC 9457 problem with its own status."""
    problem = {"type": "about:blank", "title": title, "status": status, "detail": error.detail, **more}

    assert Reply(status, problem, headers, PROBLEM) == await answer(raising(error), CALL)


async def test_a_reply_passes() -> None:
    """What a handler returns is what goes out."""
    reply = Reply(200, {"ok": True})

    async def handle(_call: Call) -> Reply:
        return reply

    assert reply is await answer(handle, CALL)


async def test_a_wrong_setting_tells_only_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """A caller learns that a setting is wrong, the log which."""
    reply = await answer(raising(SettingError("REVOKER_X is 'secret'")), CALL)

    assert (reply.status, reply.headers["Retry-After"]) == (503, "60")
    assert "secret" not in json.dumps(reply.payload)
    assert "REVOKER_X" in caplog.text


@pytest.mark.parametrize(
    "error",
    [ValueError("secret"), KeyError("secret"), ExceptionGroup("secret", [OSError("secret")]), TimeoutError("secret")],
    ids=repr,
)
async def test_the_unforeseen(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    """Anything else is a 500 that says nothing but where in the log to look."""
    caplog.set_level(logging.INFO)
    reply = await answer(raising(error), CALL)

    assert (reply.status, reply.media_type) == (500, PROBLEM)
    assert "secret" not in json.dumps(reply.payload)
    assert str(reply.payload["correlationId"]) in caplog.text
    assert "secret" in caplog.text


async def test_being_stopped_is_not_a_failure() -> None:
    """The platform's own signals pass through."""
    with pytest.raises(KeyboardInterrupt):
        await answer(raising(KeyboardInterrupt()), CALL)
