"""Names as sixteen bytes each, so that the 200,000 names of a large tenant fit in about 20 MB."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from revoker.core.names import object_id
from revoker.core.outcome import User

SIZE = 16


@lru_cache(maxsize=4096)  # the two thousand names of a page are looked up in several sets
def fingerprint(name: str) -> bytes:
    """Return an object id's own 16 bytes, or a 16-byte digest of any other name in lower case."""
    known = object_id(name)
    return uuid.UUID(known).bytes if known else blake2b(name.lower().encode(), digest_size=SIZE).digest()


def fingerprints(names: Iterable[str]) -> frozenset[bytes]:
    """Return the fingerprints of names."""
    return frozenset(map(fingerprint, names))


@dataclass(frozen=True, slots=True)
class FingerprintSet:
    """A set of accounts by their fingerprints; accounts that the directory listed are in it under both names."""

    fingerprints: frozenset[bytes] = frozenset()

    def covers(self, user: User) -> bool:
        """Whether any name of the user is in the set."""
        return any(fingerprint(name) in self.fingerprints for name in user.names)

    def can_judge(self, user: User) -> bool:
        """Whether both names of the user are known, so that neither is missed in the set."""
        return user.id is not None and user.user_principal_name is not None
