"""Since when each user's sessions are valid: the one thing that revoking changes.

Facts: `user-revokesigninsessions` (the effect may lag; external users are not affected, microsoft-graph-docs#19012).
"""

from local.tenant.directory import Directory


class Sessions:
    """Changes on top of the directory's initial state; what reads see may lag behind by `replication` seconds."""

    def __init__(self, directory: Directory, replication: float) -> None:
        self.replication = replication
        self.returned: dict[int, list[float]] = {}
        self._directory = directory
        self._changes: dict[int, list[tuple[float, float]]] = {}  # when, and since when sessions were valid then

    def revoke(self, index: int, now: float) -> None:
        """End the sessions issued before now; those of an external user belong to its identity provider."""
        if not self._directory.person(index).external:
            self._changes.setdefault(index, []).append((now, now))

    def come_back(self, index: int, now: float) -> None:
        """Bring a user's old sessions back."""
        self._changes.setdefault(index, []).append((now, self._directory.initially_valid_from(index)))
        self.returned.setdefault(index, []).append(now)

    def revoked(self) -> list[int]:
        """List the users that are revoked and did not come back, in the order of their first revocation."""
        # A revocation is a change to its own moment; a return is one to a date long before.
        return [index for index, changes in self._changes.items() if changes[-1][0] == changes[-1][1]]

    def valid_from(self, index: int) -> float:
        """Return the truth, without replication delay, in seconds since the epoch."""
        changes = self._changes.get(index)
        if not changes:
            return self._directory.initially_valid_from(index)
        return changes[-1][1]

    def seen_valid_from(self, index: int, now: float) -> float:
        """Return what a read shows now: a change appears once it has replicated."""
        for at, valid_from in reversed(self._changes.get(index, ())):
            if at + self.replication <= now:
                return valid_from
        return self._directory.initially_valid_from(index)

    def reset(self) -> None:
        """Forget every change."""
        self._changes.clear()
        self.returned.clear()
