"""What the directory answered about one user, and what that means for the user's outcome."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from revoker.core.directory_user import DirectoryUser, directory_user
from revoker.core.outcome import READ_BACK_REFUSED, Outcome, User

_LATER = frozenset({401, 408, 409, 423, 425, 429})
_FINAL = {
    400: (Outcome.FAILED, "bad_request"),
    403: (Outcome.REFUSED, "forbidden"),
    404: (Outcome.NOT_FOUND, "no_such_user"),
}
_LONGEST_PAUSE = 300.0
_CLIP = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphAnswer:
    """One answer of Graph; without ``status`` there was none and ``fault`` says why.

    Faults: ``timeout``, ``connection``, ``no_token``, ``missing`` (left out of a batch answer), ``unreadable`` (not
    JSON, or not what was asked for), ``foreign_link`` (the next page is said to be on another host), ``endless`` (a
    listing of too many pages), ``protection_unknown`` (we did not ask). From headers: ``retry_after`` in seconds, and
    ``load``, the share of the quota in use where it is told (``x-ms-throttle-limit-percentage``, above 0.8).
    ``outer`` marks an answer to a whole batch, which says nothing about the user: its 404 is not the user's.
    """

    status: int | None = None
    fault: str | None = None
    body: Mapping[str, object] = field(default_factory=dict)
    retry_after: float | None = None
    request_id: str | None = None
    load: float = 0.0
    outer: bool = False

    @property
    def says_no_such_user(self) -> bool:
        """Whether the directory knows no user by that name."""
        return self.status == 404 and not self.outer

    @property
    def accepted(self) -> bool:
        """Whether Graph took it: any 2xx, unless it says ``{"value": false}`` (reference: graph, Revoking)."""
        return self.status is not None and 200 <= self.status < 300 and self.body.get("value") is not False

    @property
    def throttled(self) -> bool:
        """Whether the quota was the reason."""
        return self.status == 429

    @property
    def message(self) -> str:
        """Return what Graph said was wrong, clipped, in one line."""
        error = self.body.get("error")
        text = error.get("message") if isinstance(error, Mapping) else None
        return " ".join(text.split())[:_CLIP] if isinstance(text, str) else ""

    @property
    def passing(self) -> bool:
        """Whether the same question may be answered differently later."""
        return self.status is None or self.status in _LATER or self.status >= 500


PROTECTION_UNKNOWN = GraphAnswer(fault="protection_unknown")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a user is tried: tries for faults other than 429, age for everything."""

    attempts: int
    age: timedelta


def reason_of(answer: GraphAnswer) -> str:
    """Return the machine word for an answer that is not a success."""
    if answer.status is None:
        return answer.fault or "no_answer"
    if answer.throttled:
        return "throttled"
    if 200 <= answer.status < 300:
        return "value_false"
    return f"batch_http_{answer.status}" if answer.outer else f"http_{answer.status}"


def pause(answer: GraphAnswer, attempts: int, jitter: float) -> float:
    """Return the seconds to wait before asking again: the server's spec if it has one, else doubling to about 300.

    ``jitter`` in [0, 1) spreads batches that failed together, and only ever lengthens the server's spec.
    """
    if answer.retry_after is not None:
        return answer.retry_after + jitter * max(1.0, 0.1 * answer.retry_after)
    return min(_LONGEST_PAUSE, 2.0 ** min(attempts, 9)) * (0.5 + jitter)


def after_revoke(user: User, answer: GraphAnswer, *, now: datetime, give_up_at: datetime, patience: Patience) -> User:
    """Return the user after Graph's answer to ``revokeSignInSessions``; every answer has exactly one meaning."""
    told = replace(user, status=answer.status, request_id=answer.request_id, attempts=user.attempts + 1)
    if answer.accepted:
        return replace(told.settle(Outcome.REVOKED, None, now), called_at=now)
    if not answer.passing:
        return told.settle(*_final(answer), now)
    spent = told.attempts >= patience.attempts and not answer.throttled
    wished = now + timedelta(seconds=answer.retry_after or 0)
    if spent or wished >= give_up_at:
        return told.settle(Outcome.FAILED, f"gave_up_{reason_of(answer)}", now)
    return told.settle(Outcome.RETRYING, reason_of(answer), now)


def _moved(user: User, seen: DirectoryUser, called_at: datetime, skew: timedelta) -> bool:
    """Tell ours from an earlier revocation, within the clocks' skew: the directory writes whole seconds."""
    before, shown, second = user.sessions_valid_from, seen.sessions_valid_from, called_at.replace(microsecond=0)
    return shown is not None and shown >= second - skew and (before is None or shown > before or shown >= second)


def _final(answer: GraphAnswer) -> tuple[Outcome, str]:
    known = None if answer.outer and answer.status != 403 else _FINAL.get(answer.status or 0)
    return known or (Outcome.FAILED, reason_of(answer))


def after_read(user: User, answer: GraphAnswer, *, now: datetime, skew: timedelta, last: bool) -> User:
    """Return an accepted user after a read-back: what shows is ``verified``; after the ``last`` one nobody waits."""
    if answer.status == 403:
        outcome = Outcome.NOT_EFFECTIVE if user.external else Outcome.REVOKED
        return user.settle(outcome, READ_BACK_REFUSED, now)
    seen = directory_user(answer.body) if answer.accepted else None
    if seen is None:
        reason = "unreadable" if answer.accepted else reason_of(answer)
        return user.settle(Outcome.UNVERIFIED, reason, now) if last else user
    return after_listing(user, seen, now=now, skew=skew, last=last)


def after_listing(user: User, seen: DirectoryUser, *, now: datetime, skew: timedelta, last: bool = False) -> User:
    """Return an accepted user whom the directory shows: by itself, or on a page among others."""
    known = replace(
        user, id=seen.id, user_principal_name=seen.user_principal_name, sessions_valid_from=seen.sessions_valid_from
    )
    if seen.external or user.external:
        return known.settle(Outcome.NOT_EFFECTIVE, "external_user", now)
    if user.called_at and _moved(user, seen, user.called_at, skew):
        return known.settle(Outcome.VERIFIED, None, now)
    return known.settle(Outcome.UNVERIFIED, "not_seen", now) if last else known
