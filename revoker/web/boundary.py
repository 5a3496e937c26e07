"""The edge of every HTTP trigger: what is raised on purpose becomes a problem, anything else a silent 500."""

import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

from revoker import log
from revoker.core.errors import SettingError
from revoker.core.outage import Outage
from revoker.core.problems import ProblemError
from revoker.intake.call import Call, Reply

PROBLEM = "application/problem+json"


type OutageOf = Callable[[Exception], Outage | None]


async def answer(
    handle: Callable[[Call], Awaitable[Reply]], call: Call, outage_of: OutageOf = lambda _error: None
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
        if found := outage_of(error):
            tell(found)
            headers = {"Retry-After": str(found.retry_after)}
            return _problem(503, "Temporarily unavailable", found.detail, {}, headers)
        correlation = str(uuid.uuid4())
        log.failure("request_failed", method=call.method, correlation=correlation)
        return _problem(500, "Internal error", f"See the log for {correlation}.", {"correlationId": correlation}, {})


@contextmanager
def outages_told(outage_of: OutageOf) -> Iterator[None]:
    """Let the log say what storage lacks before an error goes on to the host, which knows no role by its name."""
    try:
        yield
    except Exception as error:
        if found := outage_of(error):
            tell(found)
        raise


def tell(found: Outage) -> None:
    """Log an outage: storage that refuses is an event of its own, since only an operator can mend it."""
    if found.role:
        log.failure("storage_refused", role=found.role)
    else:
        log.failure("storage_unavailable", why=found.detail)


def _problem(status: int, title: str, detail: str, fields: dict[str, object], headers: dict[str, str]) -> Reply:
    payload = {"type": "about:blank", "title": title, "status": HTTPStatus(status).value, "detail": detail, **fields}
    return Reply(status, payload, headers, PROBLEM)
