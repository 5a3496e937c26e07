"""Since when each user's sessions are valid: the one thing that revoking changes.

Facts: `user-revokesigninsessions` (the effect may lag; external users are not affected, microsoft-graph-docs#19012).
"""

from local.tenant.directory import Directory


class Sessions:
    """Changes on top of the directory's initial state; what reads see may lag behind."""

    def __init__(self, directory: Directory, replication: float) -> None:
        self.replication = replication
        self.returned: dict[int, list[float]] = {}
        self._directory = directory
        self._changes: dict[int, list[tuple[float, float]]] = {}  # when, and since when sessions were valid then

    def revoke(self, index: int, now: float) -> None:
        """End the sessions issued before now, unless they are another tenant's to end."""
        if not self._directory.person(index).external:
            self._changes.setdefault(index, []).append((now, now))

    def come_back(self, index: int, now: float) -> None:
        """Bring a user's old sessions back."""
        self._changes.setdefault(index, []).append((now, self._directory.initially_valid_from(index)))
        self.returned.setdefault(index, []).append(now)

    def revoked(self) -> list[int]:
        """List whose sessions have been ended and did not come back, in the order of their first time."""
        return [index for index, changes in self._changes.items() if changes[-1][0] == changes[-1][1]]

    def valid_from(self, index: int) -> float:
        """Tell the truth, without replication delay."""
        changes = self._changes.get(index)
        return changes[-1][1] if changes else self._directory.initially_valid_from(index)

    def seen_valid_from(self, index: int, now: float) -> float:
        """Tell what a read shows now: a change appears once it has replicated."""
        for at, valid_from in reversed(self._changes.get(index, ())):
            if at + self.replication <= now:
                return valid_from
        return self._directory.initially_valid_from(index)

    def reset(self) -> None:
        """Forget every change."""
        self._changes.clear()
        self.returned.clear()
