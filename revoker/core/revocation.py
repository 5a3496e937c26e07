"""A revocation by an earlier run that the directory has shown, and what it means for a user that is asked for again."""

from dataclasses import dataclass, replace
from datetime import datetime

from revoker.core.outcome import Outcome, User
from revoker.core.request import Request

BY_A_RUN = "revoked_by_run"


@dataclass(frozen=True, slots=True)
class Revocation:
    """The run that revoked a user last and saw it in the directory, and when Graph accepted the call."""

    run: str
    at: datetime


def spares_since(request: Request, now: datetime) -> datetime | None:
    """Return the earliest moment of a revocation that says something about a request's users; None where none does."""
    moments = [request.issued_before] if request.issued_before else []
    if request.cooldown:
        moments.append(now - request.cooldown)
    return min(moments, default=None)


def by_our_own(user: User, ours: Revocation | None, request: Request, now: datetime) -> User:
    """Return a user with what the last revocation by a run means for it, None where there was none.

    A waiting user that was revoked within the cooldown is settled. A user that the cutoff spared gets the id of that
    run, if it revoked the user after the cutoff. The directory's date alone spares no user within a cooldown: the
    account itself moves it with "sign out everywhere", and an intruder in it could keep every run away.
    """
    if ours is None or user.external:
        return user
    if user.is_waiting and request.cooldown and now - ours.at <= request.cooldown:
        return replace(user.settle(Outcome.ALREADY_REVOKED, BY_A_RUN, now), revoked_by=ours.run)
    spared = user.outcome is Outcome.ALREADY_REVOKED and request.issued_before
    if spared and ours.at >= spared:
        return replace(user, reason=BY_A_RUN, revoked_by=ours.run)
    return user
