"""What a request tells of the compromise: its fields as one value, and back. Pure."""

from dataclasses import replace

from revoker.core.federation import Compromise
from revoker.core.request import Request


def compromise_of(request: Request) -> Compromise:
    """Return what a request tells of the compromise."""
    return Compromise(
        began_at=request.compromised_at,
        rotated_since=request.rotated_since,
        thumbprints=frozenset(request.compromised_thumbprints),
        keys=frozenset(request.compromised_keys),
        trusted_thumbprints=frozenset(request.trusted_thumbprints),
    )


def with_compromise(request: Request, told: Compromise) -> Request:
    """Return a request that tells this of the compromise; its lists are sorted, so that equal ones make equal rows."""
    return replace(
        request,
        compromised_at=told.began_at,
        rotated_since=told.rotated_since,
        compromised_thumbprints=tuple(sorted(told.thumbprints)),
        compromised_keys=tuple(sorted(told.keys)),
        trusted_thumbprints=tuple(sorted(told.trusted_thumbprints)),
    )
