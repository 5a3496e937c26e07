"""Whether everything that the app needs answers."""

import asyncio
from collections.abc import Awaitable

from revoker import log
from revoker.ports.graph import GraphUsers
from revoker.ports.ledger import Ledger
from revoker.ports.outbox import Outbox

_TIMEOUT_SECONDS = 5.0


async def health(ledger: Ledger, outbox: Outbox, graph_users: GraphUsers) -> tuple[bool, dict[str, object]]:
    """Return whether all is well, and the check of each dependency.

    Graph is asked for nothing: its check is whether a token for it can be had.
    """
    pings = {"ledger": ledger.ping(), "outbox": outbox.ping(), "identity": graph_users.ping()}
    answers = await asyncio.gather(*(_answers(name, ping) for name, ping in pings.items()))
    checks = dict(zip(pings, answers, strict=True))
    if all(word == "ok" for word in answers):
        return True, {"status": "ok", "checks": checks}
    return False, {"status": "failing", "checks": checks}


async def _answers(name: str, ping: Awaitable[None]) -> str:
    """Return ``ok`` or ``failing``; every way in which a dependency fails means the same here."""
    try:
        await asyncio.wait_for(ping, _TIMEOUT_SECONDS)
    except Exception:  # noqa: BLE001 - see the docstring
        log.failure("dependency_failing", dependency=name)
        return "failing"
    return "ok"
