"""Which users' sessions ended, and when: what the log says of each batch, for hunting after a run."""

from collections.abc import Iterable

from revoker.core.outcome import Outcome, User

_ENDED = frozenset({Outcome.REVOKED, Outcome.VERIFIED, Outcome.UNVERIFIED})


def ended_at(users: Iterable[User]) -> dict[str, str]:
    """Return by object id when Graph accepted the call (RFC 3339, UTC).

    Users without a known object id are left out: they were named by UPN and not read back yet. The queries in
    `infra/queries/last-hour` join these ids and times with the tenant's sign-in and activity logs.
    """
    found = {}
    for user in users:
        if user.id and user.called_at and user.outcome in _ENDED:
            found[user.id.lower()] = user.called_at.isoformat()
    return found
