"""What an answer of Graph means for one user's outcome: after a call, after a read-back, after a listing."""

from dataclasses import replace
from datetime import datetime, timedelta

from revoker.core.back_off import Patience
from revoker.core.directory_user import DirectoryUser, directory_user, identified
from revoker.core.graph_answer import GraphAnswer, reason_of
from revoker.core.outcome import READ_BACK_REFUSED, Outcome, User

# The directory has shown this user by id, and then answers 404: another replica may not have the user yet
# (docs/graph-facts.md#revoking). Only the third such answer in a row of tries is believed.
SPARE_TRIES = 2
RESTRICTED_UNIT = "restricted_unit"
_FINAL = {
    400: (Outcome.FAILED, "bad_request"),
    403: (Outcome.REFUSED, "forbidden"),
    404: (Outcome.NOT_FOUND, "no_such_user"),
}


def after_revoke(user: User, answer: GraphAnswer, *, now: datetime, give_up_at: datetime, patience: Patience) -> User:
    """Return the user after Graph's answer to ``revokeSignInSessions``; every answer has exactly one meaning."""
    tried = replace(user, status=answer.status, request_id=answer.request_id, attempts=user.attempts + 1)
    if answer.accepted:
        return replace(tried.settle(Outcome.REVOKED, None, now), called_at=now)
    if answer.says_no_such_user and user.id and tried.attempts <= SPARE_TRIES:
        return tried.settle(Outcome.RETRYING, reason_of(answer), now)
    if not answer.passing:
        return tried.settle(*_final(answer), now)
    # A 429 uses up no attempts: Graph promises to answer later, and only the batch's age ends the waiting.
    spent = tried.attempts >= patience.attempts and not answer.throttled
    next_attempt = now + timedelta(seconds=answer.retry_after or 0)
    if spent or next_attempt >= give_up_at:
        return tried.settle(Outcome.FAILED, f"gave_up_{reason_of(answer)}", now)
    return tried.settle(Outcome.RETRYING, reason_of(answer), now)


def after_read(user: User, answer: GraphAnswer, *, now: datetime, skew: timedelta, last: bool) -> User:
    """Return an accepted user after a read-back; after the ``last`` one the user is settled in any case."""
    if answer.status == 403:
        outcome = Outcome.NOT_EFFECTIVE if user.external else Outcome.REVOKED
        return user.settle(outcome, READ_BACK_REFUSED, now)
    seen = directory_user(answer.body) if answer.accepted else None
    if seen is None:
        reason = "unreadable" if answer.accepted else reason_of(answer)
        return user.settle(Outcome.UNVERIFIED, reason, now) if last else user
    return after_listing(user, seen, now=now, skew=skew, last=last)


def after_listing(user: User, seen: DirectoryUser, *, now: datetime, skew: timedelta, last: bool = False) -> User:
    """Return an accepted user as the directory shows it, read by itself or on a page among others.

    ``skew`` is how far the clocks of this worker and of the directory may differ.
    """
    known = identified(user, seen)
    if known.external:
        return known.settle(Outcome.NOT_EFFECTIVE, known.external_reason, now)
    if user.called_at and _moved(user, seen, user.called_at, skew):
        return known.settle(Outcome.VERIFIED, None, now)
    return known.settle(Outcome.UNVERIFIED, "not_seen", now) if last else known


def _moved(user: User, seen: DirectoryUser, called_at: datetime, skew: timedelta) -> bool:
    """Tell this run's revocation from an earlier one."""
    # The directory writes whole seconds: a call at 10:00:00.7 shows as 10:00:00. With a skew of 60 s, 09:59:00 is
    # young enough as well, but only if the date was older before the call: then it is not an earlier revocation's.
    before, shown, second = user.sessions_valid_from, seen.sessions_valid_from, called_at.replace(microsecond=0)
    return shown is not None and shown >= second - skew and (before is None or shown > before or shown >= second)


def _final(answer: GraphAnswer) -> tuple[Outcome, str]:
    known = _FINAL.get(answer.status or 0)
    if known is None or (answer.outer and answer.status != 403):
        return Outcome.FAILED, reason_of(answer)
    return known
