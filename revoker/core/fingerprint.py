"""Names as sixteen bytes each, an id or a digest, so that a hundred thousand of them are a small set. Pure."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from revoker.core.names import object_id
from revoker.core.outcome import User

SIZE = 16


@lru_cache(maxsize=4096)  # each of a page's two thousand names is asked for in several sets
def fingerprint(name: str) -> bytes:
    """Return an object id's own bytes, or the digest of any other name in lower case."""
    known = object_id(name)
    return uuid.UUID(known).bytes if known else blake2b(name.lower().encode(), digest_size=SIZE).digest()


def fingerprints(names: Iterable[str]) -> frozenset[bytes]:
    """Return the fingerprints of many names."""
    return frozenset(map(fingerprint, names))


@dataclass(frozen=True, slots=True)
class FingerprintSet:
    """A set of accounts by their fingerprints; whoever comes from the directory is known by both names."""

    fingerprints: frozenset[bytes] = frozenset()

    def covers(self, user: User) -> bool:
        """Whether any name of the user is in the set."""
        return any(fingerprint(name) in self.fingerprints for name in user.names)

    def can_judge(self, user: User) -> bool:
        """Whether nothing can be hidden behind a name that is not known."""
        return user.id is not None and user.user_principal_name is not None
