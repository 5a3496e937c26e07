"""What an error of the queue service means to the host: wait and look again, leave it, or stop.

Everything not named here stops the host, a 403 among them: in Azure the platform then starts another one
(azure-sdk-for-net: QueueListener.ExecuteAsync, QueueProcessor, StorageExceptionExtensions).
"""

from azure.core.exceptions import AzureError

_LOST = {(400, "PopReceiptMismatch"), (404, "MessageNotFound"), (404, "QueueNotFound"), (409, "QueueBeingDeleted")}
_AWAY = {(404, "QueueNotFound"), (409, "QueueBeingDeleted")}


def is_server_side(error: AzureError) -> bool:
    """Whether the service itself is at fault, so that the same request may succeed later."""
    status, _ = _cause(error)
    return 500 <= status < 600


def may_pass(error: AzureError) -> bool:
    """Whether a listener that could not receive looks again later."""
    return is_server_side(error) or _cause(error) in _AWAY


def is_lost(error: AzureError) -> bool:
    """Whether a message belongs to another host by now, or is gone: there is nothing left to settle."""
    return _cause(error) in _LOST


def _cause(error: AzureError) -> tuple[int, str]:
    """Return status and code; a connection that was refused has neither."""
    code = getattr(error, "error_code", None)
    return getattr(error, "status_code", None) or 0, str(getattr(code, "value", code))
