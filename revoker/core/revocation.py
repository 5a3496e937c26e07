"""A revocation of our own that the directory has shown, and what it means for a user that is asked for again. Pure."""

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


def by_our_own(user: User, ours: Revocation | None, request: Request, now: datetime) -> User:
    """Return a user, settled where a run of ours revoked it within the cooldown; and whose revocation spared it.

    The date in the directory cannot tell: the account itself moves it with "sign out everywhere", and so an intruder in
    the account would keep every run of an incident away from it.
    """
    if ours is None or user.external:
        return user
    if user.is_waiting and request.cooldown and now - ours.at <= request.cooldown:
        return replace(user.settle(Outcome.ALREADY_REVOKED, BY_A_RUN, now), revoked_by=ours.run)
    spared = user.outcome is Outcome.ALREADY_REVOKED and request.issued_before
    if spared and ours.at >= spared:
        return replace(user, reason=BY_A_RUN, revoked_by=ours.run)
    return user
