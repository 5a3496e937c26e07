"""What happened to one user: the words, their order, and how two accounts of the same user become one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """The one vocabulary of code, log, ledger, API and report; listed from least to most known."""

    PLANNED = "planned"
    RETRYING = "retrying"
    CANCELLED = "cancelled"
    ABANDONED = "abandoned"
    FAILED = "failed"
    REFUSED = "refused"
    UNRESOLVED = "unresolved"
    NOT_FOUND = "not_found"
    ALREADY_REVOKED = "already_revoked"
    EXCLUDED = "excluded"
    REVOKED = "revoked"
    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    NOT_EFFECTIVE = "not_effective"
    PROTECTED = "protected"


WAITING = frozenset({Outcome.PLANNED, Outcome.RETRYING})

FAILURES = frozenset(
    {
        Outcome.REFUSED,
        Outcome.FAILED,
        Outcome.ABANDONED,
        Outcome.UNVERIFIED,
        Outcome.UNRESOLVED,
        Outcome.NOT_FOUND,
    }
)

RETRYABLE = frozenset({Outcome.FAILED, Outcome.REFUSED, Outcome.ABANDONED, Outcome.UNVERIFIED})

READ_BACK_REFUSED = "read_back_refused"

_RANK = {outcome: rank for rank, outcome in enumerate(Outcome)}


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One user's line in the ledger.

    ``key`` is how Graph is asked (object id or UPN, lower case), or ``#n`` where there is nothing to ask with.
    ``called_at`` is the moment of the accepted call, against which the read-back is judged.
    """

    key: str
    requested_as: str
    outcome: Outcome = Outcome.PLANNED
    id: str | None = None
    user_principal_name: str | None = None
    external: bool = False
    reason: str | None = None
    status: int | None = None
    request_id: str | None = None
    attempts: int = 0
    called_at: datetime | None = None
    settled_at: datetime | None = None
    sessions_valid_from: datetime | None = None

    @property
    def names(self) -> frozenset[str]:
        """Every name this user is known by, lower case."""
        return frozenset(name.lower() for name in (self.key, self.id, self.user_principal_name) if name)

    @property
    def is_waiting(self) -> bool:
        """Whether a revocation is still to be sent."""
        return self.outcome in WAITING

    @property
    def is_unseen(self) -> bool:
        """Whether Graph accepted and a read-back may still show it."""
        return self.outcome is Outcome.REVOKED and self.reason != READ_BACK_REFUSED

    @property
    def is_final(self) -> bool:
        """Whether nothing more will be done for this user."""
        return not (self.is_waiting or self.is_unseen)

    def settle(self, outcome: Outcome, reason: str | None, now: datetime) -> "User":
        """Return this user with a new outcome."""
        return replace(self, outcome=outcome, reason=reason, settled_at=now)


def _precedence(user: User) -> tuple[int, int, str, str]:
    return (_RANK[user.outcome], user.attempts, str(user.settled_at or ""), repr(user))


def merge(ours: User, theirs: User) -> User:
    """Return whichever account of one user knows more: commutative, associative, idempotent.

    Delivery is at-least-once and unordered, so two workers may write about the same user in either order.
    """
    return max(ours, theirs, key=_precedence)


def merge_all(ours: Iterable[User], theirs: Iterable[User]) -> tuple[User, ...]:
    """Merge what was learnt about some users into all users of a batch, keeping the batch's order."""
    learnt = {user.key: user for user in theirs}
    return tuple(merge(user, learnt.get(user.key, user)) for user in ours)
