"""The edge of every HTTP trigger: what is raised on purpose becomes a problem, anything else a silent 500."""

import uuid
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from revoker import log
from revoker.core.errors import ProblemError, SettingError
from revoker.intake.call import Call, Reply

PROBLEM = "application/problem+json"


async def answer(
    handle: Callable[[Call], Awaitable[Reply]], call: Call, is_outage: Callable[[Exception], bool] = lambda _: False
) -> Reply:
    """Return the handler's reply, or the problem (RFC 9457) that stands for its exception."""
    try:
        return await handle(call)
    except ProblemError as error:
        log.event("request_refused", method=call.method, status=error.status, title=error.title)
        return _problem(error.status, error.title, error.detail, error.fields(), error.headers)
    except SettingError as error:
        log.failure("setting_wrong", error=str(error))
        return _problem(503, "Misconfigured", "A setting is wrong; the log names it.", {}, {"Retry-After": "60"})
    except Exception as error:  # noqa: BLE001 - the one broad except: recorded whole, told as an id
        if is_outage(error):
            log.failure("storage_unavailable", method=call.method)
            return _problem(503, "Temporarily unavailable", "Storage does not answer.", {}, {"Retry-After": "10"})
        correlation = str(uuid.uuid4())
        log.failure("request_failed", method=call.method, correlation=correlation)
        return _problem(500, "Internal error", f"See the log for {correlation}.", {"correlationId": correlation}, {})


def _problem(status: int, title: str, detail: str, fields: dict[str, object], headers: dict[str, str]) -> Reply:
    payload = {"type": "about:blank", "title": title, "status": HTTPStatus(status).value, "detail": detail, **fields}
    return Reply(status, payload, headers, PROBLEM)
