"""One table of Azure in memory, whose transactions go wrong in every way that the service and the network know."""

import asyncio
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any

from azure.core.exceptions import (
    HttpResponseError,
    IncompleteReadError,
    ResourceExistsError,
    ResourceModifiedError,
    ResourceNotFoundError,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.data.tables import RequestTooLargeError, TableEntity, TableTransactionError

type Key = tuple[str, str]
type Operation = tuple[Any, ...]


class Fate(Enum):
    """What becomes of a transaction."""

    DONE = "written and answered"
    REFUSED = "refused with 412, though no row has changed"
    REFUSED_WHOLE = "refused with 412 before any of its parts was looked at"
    BUSY = "refused with 503"
    DOWN = "answered with 500, and not written"
    TOO_LARGE = "refused with 413"
    UNSENT = "not written: the connection broke on the way there"
    UNANSWERED = "written, and the connection broke on the way back"
    CUT = "written, and the answer did not come whole"
    REPEATED = "written, answered with 500, and sent again by the client: the second one is refused"
    LATE = "not answered, and written some transactions later, if its rows are still as they were read"


_LATE_BY = 2  # transactions


def transaction_error(status: int, kind: type[TableTransactionError] = TableTransactionError) -> TableTransactionError:
    """Return what the client makes of a transaction that was refused."""
    error = kind(message="0:refused")
    error.status_code = status
    return error


class ShakyTable:
    """Rows under ETags; ``fates`` are those of the next transactions, after them all are done."""

    def __init__(self, fates: Iterable[Fate] = ()) -> None:
        self.rows: dict[Key, tuple[int, dict[str, Any]]] = {}
        self.transactions: list[list[str]] = []
        self.written = 0
        self._fates = iter(fates)
        self._late: list[tuple[int, Sequence[Operation]]] = []
        self._etag = 0

    def put(self, row: dict[str, Any]) -> None:
        """Write a row, whatever was there."""
        self._etag += 1
        self.rows[row["PartitionKey"], row["RowKey"]] = (self._etag, dict(row))

    async def get_entity(self, partition: str, key: str) -> TableEntity:
        """Read a row."""
        await asyncio.sleep(0)
        if (partition, key) not in self.rows:
            raise ResourceNotFoundError(key)
        etag, row = self.rows[partition, key]
        entity = TableEntity(row)
        entity._metadata = {"etag": f"{etag}"}
        return entity

    async def create_entity(self, row: dict[str, Any]) -> None:
        """Insert a row."""
        await asyncio.sleep(0)
        if (row["PartitionKey"], row["RowKey"]) in self.rows:
            raise ResourceExistsError
        self.put(row)

    async def submit_transaction(self, operations: Sequence[Operation]) -> list[dict[str, str]]:
        """Write all rows or none, as fate has it."""
        await asyncio.sleep(0)
        self._hold_limits(operations)
        self.transactions.append([row["RowKey"] for _, row, *_ in operations])
        self._write_late()
        fate = next(self._fates, Fate.DONE)
        if fate in _REFUSALS:
            error = _REFUSALS[fate]()
            raise error
        if fate is Fate.LATE:
            self._late.append((len(self.transactions) + _LATE_BY, operations))
            raise ServiceResponseError("no answer")
        answers = self._write(operations)
        await asyncio.sleep(0)
        if fate is Fate.UNANSWERED:
            raise ServiceResponseError("no answer")
        if fate is Fate.CUT:
            raise IncompleteReadError(message="half an answer")
        if fate is Fate.REPEATED:
            self._write(operations)
        return answers

    def write_what_is_late(self) -> None:
        """Write what is still under way."""
        self._write_late(everything=True)

    def _write_late(self, *, everything: bool = False) -> None:
        late, self._late = self._late, []
        for number, operations in late:
            if not everything and number > len(self.transactions):
                self._late.append((number, operations))
                continue
            try:
                self._write(operations)
            except TableTransactionError:
                continue

    def _write(self, operations: Sequence[Operation]) -> list[dict[str, str]]:
        for kind, row, *options in operations:
            held = self.rows.get((row["PartitionKey"], row["RowKey"]))
            if kind == "create" and held is not None:
                raise transaction_error(409)
            if kind == "update" and held is None:
                raise transaction_error(404)
            if kind == "update" and held is not None and options[0]["etag"] != f"{held[0]}":
                raise transaction_error(412)
        answers: list[dict[str, str]] = []
        for _, row, *_ in operations:
            self.put(row)
            answers.append({"etag": f"{self._etag}"})
        self.written += 1
        return answers

    @staticmethod
    def _hold_limits(operations: Sequence[Operation]) -> None:
        addresses = [(row["PartitionKey"], row["RowKey"]) for _, row, *_ in operations]
        assert len(addresses) <= 100
        assert len(set(addresses)) == len(addresses)
        assert 1 == len({partition for partition, _ in addresses})


def _error(kind: type[HttpResponseError], status: int) -> HttpResponseError:
    error = kind(message="no")
    error.status_code = status
    return error


_REFUSALS = {
    Fate.REFUSED: lambda: transaction_error(412),
    Fate.BUSY: lambda: transaction_error(503),
    Fate.TOO_LARGE: lambda: transaction_error(413, RequestTooLargeError),
    Fate.REFUSED_WHOLE: lambda: _error(ResourceModifiedError, 412),
    Fate.DOWN: lambda: _error(HttpResponseError, 500),
    Fate.UNSENT: lambda: ServiceRequestError("no connection"),
}
