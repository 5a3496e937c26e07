"""Idempotency keys, in the partition of the runs: a run and its key's acceptance are written in one transaction."""

import hashlib

from azure.core.exceptions import ResourceExistsError, ResourceModifiedError, ResourceNotFoundError
from azure.data.tables import TableTransactionError
from azure.data.tables.aio import TableClient

from revoker.adapters.tables import rows, table
from revoker.adapters.tables.rows import Row
from revoker.ports.ledger import Claim

FIRST = "key-"  # after the row key of every run, which is hexadecimal
_CHANGED_MEANWHILE = {404, 409, 412}


async def claim(runs: TableClient, key: str, run: str, digest: str, instead_of: str | None) -> Claim:
    """Insert the key's row, the first insert wins; or move it, unless the run it stands for came after all."""
    made = {"PartitionKey": rows.RUN, "RowKey": _name(key), "run": run, "digest": digest, "accepted": False}
    while not await table.create(runs, made):
        held = await table.get(runs, rows.RUN, _name(key))
        if held is None:  # released in this moment
            continue
        if held["accepted"] or held["run"] != instead_of:
            # Our own, where the client repeated an insert that it was not answered to.
            return Claim(held["run"], held["digest"], ours=held["run"] == run and not held["accepted"])
        if await table.swap(runs, made, held):
            break
    return Claim(run, digest, ours=True)


async def accept(runs: TableClient, key: str, run: Row) -> bool:
    """Write the run and that its key is spent; False where the key stands for another run."""
    held = await table.get(runs, rows.RUN, _name(key))
    if held is None or held["run"] != run["id"]:
        return False
    spent = ("update", {**held, "accepted": True}, table.unchanged(held))
    try:
        await runs.submit_transaction([spent, ("create", run)])
    except (TableTransactionError, ResourceModifiedError, ResourceExistsError, ResourceNotFoundError) as error:
        if error.status_code not in _CHANGED_MEANWHILE:
            raise
        # Whoever was slow lost the key; or the client repeated what had been written, but not heard of.
        return await table.get(runs, rows.RUN, run["RowKey"]) is not None
    return True


async def release(runs: TableClient, key: str, run: str) -> None:
    """Delete the key's row if it stands for this run, and the run never came."""
    held = await table.get(runs, rows.RUN, _name(key))
    if held and held["run"] == run and not held["accepted"]:
        await table.remove(runs, held)


def _name(key: str) -> str:
    return f"{FIRST}{hashlib.sha256(key.encode()).hexdigest()}"
