"""Which users are spared: protected, excluded and external ones, and those revoked since the cutoff."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from revoker.core.names import object_id
from revoker.core.outcome import Outcome, User
from revoker.core.plan_rule import NOT_IN_PLAN, PlanRule


class Accounts(Protocol):
    """A set of accounts that are left alone."""

    def covers(self, user: User) -> bool:
        """Whether the user is in the set."""
        ...

    def can_judge(self, user: User) -> bool:
        """Whether the set can tell that the user is not in it."""
        ...


@dataclass(frozen=True, slots=True)
class NamedAccounts:
    """Protected or excluded accounts by their names.

    ``complete``: each entry is here under both its names, or is known to be no user. ``unknown``: the entries that the
    directory does not know. ``has_ids``: each entry is here by object id. ``renamed`` are entries by UPN with the name
    that their account has now, ``taken`` those with the id of another account that has their name.
    """

    names: frozenset[str] = frozenset()
    complete: bool = True
    unknown: tuple[str, ...] = ()
    has_ids: bool = True
    renamed: tuple[tuple[str, str], ...] = ()
    taken: tuple[tuple[str, str], ...] = ()

    def covers(self, user: User) -> bool:
        """Whether any name of the user is on the list."""
        return not self.names.isdisjoint(user.names)

    def can_judge(self, user: User) -> bool:
        """Whether the list can tell that this user is not on it: either the list or the user is known by both names."""
        return self.complete or (user.id is not None and user.user_principal_name is not None)

    def may_hide(self, user: User) -> bool:
        """Whether the user may be on the list under a name that this record of the user does not show.

        A UPN may have passed to a protected account a second ago, so only the directory can tell whose it is. An object
        id is its account's for good: it hides nothing, unless an entry is known by UPN only.
        """
        if not self.names or (user.id and user.user_principal_name):
            return False
        return not (self.has_ids and object_id(user.id or user.key))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What spares a user. Without ``excluded`` no user is excluded, without ``cutoff`` every session is too old.

    ``plan`` leaves out users that came after the dry run that is applied.
    """

    protected: Accounts
    excluded: Accounts = NamedAccounts()
    skip_guests: bool = False
    cutoff: datetime | None = None
    plan: PlanRule | None = None


def decide(user: User, rules: Rules, now: datetime) -> User:
    """Settle a waiting user that a rule spares; a waiting user that no rule spares comes back as given.

    Asked when a user is planned, and again right before each call. A user settled before keeps the outcome.
    """
    if not user.is_waiting:
        return replace(user, settled_at=now)
    spared = spared_by(user, rules)
    return user.settle(*spared, now) if spared else user


def spared_by(user: User, rules: Rules) -> tuple[Outcome, str] | None:
    """Return the outcome and the reason of the first rule that forbids revoking this user, or None.

    Invariant 6 stands here and nowhere else: a protected user is never revoked, under any name. A user whose other
    name is not known may be a protected one, and is spared while the protected list cannot tell.
    """
    if listed := _spared_by_a_list(user, rules):
        return listed
    if user.external_reason:
        # The date in this tenant says nothing about an external user's sessions at home: the cutoff does not apply.
        if rules.skip_guests:
            return Outcome.NOT_EFFECTIVE, user.external_reason
        return NOT_IN_PLAN if rules.plan and rules.plan.leaves_out(user) else None
    if not is_behind(user, rules.cutoff):
        return Outcome.ALREADY_REVOKED, "valid_from_after_cutoff"
    if rules.plan and rules.plan.leaves_out(user):
        return NOT_IN_PLAN
    return None


def _spared_by_a_list(user: User, rules: Rules) -> tuple[Outcome, str] | None:
    """Return what the two lists say of the user. A list that names the user wins over one that cannot tell."""
    # An incident names a break-glass account by UPN, REVOKER_PROTECTED by object id, and the directory does not answer.
    # Neither list has the UPN, and the account is protected all the same: the user ends `unresolved`, unrevoked.
    if rules.protected.covers(user):
        return Outcome.PROTECTED, "protected_account"
    if rules.excluded.covers(user):
        return Outcome.EXCLUDED, "excluded_by_request"
    if not rules.protected.can_judge(user):
        return Outcome.UNRESOLVED, "protected_unchecked"
    if not rules.excluded.can_judge(user):
        return Outcome.UNRESOLVED, "exclusion_unchecked"
    return None


def is_behind(user: User, cutoff: datetime | None) -> bool:
    """Tell whether sessions from before the cutoff may live; an unknown date counts as yes."""
    return cutoff is None or user.sessions_valid_from is None or user.sessions_valid_from < cutoff
