"""The exceptions that this package raises on purpose; those that answer a request are in `problems`."""


class RevokerError(Exception):
    """The base class: catching it catches everything that this package raises on purpose."""


class SettingError(RevokerError):
    """An environment variable is missing or wrong; the text names it and says what it should be."""


class PoisonError(RevokerError):
    """A queue message cannot be read; the error carries its bytes, so that they can be kept."""

    def __init__(self, body: bytes, why: str) -> None:
        super().__init__(why)
        self.body = body


class LostBatchError(RevokerError):
    """A message names a batch that the ledger does not hold. A redelivery may find it; else it becomes poison."""
