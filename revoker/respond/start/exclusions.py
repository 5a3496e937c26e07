"""Check that the users that a request excludes exist: a misspelt exclusion would spare no user without a word."""

from dataclasses import replace

from revoker.core.problems import InvalidError, UnavailableError
from revoker.core.request import Request, Trigger
from revoker.core.rules import NamedAccounts
from revoker.ports.graph import GraphUsers
from revoker.respond.protect import named_accounts
from revoker.views.enumerated import enumerated


async def excluded_users(request: Request, graph_users: GraphUsers) -> NamedAccounts:
    """Return the excluded users under both their names.

    Raises InvalidError for a name that no user has, of the 200 that are looked up; UnavailableError while the directory
    does not answer. A sweep goes on: the user existed when the sweep was made, and may have left since.
    """
    excluded = await named_accounts(sorted(request.exclude_users), graph_users)
    if excluded is None:
        raise UnavailableError("The excluded users cannot be checked now, so nothing was started.")
    if excluded.unknown and request.trigger is not Trigger.SCHEDULE:
        named = enumerated(excluded.unknown)
        message = f"no user has the name {named}, so the exclusion would spare no user: write an object id or a UPN"
        raise InvalidError("The directory does not know what the request excludes.", [("exclude.users", message)])
    return excluded


def with_members(excluded: NamedAccounts, members: frozenset[str]) -> NamedAccounts:
    """Return the excluded accounts with the names of the members of excluded groups, which have both names of each."""
    return replace(excluded, names=excluded.names | members)
