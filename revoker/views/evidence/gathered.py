"""What the page needs of the users, gathered page by page: a tenant's users are never held as objects.

Kept are the users that the page names, the moments that its picture draws, and a running hash.
"""

import hashlib
from array import array
from collections.abc import Mapping, Sequence
from datetime import datetime

from revoker.core.outcome import Outcome, User
from revoker.views.evidence.numbers import PARTS, Part, parts

# Named on the page; 100,000 names would take a browser a minute and a printer 900 pages. The CSV has all of them.
MOST_NAMED = 2000

type _Key = tuple[int, str, str]

_SIGNED_OUT = frozenset({*PARTS[Part.ACCEPTED], *PARTS[Part.CONFIRMED]})


class Gathered:
    """The users that come first by part, outcome and name; when users were signed out and confirmed; the hash."""

    def __init__(self, *, dry_run: bool, most: int = MOST_NAMED) -> None:
        self._most = most
        self._parts = parts(dry_run=dry_run)
        self._part: dict[Outcome, Part] = {}
        self._rank: dict[Outcome, int] = {}
        for part, outcomes in self._parts.items():
            for outcome in outcomes:
                self._part[outcome] = part
                self._rank[outcome] = len(self._rank)
        self._first: list[tuple[_Key, User]] = []
        self._digest = hashlib.sha256()
        self.total = 0
        # Eight bytes a user, where a datetime takes 48: the picture needs every moment, in order.
        self.signed_out = array("d")
        self.confirmed = array("d")

    def take(self, users: Sequence[User], data: str) -> None:
        """Take a page of users in, and the same page as it stands in the CSV."""
        self._digest.update(data.encode())
        self.total += len(users)
        for user in users:
            self._note_moments(user)
        # Of 100,000 users a page of 1,000 and the 2,000 that are first so far are sorted, a hundred times over: a
        # tenth of a second in all, and never more than 3,000 users in memory.
        self._first += [(self._key(user), user) for user in users]
        self._first.sort(key=lambda pair: pair[0])
        del self._first[self._most :]

    @property
    def sha256(self) -> str:
        """The hash of all data that came in, in hex digits."""
        return self._digest.hexdigest()

    def named(self) -> Mapping[Part, list[User]]:
        """Return the users that the page names, by part, the worst part first."""
        found: dict[Part, list[User]] = {part: [] for part in self._parts}
        for _, user in self._first:
            found[self._part[user.outcome]].append(user)
        return found

    def _key(self, user: User) -> _Key:
        return self._rank[user.outcome], name_of(user).lower(), user.key

    def _note_moments(self, user: User) -> None:
        # Graph accepts a guest, too, and a user that the directory never shows: neither counts as signed out above.
        if user.called_at and user.outcome in _SIGNED_OUT:
            self.signed_out.append(user.called_at.timestamp())
        if user.outcome is Outcome.VERIFIED and user.settled_at:
            self.confirmed.append(user.settled_at.timestamp())


def name_of(user: User) -> str:
    """Return what people know a user by."""
    return user.user_principal_name or user.requested_as or user.id or user.key


def seconds_since(start: datetime, moments: Sequence[float]) -> list[float]:
    """Return moments as seconds after a start, in order; none lies before it."""
    zero = start.timestamp()
    return sorted(max(0.0, moment - zero) for moment in moments)
