"""What happened to one user: the outcome words, their order, and how two records of one user are merged."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """The words for what happened to a user, in code, log, ledger, API and report.

    Listed from the least final to the most final: merging two records of a user keeps the later word of this list.
    """

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

# Outcomes of users not done, the gravest first.
NOT_DONE = (
    Outcome.REFUSED,
    Outcome.FAILED,
    Outcome.ABANDONED,
    Outcome.UNVERIFIED,
    Outcome.UNRESOLVED,
    Outcome.NOT_FOUND,
    Outcome.CANCELLED,
)
# A run with one of these ends `completed_with_failures`; one that was cancelled ends `cancelled`.
FAILURES = frozenset(NOT_DONE) - {Outcome.CANCELLED}

# The directory was read after the call, and showed the revocation, or did not until the checks were over.
LOOKED_AT = frozenset({Outcome.VERIFIED, Outcome.UNVERIFIED})

RETRYABLE = frozenset({Outcome.FAILED, Outcome.REFUSED, Outcome.ABANDONED, Outcome.UNVERIFIED})

READ_BACK_REFUSED = "read_back_refused"
# An external user signs in elsewhere: in a home tenant that can end the sessions, or with no home tenant at all (a
# social account, a one-time passcode, a SAML issuer), where only disabling or deleting the guest object here helps.
EXTERNAL_USER = "external_user"
EXTERNAL_NO_HOME = "external_no_home"

_RANK = {outcome: rank for rank, outcome in enumerate(Outcome)}


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One user of a run, as the ledger holds it.

    ``revoked_by`` is the earlier run that had revoked the user, where this run left it `already_revoked` for that.
    ``key`` is the name in calls to Graph (object id or UPN, lower case), or ``#n`` for the n-th identity given when it
    has no such name. ``external_reason`` is the reason word for an external user, None for an internal one; rows of
    before, with ``external: true``, are read as `external_user`. ``called_at`` is when Graph accepted the call; a
    read-back is judged against it. ``identity`` is the client id that the last call was made with.
    """

    key: str
    requested_as: str
    outcome: Outcome = Outcome.PLANNED
    id: str | None = None
    user_principal_name: str | None = None
    external_reason: str | None = None
    reason: str | None = None
    status: int | None = None
    request_id: str | None = None
    attempts: int = 0
    called_at: datetime | None = None
    settled_at: datetime | None = None
    sessions_valid_from: datetime | None = None
    identity: str | None = None
    revoked_by: str | None = None

    @property
    def names(self) -> frozenset[str]:
        """Every known name of this user, lower case."""
        return frozenset(name.lower() for name in (self.key, self.id, self.user_principal_name) if name)

    @property
    def address(self) -> str:
        """The name to call Graph by: the object id, once it is known, for a UPN may pass to another account."""
        return self.id or self.key

    @property
    def external(self) -> bool:
        """Whether this tenant cannot end the user's sessions."""
        return self.external_reason is not None

    @property
    def is_waiting(self) -> bool:
        """Whether a call is still to be made."""
        return self.outcome in WAITING

    @property
    def is_unseen(self) -> bool:
        """Whether Graph accepted the call and the directory has not shown it yet."""
        return self.outcome is Outcome.REVOKED and self.reason != READ_BACK_REFUSED

    @property
    def is_final(self) -> bool:
        """Whether no work is left for this user."""
        return not (self.is_waiting or self.is_unseen)

    def settle(self, outcome: Outcome, reason: str | None, now: datetime) -> "User":
        """Return this user with a new outcome."""
        return replace(self, outcome=outcome, reason=reason, settled_at=now)


def merge(ours: User, theirs: User) -> User:
    """Return the record of one user that knows more; the order of merging does not matter.

    A queue delivers a message at least once and in any order, so two workers may write about one user.
    """
    if ours == theirs:
        return ours
    if _precedence(ours) != _precedence(theirs):
        return max(ours, theirs, key=_precedence)
    # They differ in another field only: any fixed choice will do, so that every worker keeps the same record. The repr
    # is made here alone, for it took a tenth of the CPU of writing down a batch.
    return max(ours, theirs, key=repr)


def _precedence(user: User) -> tuple[int, int, str]:
    # Worker A reads the row, stands still for an hour, and writes `retrying` after worker B wrote `verified`: the later
    # word wins, whichever worker writes last. Equal words: more attempts, then the later time.
    return (_RANK[user.outcome], user.attempts, str(user.settled_at or ""))


def merge_all(ours: Iterable[User], theirs: Iterable[User]) -> tuple[User, ...]:
    """Merge records of some users into all users of a batch, in the order of the batch."""
    learnt = {user.key: user for user in theirs}
    return tuple(merge(user, learnt.get(user.key, user)) for user in ours)
