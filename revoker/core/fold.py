"""Fold the users of a request that share a name: a user given by id and by UPN is revoked and reported once."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from revoker.core.outcome import Outcome, User


@dataclass(slots=True)
class _Fold:
    """One user, every name of it found so far, and the texts by which the request gave it again (``twins``)."""

    user: User
    names: set[str]
    twins: list[str] = field(default_factory=list)

    def take_over(self, other: "_Fold") -> None:
        self.user = _absorb(self.user, other.user)
        self.names |= other.names
        self.twins += [other.user.requested_as, *other.twins]


def fold(users: Iterable[User]) -> tuple[list[User], tuple[tuple[str, str], ...]]:
    """Return each user once, in order, and a pair for each text that gave a user again: (that text, the first text)."""
    # A request gives "alice@contoso.com" (0), "2a9f…" (1), and an account entity (2) that the directory shows with both
    # names. Entity 2 shares a name with 0 and with 1, so all three are one user: 0 takes over 1 and 2, and two pairs
    # are returned.
    folds: dict[int, _Fold] = {}
    owner: dict[str, int] = {}
    for number, user in enumerate(users):
        folds[number] = _Fold(user, set(user.names))
        sharing = {owner[name] for name in user.names if name in owner}
        first, *later = sorted({*sharing, number})
        for other in later:
            folds[first].take_over(folds.pop(other))
        owner.update(dict.fromkeys(folds[first].names, first))
    pairs: list[tuple[str, str]] = []
    for kept in folds.values():
        pairs += [(twin, kept.user.requested_as) for twin in kept.twins]
    return [kept.user for kept in folds.values()], tuple(pairs)


def _absorb(first: User, twin: User) -> User:
    """Return one record with what is known from both; a planned record wins over a settled one."""
    if first.outcome is not Outcome.PLANNED and twin.outcome is Outcome.PLANNED:
        first = replace(twin, requested_as=first.requested_as)
    return replace(
        first,
        id=first.id or twin.id,
        user_principal_name=first.user_principal_name or twin.user_principal_name,
        external_reason=first.external_reason or twin.external_reason,
        sessions_valid_from=first.sessions_valid_from or twin.sessions_valid_from,
    )
