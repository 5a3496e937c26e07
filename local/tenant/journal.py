"""What the tenant was asked and what it did, so that tests judge by what happened, not by what was said of it."""

from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from typing import Any

_KEPT = 20_000  # operations in the log: a run over 20,000 users fits
_RESULTS = ("accepted", "throttled", "refused", "failed")
_REASONS = {429: "throttled", 403: "refused"}


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
    applications: dict[str, Counter[str]] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    # By position, all moments: a user that was revoked twice is the fault that tests look for.
    accepted: dict[int, list[float]] = field(default_factory=dict)
    accepted_by: dict[int, list[str]] = field(default_factory=dict)
    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=_KEPT))
    _first: float | None = None
    _last: float | None = None

    def note(self, entry: Entry) -> None:
        """Remember an operation and its status."""
        self.entries.append(entry)
        if entry.status:
            self.statuses[entry.status] += 1

    def note_accepted(self, index: int, app: str, now: float) -> None:
        """Count a revocation that the tenant carried out, whether or not its answer arrived."""
        self._count("accepted", app)
        self.accepted.setdefault(index, []).append(now)
        self.accepted_by.setdefault(index, []).append(app)
        if self._first is None:
            self._first = now
        self._last = now

    def note_unaccepted(self, status: int, app: str = "") -> None:
        """Count a revocation that was not carried out, by the reason given; without `app` the caller is unknown."""
        self._count(_REASONS.get(status, "failed"), app)

    def _count(self, result: str, app: str) -> None:
        self.revokes[result] += 1
        if app:
            self.applications.setdefault(app, Counter())[result] += 1

    def summary(self, users: int) -> dict[str, Any]:
        """Return every count; `applications` tells by client id which one revoked and which was throttled."""
        return {
            "tokens": self.tokens,
            "requests": self.requests,
            "batches": self.batches,
            "items": self.items,
            "revokes": _counts(self.revokes),
            "applications": {app: _counts(counter) for app, counter in self.applications.items()},
            "reads": self.reads,
            "lost": self.lost,
            "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
            "duplicates": sum(len(moments) > 1 for moments in self.accepted.values()),
            "revokedUsers": len(self.accepted),
            "firstAcceptedAt": self._first,
            "lastAcceptedAt": self._last,
            "users": users,
        }

    def log(self, limit: int) -> list[dict[str, Any]]:
        """Write out the last operations, oldest first."""
        return list(map(asdict, list(self.entries)[-limit:]))


def _counts(counter: Counter[str]) -> dict[str, int]:
    return {name: counter[name] for name in _RESULTS}
