"""The names by which the users of a batch are called and read in Graph. Pure."""

from collections.abc import Iterable

from revoker.core.outcome import User


def addresses(users: Iterable[User]) -> list[str]:
    """Return the address of each user, in order; two records of one account give one address, and one call."""
    return list(dict.fromkeys(user.address for user in users))
