"""What one caller asked for lately, so that no caller takes the write quota or the urgent lane from the others.

A caller with the smaller role needs no second person below the cap, so runs are added up: the users of its runs within
ten minutes for the cap and the alert, those that wait for their slots for its bound, and its urgent ones for its share
of the urgent lane. All of it is one row for each caller, changed by compare-and-swap: two instances see one
another's runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from revoker.core.pacing import Quota
from revoker.core.plan import URGENT_UP_TO

WINDOW = timedelta(minutes=10)
# Runs of one caller that wait for slots at once: the row must be read whole at each request.
MOST_RUNS = 500
# The part of the bucket, and of what flows into it, that one caller's urgent work may take.
_URGENT_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Waiting:
    """A run of named users, how many of them may still wait for their slots, and when it was asked for."""

    run: str
    users: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A run as its caller asks for it: ``users`` to be called, of ``size`` at most where a scope is counted.

    ``bounded``: its users are named, by a caller that may not need the larger role, so the caller's bound holds.
    ``urgent``: it would take the urgent lane.
    """

    run: str
    users: int
    size: int
    bounded: bool = True
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerUse:
    """``waiting`` are runs with users that wait, ``alone`` the users asked for without a second person, by the minute.

    ``urgent_until``: when the caller's share of the urgent lane is whole again, in seconds since the epoch.
    ``look_at``: with so many runs in ``waiting``, the ledger is asked which of them wait no more.
    """

    waiting: tuple[Waiting, ...] = ()
    alone: tuple[tuple[datetime, int], ...] = ()
    urgent_until: float = 0.0
    look_at: int = 100

    @property
    def users(self) -> int:
        """The number of users that may wait for their slots."""
        return sum(run.users for run in self.waiting)

    def recent(self, now: datetime) -> int:
        """Return for how many users the caller asked within ten minutes, in runs that no second person approved."""
        return sum(users for at, users in self.alone if now - at < WINDOW)

    def takes(self, ask: Ask, bound: int) -> bool:
        """Whether a run fits below the caller's bound."""
        return not ask.bounded or (self.users + ask.users <= bound and len(self.waiting) < MOST_RUNS)

    def spares_lane(self, ask: Ask, quota: Quota, now: datetime) -> bool:
        """Whether a run's users fit into what is left of the caller's share of the urgent lane."""
        # 3,000 writes at 20/s: the share is 750 at once, then 5 a second, so 200 users take 40 s of it, and an empty
        # share is whole again after 150 s. Three runs of 200 come to 120 s and fit; a fourth would come to 160 s.
        return self._urgent_after(ask, quota, now) - now.timestamp() <= _full(quota)

    def after(self, ask: Ask, now: datetime, *, quota: Quota, above: int) -> "CallerUse":
        """Return the account with one run more. A run that awaits approval does not count towards the cap."""
        alone, until, waiting = self.alone, self.urgent_until, self.waiting
        if not above or self.recent(now) + ask.size <= above:
            alone = _added(alone, now, ask.users if ask.bounded else ask.size)
        if ask.urgent and self.spares_lane(ask, quota, now):
            until = self._urgent_after(ask, quota, now)
        if ask.bounded and ask.users:
            waiting = (*waiting, Waiting(ask.run, ask.users, now))
        return replace(self, waiting=waiting, alone=alone, urgent_until=until)

    def known(self, left: Mapping[str, int]) -> "CallerUse":
        """Return the account with ``left`` users waiting in each run; a run that is not in ``left`` stays as it is."""
        waiting: list[Waiting] = []
        for run in self.waiting:
            users = min(run.users, left.get(run.run, run.users))
            if users:
                waiting.append(replace(run, users=users))
        return replace(self, waiting=tuple(waiting), look_at=len(waiting) + 100)

    def _urgent_after(self, ask: Ask, quota: Quota, now: datetime) -> float:
        return max(self.urgent_until, now.timestamp()) + ask.users / (_URGENT_SHARE * quota.rate)


def _full(quota: Quota) -> float:
    """Return in how many seconds an empty share is whole; it holds one urgent run at least."""
    return max(URGENT_UP_TO, _URGENT_SHARE * quota.burst) / (_URGENT_SHARE * quota.rate)


def _added(alone: tuple[tuple[datetime, int], ...], now: datetime, users: int) -> tuple[tuple[datetime, int], ...]:
    """Return the numbers of the last ten minutes with one more; numbers of one minute are added up.

    5 users at 09:00:10 and 3 at 09:00:50 are kept as 8 at 09:00:50.
    """
    recent = [one for one in alone if now - one[0] < WINDOW]
    if recent and now - recent[-1][0] < timedelta(minutes=1) and recent[-1][0].minute == now.minute:
        _, before = recent.pop()
        users += before
    return (*recent, (now, users))
