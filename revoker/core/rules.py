"""What spares a user: being protected, excluded, a guest, or revoked since the cutoff. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from revoker.core.outcome import Outcome, User


class Accounts(Protocol):
    """A set of accounts to be left alone."""

    def covers(self, user: User) -> bool:
        """Whether the user is in the set."""
        ...

    def can_judge(self, user: User) -> bool:
        """Whether it can be told that this user is not in it."""
        ...


@dataclass(frozen=True, slots=True)
class NamedAccounts:
    """Accounts to be left alone, protected or excluded; ``complete`` when each is known by both names or is nobody."""

    names: frozenset[str] = frozenset()
    complete: bool = True
    unknown: tuple[str, ...] = ()

    def covers(self, user: User) -> bool:
        """Whether any name of the user is on the list."""
        return not self.names.isdisjoint(user.names)

    def can_judge(self, user: User) -> bool:
        """Whether the list can tell that this user is not on it: one of the two must be known by both names."""
        return self.complete or (user.id is not None and user.user_principal_name is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What spares a user: being protected or excluded, being a guest, having been revoked since the cutoff."""

    protected: Accounts
    excluded: Accounts
    skip_guests: bool = False
    cutoff: datetime | None = None


def decide(user: User, rules: Rules, now: datetime) -> User:
    """Settle whoever is not to be revoked; the first rule that applies decides."""
    if user.outcome is not Outcome.PLANNED:
        return replace(user, settled_at=now)
    checks = (
        (rules.protected.covers(user), Outcome.PROTECTED, "protected_account"),
        (rules.excluded.covers(user), Outcome.EXCLUDED, "excluded_by_request"),
        (not rules.protected.can_judge(user), Outcome.UNRESOLVED, "protected_unchecked"),
        (not rules.excluded.can_judge(user), Outcome.UNRESOLVED, "exclusion_unchecked"),
        (user.external and rules.skip_guests, Outcome.NOT_EFFECTIVE, "external_user"),
        # What our tenant says of a guest's sessions says nothing of those at home.
        (not (user.external or is_behind(user, rules.cutoff)), Outcome.ALREADY_REVOKED, "valid_from_after_cutoff"),
    )
    settled = next((user.settle(outcome, reason, now) for applies, outcome, reason in checks if applies), None)
    return settled or user


def is_behind(user: User, cutoff: datetime | None) -> bool:
    """Whether sessions from before the cutoff may live; unknown counts as yes."""
    return cutoff is None or user.sessions_valid_from is None or user.sessions_valid_from < cutoff
