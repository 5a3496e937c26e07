"""What the tenant was asked and what it did, so that tests judge by what happened, not by what was said of it."""

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation, or the outer call of a batch; `status` is 0 when its answer was lost. Never a token."""

    at: float
    method: str
    path: str
    status: int
    batched: bool


@dataclass
class Journal:
    """Counts as they happen, so that reading costs nothing and writing next to nothing.

    `statuses` are those of operations: items of batches, and calls of their own (an outer call only when it failed as
    a whole). `lost` are answers that did not reach the caller whole, and items missing from a batch's answer.
    """

    tokens: int = 0
    requests: int = 0
    batches: int = 0
    items: int = 0
    reads: int = 0
    lost: int = 0
    revokes: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    accepted: dict[int, list[float]] = field(default_factory=dict)
    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=_KEPT))
    _first: float | None = None
    _last: float | None = None

    def note(self, entry: Entry) -> None:
        """Remember an operation and its status."""
        self.entries.append(entry)
        if entry.status:
            self.statuses[entry.status] += 1

    def note_accepted(self, index: int, now: float) -> None:
        """Count a revocation that the tenant carried out, whether or not its answer arrived."""
        self.revokes["accepted"] += 1
        self.accepted.setdefault(index, []).append(now)
        self._first = now if self._first is None else self._first
        self._last = now

    def note_unaccepted(self, status: int) -> None:
        """Count a revocation that was not carried out, by the reason given."""
        self.revokes[{429: "throttled", 403: "refused"}.get(status, "failed")] += 1

    def summary(self, users: int) -> dict[str, Any]:
        """Everything at a glance."""
        return {
            "tokens": self.tokens,
            "requests": self.requests,
            "batches": self.batches,
            "items": self.items,
            "revokes": {name: self.revokes[name] for name in ("accepted", "throttled", "refused", "failed")},
            "reads": self.reads,
            "lost": self.lost,
            "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
            "duplicates": sum(1 for moments in self.accepted.values() if len(moments) > 1),
            "revokedUsers": len(self.accepted),
            "firstAcceptedAt": self._first,
            "lastAcceptedAt": self._last,
            "users": users,
        }

    def log(self, limit: int) -> list[dict[str, Any]]:
        """Write out the last operations, oldest first."""
        return [
            {"at": e.at, "method": e.method, "path": e.path, "status": e.status, "batched": e.batched}
            for e in list(self.entries)[-limit:]
        ]
