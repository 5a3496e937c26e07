"""Devices that were off at the eviction come back: as time goes on, a share of the revoked users is as before.

It looks so from outside when an account is restored, enabled again or converted: a user that was revoked has sessions
from before the eviction. The users are drawn from the seed and the number of the period, so that the same seed and the
same times give the same users.
"""

from dataclasses import dataclass
from random import Random

from local.tenant.sessions import Sessions


@dataclass
class Returns:
    """Every so many `seconds` from `since` on, this `share` (0-1) of the users that are revoked then comes back."""

    seed: int
    share: float = 0.0
    seconds: float = 3600.0
    since: float = 0.0
    _done: int = 0

    def change(self, share: float, seconds: float, now: float) -> None:
        """Begin anew with another share or period; ValueError for a share outside 0-1 or a period of 0."""
        if not 0 <= share <= 1 or seconds <= 0:
            message = f"a share of {share} every {seconds} s: write a share from 0 to 1 and a period above 0"
            raise ValueError(message)
        self.share, self.seconds, self.since, self._done = share, seconds, now, 0

    def happen(self, sessions: Sessions, now: float) -> None:
        """Let every return that is due by now happen, each at the end of its period."""
        due = 0
        if self.share:
            due = int((now - self.since) // self.seconds)
        # Several periods may have passed since the last call; each draws from the users revoked by then.
        for period in range(self._done + 1, due + 1):
            candidates = sessions.revoked()
            count = round(self.share * len(candidates))
            for index in Random(f"{self.seed}:{period}").sample(candidates, count):
                sessions.come_back(index, self.since + period * self.seconds)
        self._done = max(self._done, due)
