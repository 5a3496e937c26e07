"""Put a request on its caller's account before anything is written; refuse it where the caller has too much waiting."""

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
    """Return what the caller had asked for before; raises TooManyError above the bound (``REVOKER_CALLER_SLOTS``).

    A run that is not written after all stays on the account for ten minutes, and no longer.
    """
    bound = policy.caller_slots
    if ask.bounded and ask.users > bound:
        message = f"one caller may have {bound:,} users waiting: post {bound:,} at most"
        raise InvalidError("The request is for more users than one caller may ask for.", [("users", message)])
    before = await _move(ask, caller, ledger, policy, now)
    if before.takes(ask, bound) and len(before.waiting) < before.look_at:
        return before
    left = await _left(before.waiting, ledger, now)
    looked = await ledger.move_caller(caller, lambda use: use.known(left))
    if before.takes(ask, bound):  # the first move put it on the account: only the old runs had to be looked up
        return before
    before = await _move(ask, caller, ledger, policy, now)
    if not before.takes(ask, bound):
        raise _refusal(looked.known(left), ask, bound, policy.pool.together)
    return before


async def _move(ask: Ask, caller: str, ledger: Ledger, policy: Policy, now: datetime) -> CallerUse:
    """Add the run to the caller's account if it fits; returns the account as it was."""

    def added(use: CallerUse) -> CallerUse:
        if not use.takes(ask, policy.caller_slots):
            return use
        return use.after(ask, now, quota=policy.pool.together, above=policy.approval_above)

    return await ledger.move_caller(caller, added)


async def _left(waiting: tuple[Waiting, ...], ledger: Ledger, now: datetime) -> Mapping[str, int]:
    """Return how many users of each run still wait: those of cancelled runs and those answered wait no more."""
    left: dict[str, int] = {}

    async def look(one: Waiting) -> None:
        run = await ledger.run(one.run)
        if run is None:  # it is being written, or was never written
            if now - one.at > WINDOW:
                left[one.run] = 0
        elif run.finished_at or run.cancelled_at:
            left[one.run] = 0
        else:
            left[one.run] = (await ledger.tally(one.run)).count(Outcome.PLANNED, Outcome.RETRYING)

    await gather_limited(look(one) for one in waiting)
    return left


def _refusal(use: CallerUse, ask: Ask, bound: int, quota: Quota) -> TooManyError:
    """Return the refusal, with the time in which the quota takes what is too much."""
    too_many = use.users + ask.users - bound
    wait = min(max(int(too_many / quota.rate) + 1, _SHORTEST), _LONGEST)
    return TooManyError(
        f"{use.users:,} users of your runs wait for the directory's quota, and one caller may have {bound:,} waiting. "
        f"Nothing was started: wait, cancel a run, or ask a person that may revoke a whole scope.",
        retry_after=wait,
    )
