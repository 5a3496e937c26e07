"""How long a worker waits before it asks Graph again, and for how long it tries at all."""

from dataclasses import dataclass
from datetime import timedelta

from revoker.core.graph_answer import GraphAnswer

_LONGEST_PAUSE = 300.0


@dataclass(frozen=True, slots=True)
class Patience:
    """The limits of trying one user: ``attempts`` for faults other than 429, ``age`` for everything."""

    attempts: int
    age: timedelta


def pause(answer: GraphAnswer, attempts: int, jitter: float) -> float:
    """Return the seconds to wait before the next attempt.

    ``attempts`` counts those made so far, from 1. ``jitter`` in [0, 1) spreads batches that failed together.
    """
    # Graph's own Retry-After is never shortened: 20 s becomes 20 to 22 s, 1 s becomes 1 to 2 s.
    if answer.retry_after is not None:
        return answer.retry_after + jitter * max(1.0, 0.1 * answer.retry_after)
    # One answer that was lost, or one 5xx, says little about Graph, and urgent users wait for the next attempt, as a
    # whole run waits for the listing of its role holders. So the first wait is short, and each is four times the one
    # before: at jitter 0.5 they are 0.5, 2, 8, 32, 128 s, and 300 s from the sixth on.
    if answer.lost or (answer.status or 0) >= 500:
        return min(_LONGEST_PAUSE, 4.0 ** min(attempts, 6) / 8) * (0.5 + jitter)
    # After any other answer, such as a 429 without Retry-After or a 404 about a user that the directory has just shown,
    # the waits are 2, 4, 8 … 256, 300 s at jitter 0.5. Jitter 0 halves each wait, jitter near 1 makes it half as long
    # again.
    return min(_LONGEST_PAUSE, 2.0 ** min(attempts, 9)) * (0.5 + jitter)
