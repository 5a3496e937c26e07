import pytest
from azure.core.exceptions import HttpResponseError, ServiceRequestError

from local.host.storage_errors import is_lost, may_pass


def error(status: int, code: str) -> HttpResponseError:
    """Return an answer of the queue service as its client raises it."""
    made = HttpResponseError(code)
    made.status_code = status
    made.error_code = code  # type: ignore[attr-defined]
    return made


@pytest.mark.parametrize(
    ("status", "code", "passes", "lost"),
    [
        (403, "AuthorizationPermissionMismatch", False, False),
        (403, "AuthenticationFailed", False, False),
        (404, "QueueNotFound", True, True),
        (404, "MessageNotFound", False, True),
        (400, "PopReceiptMismatch", False, True),
        (400, "InvalidHeaderValue", False, False),
        (409, "QueueBeingDeleted", True, True),
        (409, "QueueAlreadyExists", False, False),
        (429, "TooManyRequests", False, False),
        (500, "InternalError", True, False),
        (503, "ServerBusy", True, False),
    ],
)
def test_what_an_answer_means(status: int, code: str, passes: bool, lost: bool) -> None:  # noqa: FBT001  # a table
    """What neither passes nor tells of a lost message stops the host, a 403 above all."""
    assert (passes, lost) == (may_pass(error(status, code)), is_lost(error(status, code)))


def test_no_answer_at_all_stops_the_host() -> None:
    """The real host takes a refused connection for an error that it does not know."""
    assert (False, False) == (may_pass(ServiceRequestError("refused")), is_lost(ServiceRequestError("refused")))
