"""A batch as a table row and back, with the columns that queries look for beside it."""

from revoker.adapters.tables import first_form
from revoker.adapters.tables.columns import FORM, ReadRow, Row, read_row, text_columns
from revoker.adapters.tables.keys import batch_key
from revoker.core.batch import Batch
from revoker.core.tally import tally


def batch_row(batch: Batch) -> Row:
    """Return a batch as a row; a column per outcome lets the service find the rows that hold one."""
    return {
        "PartitionKey": batch.run,
        "RowKey": batch_key(batch.id),
        **FORM,
        "id": batch.id,
        "dueAt": batch.due_at.isoformat(),
        "open": batch.is_open,
        "waiting": bool(batch.waiting),
        "identity": batch.identity,
        **text_columns("batch", batch),
        **{outcome.value: count for outcome, count in tally(batch.users).counts.items()},
    }


def batch_of(row: ReadRow) -> Batch:
    """Return the batch in a row; raises one of BROKEN."""
    return read_row(row, "batch", Batch, first_form.batch_of)
