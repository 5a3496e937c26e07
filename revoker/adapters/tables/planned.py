"""How many users of a run are planned, by the identity that their batches' slots belong to."""

from collections import Counter
from collections.abc import Mapping

from azure.data.tables.aio import TableClient

from revoker.adapters.tables import table
from revoker.adapters.tables.keys import BATCHES_OF_RUN
from revoker.core.outcome import Outcome
from revoker.core.pool import UNNAMED

_WAITING = f"{BATCHES_OF_RUN} and waiting eq true"


async def planned_writes(batches: TableClient, run: str) -> Mapping[str, int]:
    """Return the number of planned users of each identity, read from two columns: no row is unpacked for it."""
    counted: Counter[str] = Counter()
    for row in await table.first(batches, _WAITING, {"run": run}, None, ["identity", Outcome.PLANNED.value]):
        counted[row.get("identity") or UNNAMED] += row.get(Outcome.PLANNED.value) or 0
    return +counted
