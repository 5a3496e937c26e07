"""Since when each user's sessions are valid: the one thing that revoking changes.

Facts: `user-revokesigninsessions` (the effect may lag; external users are not affected, microsoft-graph-docs#19012).
"""

from local.tenant.directory import Directory


class Sessions:
    """Revocations on top of the directory's initial state; what reads see may lag behind."""

    def __init__(self, directory: Directory, replication: float) -> None:
        self.replication = replication
        self._directory = directory
        self._revoked: dict[int, list[float]] = {}

    def revoke(self, index: int, now: float) -> None:
        """End the sessions issued before now, unless they are another tenant's to end."""
        if not self._directory.person(index).external:
            self._revoked.setdefault(index, []).append(now)

    def valid_from(self, index: int) -> float:
        """Tell the truth, without replication delay."""
        moments = self._revoked.get(index)
        return moments[-1] if moments else self._directory.initially_valid_from(index)

    def seen_valid_from(self, index: int, now: float) -> float:
        """Tell what a read shows now: a revocation appears once it has replicated."""
        for moment in reversed(self._revoked.get(index, ())):
            if moment + self.replication <= now:
                return moment
        return self._directory.initially_valid_from(index)

    def reset(self) -> None:
        """Forget every revocation."""
        self._revoked.clear()
