"""Until when an intruder may still have access after a run, and the sentence that stands beside that moment. Pure.

Facts: docs/graph-facts.md#residual-access.
"""

from datetime import datetime, timedelta

from revoker.core.tally import Tally

LIFETIMES = (
    "That moment is likely, and no upper bound: a token lifetime policy allows access tokens of up to 24 hours. "
    "Clients with Continuous Access Evaluation hold tokens of up to 28 hours; Exchange, SharePoint, Teams and Graph "
    "stop accepting those within about 15 minutes of the revocation, not for guests, and in GCC High and DoD in "
    "Exchange only."
)

# The same for a cell of a table, where the sentences would make a file of 100,000 users half as long again.
LIFETIMES_IN_SHORT = (
    "likely, no upper bound: 24 h by a token lifetime policy; CAE tokens 28 h, cut within about 15 min, "
    "not for guests, in GCC High and DoD in Exchange only"
)


def residual_until(counted: Tally, token_life: timedelta) -> datetime | None:
    """Return when a token issued just before the last revocation took effect has lived its own life out.

    Entra may issue tokens until a revocation has reached every replica, so the life of the last of them begins when the
    directory shows the revocation: called at 9:00, shown at 9:02, with a life of 120 minutes gives 11:02. A run whose
    revocations do not show yet, or whose row was written before that moment was kept, counts from the call.
    """
    if counted.last_called_at is None:
        return None
    return max(counted.last_called_at, counted.last_looked_at or counted.last_called_at) + token_life
