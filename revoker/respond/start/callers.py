"""Add a run to its caller's account before it is written; refuse it where too many of the caller's users wait."""

from collections.abc import Mapping
from datetime import datetime

from revoker.core.caller_use import WINDOW, Ask, CallerUse, Waiting
from revoker.core.outcome import Outcome
from revoker.core.pacing import Quota
from revoker.core.problems import InvalidError, TooManyError
from revoker.ports.ledger import Ledger
from revoker.respond.concurrency import gather_limited
from revoker.respond.policy import Policy

_SHORTEST, _LONGEST = 5, 900


async def put_on_account(ask: Ask, caller: str, ledger: Ledger, policy: Policy, now: datetime) -> CallerUse:
    """Add a run to its caller's account; returns the account as it was before.

    Raises TooManyError where the caller would have more users waiting than it may (``REVOKER_CALLER_SLOTS``). A run
    that is not written after all leaves the account after ten minutes.
    """
    bound = policy.caller_slots
    if ask.bounded and ask.users > bound:
        message = f"one caller may have {bound:,} users waiting: post {bound:,} at most"
        raise InvalidError("The request is for more users than one caller may ask for.", [("users", message)])
    before = await _move(ask, caller, ledger, policy, now)
    if before.fits(ask, bound) and len(before.waiting) < before.recount_at:
        return before
    left = await _left(before.waiting, ledger, now)
    recounted = await ledger.move_caller(caller, lambda use: use.with_waiting(left))
    if before.fits(ask, bound):  # the first change added the run: only the old runs had to be counted
        return before
    before = await _move(ask, caller, ledger, policy, now)
    if not before.fits(ask, bound):
        raise _refusal(recounted.with_waiting(left), ask, bound, policy.pool.together)
    return before


async def _move(ask: Ask, caller: str, ledger: Ledger, policy: Policy, now: datetime) -> CallerUse:
    """Add the run to the caller's account if it fits; returns the account as it was."""

    def added(use: CallerUse) -> CallerUse:
        if not use.fits(ask, policy.caller_slots):
            return use
        return use.after(ask, now, quota=policy.pool.together, above=policy.approval_above)

    return await ledger.move_caller(caller, added)


async def _left(waiting: tuple[Waiting, ...], ledger: Ledger, now: datetime) -> Mapping[str, int]:
    """Return how many users of each run still wait; a run that has ended or was cancelled has none."""
    left: dict[str, int] = {}

    async def count(one: Waiting) -> None:
        run = await ledger.run(one.run)
        if run is None:  # it is being written, or its worker died before that
            if now - one.at > WINDOW:
                left[one.run] = 0
        elif run.finished_at or run.cancelled_at:
            left[one.run] = 0
        else:
            left[one.run] = (await ledger.tally(one.run)).count(Outcome.PLANNED, Outcome.RETRYING)

    await gather_limited(count(one) for one in waiting)
    return left


def _refusal(use: CallerUse, ask: Ask, bound: int, quota: Quota) -> TooManyError:
    """Return the refusal, with the time in which the quota takes as many users as are too many."""
    too_many = use.users + ask.users - bound
    wait = min(max(int(too_many / quota.rate) + 1, _SHORTEST), _LONGEST)
    return TooManyError(
        f"{use.users:,} users of your runs wait for the directory's quota, and one caller may have {bound:,} waiting. "
        f"Nothing was started: wait, cancel a run, or ask a person that may revoke a whole scope.",
        retry_after=wait,
    )
