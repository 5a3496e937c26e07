"""Everything a trigger needs, as one value."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from revoker.ports.ledger import Ledger
from revoker.ports.sweeps import Sweeps
from revoker.respond.policy import Tools
from revoker.respond.protect import Protection
from revoker.settings import Settings
from revoker.views.status import StatusBasis


class Closable(Protocol):
    """A client with connections of its own."""

    async def close(self) -> None:
        """Close them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """Everything a trigger needs; ``clients`` are closed in order."""

    settings: Settings
    tools: Tools
    protection: Protection
    sweeps: Sweeps
    clients: tuple[Closable, ...] = ()

    @property
    def ledger(self) -> Ledger:
        """The record that every route reads."""
        return self.tools.ledger

    @property
    def status_basis(self) -> StatusBasis:
        """What every status is computed with."""
        return StatusBasis(self.tools.policy.pool, self.settings.access_token_life)

    def now(self) -> datetime:
        """Return the moment, in UTC."""
        return self.tools.clock.now()

    async def close(self) -> None:
        """Close every connection."""
        for client in self.clients:
            await client.close()
