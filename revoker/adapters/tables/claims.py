"""Idempotency keys, in the partition of the runs: a run and its key's acceptance are written in one transaction."""

from azure.core.exceptions import ResourceExistsError, ResourceModifiedError, ResourceNotFoundError
from azure.data.tables import TableTransactionError
from azure.data.tables.aio import TableClient

from revoker.adapters.tables import table
from revoker.adapters.tables.columns import FORM, Row
from revoker.adapters.tables.keys import RUN, claim_key
from revoker.ports.ledger import Claim

_CHANGED_MEANWHILE = {404, 409, 412}


async def claim(runs: TableClient, key: str, run: str, digest: str, instead_of: str | None) -> Claim:
    """Insert the key's row, or take it over from the run ``instead_of``, unless that one was opened after all."""
    made = {"PartitionKey": RUN, "RowKey": claim_key(key), **FORM, "run": run, "digest": digest, "accepted": False}
    while not await table.create(runs, made):
        existing = await table.get(runs, RUN, claim_key(key))
        if existing is None:  # released between the insert that failed and this reading
            continue
        if existing["accepted"] or existing["run"] != instead_of:
            # The row is this run's where the storage client repeated an insert whose answer was lost.
            return Claim(existing["run"], existing["digest"], ours=existing["run"] == run and not existing["accepted"])
        if await table.swap(runs, made, existing):
            break
    return Claim(run, digest, ours=True)


async def accept(runs: TableClient, key: str, run: Row) -> bool:
    """Write the run and that its key is spent; False where the key stands for another run."""
    existing = await table.get(runs, RUN, claim_key(key))
    if existing is None or existing["run"] != run["id"]:
        return False
    spent = ("update", {**existing, "accepted": True}, table.unchanged(table.etag_of(existing)))
    try:
        await runs.submit_transaction([spent, ("create", run)])
    except (TableTransactionError, ResourceModifiedError, ResourceExistsError, ResourceNotFoundError) as error:
        if error.status_code not in _CHANGED_MEANWHILE:
            raise
        # A slow caller lost the key to a retry; or the client repeated a write that had been made but not answered.
        return await table.get(runs, RUN, run["RowKey"]) is not None
    return True


async def release(runs: TableClient, key: str, run: str) -> None:
    """Delete the key's row if it stands for this run, and the run was never opened."""
    existing = await table.get(runs, RUN, claim_key(key))
    if existing and existing["run"] == run and not existing["accepted"]:
        await table.remove(runs, existing)
