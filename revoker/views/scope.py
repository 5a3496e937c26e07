"""What a request asks for, as its status shows it. Pure."""

from collections.abc import Mapping

from revoker.core.request import Request

# The order in which a reader meets the parts; the ledger keeps them in the order of their names.
_PARTS = ("users", "groups", "roles", "filter", "allUsers", "exclude", "names")


def scope_of(request: Request, names: Mapping[str, str] | None = None) -> dict[str, object]:
    """Return the scope in JSON; named users by their number alone, since the report lists each of them.

    ``names`` are the display names of its groups and roles by id, so far as the directory told them.
    """
    scope = request.scope
    excluded = {"users": len(request.exclude_users), "groups": list(request.exclude_groups)}
    shown: dict[str, object] = {
        "users": len(request.targets),
        "groups": list(scope.groups),
        "roles": list(scope.roles),
        "filter": scope.filter,
        "allUsers": scope.all_users,
        "exclude": excluded,
    }
    if names:
        shown["names"] = dict(names)
    return shown


def in_order(scope: Mapping[str, object]) -> dict[str, object]:
    """Return a scope as the ledger kept it in the order in which ``scope_of`` made it."""
    return {part: scope[part] for part in _PARTS if part in scope}


def kinds(request: Request) -> list[str]:
    """Return the kinds of scope that a request uses, for the log."""
    scope = request.scope
    parts = {
        "users": request.targets,
        "groups": scope.groups,
        "roles": scope.roles,
        "filter": scope.filter,
        "allUsers": scope.all_users,
    }
    return [kind for kind, given in parts.items() if given]
