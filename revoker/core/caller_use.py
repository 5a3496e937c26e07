"""What one caller asked for lately, so that no caller takes the write quota or the urgent lane from the others.

Many small runs come to the same as one large one, so a caller's runs are added up. The users of its runs within ten
minutes count for the approval cap and for the alert on mass runs. Users that wait for their slots count for the
caller's bound (``REVOKER_CALLER_SLOTS``), urgent ones for its share of the urgent lane. All of it is one row for each
caller, changed by compare-and-swap, so two instances of the app see one another's runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from revoker.core.pacing import Quota
from revoker.core.plan import URGENT_UP_TO

WINDOW = timedelta(minutes=10)
# Runs of one caller with users that wait: all of them are in one row, which each request reads and writes whole.
MOST_RUNS = 500
# The share (0-1) of the bucket, and of its refill, that one caller's urgent users may take.
_URGENT_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Waiting:
    """A run of named users, how many of them may still wait for their slots, and when it was asked for."""

    run: str
    users: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A run that is to be added: how many named ``users`` it would revoke, and its ``size`` with those of its scope.

    ``bounded``: the caller's bound holds for it, since it names its users and takes the smaller role only.
    ``urgent``: it would take the urgent lane.
    """

    run: str
    users: int
    size: int
    bounded: bool = True
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerUse:
    """One caller's account.

    ``waiting`` are runs with users that wait for their slots. ``alone`` are the numbers of users asked for without a
    second person, by the minute. ``urgent_until`` is when the caller's share of the urgent lane is whole again, in
    seconds since the epoch. Once ``waiting`` has ``recount_at`` runs, the ledger is asked how many of their users wait;
    a row without that number has the first one, 100.
    """

    waiting: tuple[Waiting, ...] = ()
    alone: tuple[tuple[datetime, int], ...] = ()
    urgent_until: float = 0.0
    recount_at: int = 100

    @property
    def users(self) -> int:
        """The number of users that may wait for their slots."""
        return sum(run.users for run in self.waiting)

    def recent(self, now: datetime) -> int:
        """Return for how many users the caller asked within ten minutes without needing a second person."""
        return sum(users for at, users in self.alone if now - at < WINDOW)

    def fits(self, ask: Ask, bound: int) -> bool:
        """Whether the caller may have the run's users waiting too; ``bound`` is the number that it may have."""
        return not ask.bounded or (self.users + ask.users <= bound and len(self.waiting) < MOST_RUNS)

    def fits_urgent_share(self, ask: Ask, quota: Quota, now: datetime) -> bool:
        """Whether a run's users fit into what is left of the caller's share of the urgent lane."""
        # 3,000 writes at 20/s: the share is 750 at once, then 5 a second, so 200 users take 40 s of it, and an empty
        # share is whole again after 150 s. Three runs of 200 come to 120 s and fit; a fourth would come to 160 s.
        return self._urgent_after(ask, quota, now) - now.timestamp() <= _refill(quota)

    def after(self, ask: Ask, now: datetime, *, quota: Quota, above: int) -> "CallerUse":
        """Return the account with one run more.

        A run with which the caller comes to more than ``above`` users needs a second person, so it is not in ``alone``.
        """
        alone, until, waiting = self.alone, self.urgent_until, self.waiting
        if not above or self.recent(now) + ask.size <= above:
            alone = _added(alone, now, ask.users if ask.bounded else ask.size)
        if ask.urgent and self.fits_urgent_share(ask, quota, now):
            until = self._urgent_after(ask, quota, now)
        if ask.bounded and ask.users:
            waiting = (*waiting, Waiting(ask.run, ask.users, now))
        return replace(self, waiting=waiting, alone=alone, urgent_until=until)

    def with_waiting(self, left: Mapping[str, int]) -> "CallerUse":
        """Return the account with ``left`` users waiting, by run; a run that is not in ``left`` stays as it is."""
        waiting: list[Waiting] = []
        for run in self.waiting:
            users = min(run.users, left.get(run.run, run.users))
            if users:
                waiting.append(replace(run, users=users))
        return replace(self, waiting=tuple(waiting), recount_at=len(waiting) + 100)

    def _urgent_after(self, ask: Ask, quota: Quota, now: datetime) -> float:
        return max(self.urgent_until, now.timestamp()) + ask.users / (_URGENT_SHARE * quota.rate)


def _refill(quota: Quota) -> float:
    """Return in how many seconds an empty share is whole again. It takes one urgent run of 200 users at least."""
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
