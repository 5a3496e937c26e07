"""Resolve what a request names in the directory, before anything is measured: roles, groups, display names."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from revoker.core.graph_answer import GraphAnswer
from revoker.core.problems import InvalidError
from revoker.core.request import Request
from revoker.core.source import PRIVILEGED, Kind, Source
from revoker.ports.graph import GraphListings, GraphUsers, Group
from revoker.respond.start.display_names import all_candidates, display_name_errors, shown_candidates
from revoker.respond.start.refusal import refusal
from revoker.respond.start.role_names import RoleNames
from revoker.views.enumerated import CLIP

HIDDEN_MEMBERS = "Member.Read.Hidden"

type Errors = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Resolved:
    """A request with ids only, and the display ``names`` of its groups and roles by id."""

    request: Request
    names: Mapping[str, str]


async def resolve(request: Request, graph_users: GraphUsers, graph_listings: GraphListings) -> Resolved:
    """Return the request with every role by its id, and the names of its groups and roles.

    Raises InvalidError for a role or group that does not exist, for a group with members hidden from the identity,
    and for a user or group given by a display name; ConflictError for a missing permission; UnavailableError while the
    directory does not answer.
    """
    named_roles = [name for name in request.display_names if name.kind == "role"]
    named_accounts = [name for name in request.display_names if name.kind != "role"]
    candidates = await all_candidates(named_accounts, graph_users, graph_listings)
    groups = await _groups(request, graph_listings)
    names = {group.id: group.name for group in groups.values() if isinstance(group, Group)}
    errors = display_name_errors(named_accounts, candidates)
    errors += await _group_errors(request, groups, graph_listings)
    scope = request.scope
    # `privileged` is no role of the tenant's, so a request for it alone needs no list of the tenant's roles.
    if named_roles or any(role != PRIVILEGED for role in scope.roles):
        roles = await _role_names(graph_listings)
        errors += [*roles.unknown_ids(scope.roles), *roles.unknown_names(named_roles)]
        scope = replace(scope, roles=(*scope.roles, *roles.ids(named_roles)))
        names |= roles.names(scope.roles)
    if errors:
        message = "The directory does not know what the request names."
        raise InvalidError(message, errors, shown_candidates(candidates))
    said = (*request.warnings, *_computed(groups.values()))
    return Resolved(replace(request, scope=scope, display_names=(), warnings=said), names)


async def _role_names(graph_listings: GraphListings) -> RoleNames:
    defined = await graph_listings.defined_roles()
    if isinstance(defined, GraphAnswer):
        raise refusal("roles", Source(Kind.ROLES), defined)
    return RoleNames(defined)


async def _groups(request: Request, graph_listings: GraphListings) -> Mapping[str, Group | GraphAnswer]:
    named = tuple(dict.fromkeys([*request.scope.groups, *request.exclude_groups]))
    if not named:
        return {}
    return await graph_listings.read_groups(named)


async def _group_errors(
    request: Request, groups: Mapping[str, Group | GraphAnswer], graph_listings: GraphListings
) -> Errors:
    hidden = any(isinstance(group, Group) and group.hidden for group in groups.values())
    granted = hidden and HIDDEN_MEMBERS in await graph_listings.permissions()
    errors: Errors = []
    named = chain(_numbered("groups", request.scope.groups), _numbered("exclude.groups", request.exclude_groups))
    for path, name in named:
        group = groups[name]
        if isinstance(group, Group):
            if group.hidden and not granted:
                errors.append((path, _hidden(group)))
        elif group.status == 404:
            errors.append((path, f"there is no group {name}"))
        else:
            raise refusal(path, Source(Kind.GROUP, name), group)
    return errors


def _computed(groups: Iterable[Group | GraphAnswer]) -> Iterator[str]:
    """Say of each group with a rule that its members may be those of hours ago (graph-facts.md#groups-and-roles)."""
    for group in groups:
        if isinstance(group, Group) and group.computed:
            state = (
                "it is paused, so they may be old" if group.paused else "it takes hours, now and then more than a day"
            )
            yield f"A rule decides who is in the group {group.name[:CLIP]} ({group.id}): {state}."


def _numbered(field: str, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the path of each item of a field beside the item."""
    for number, name in enumerate(names):
        yield f"{field}[{number}]", name


def _hidden(group: Group) -> str:
    # Without the permission Graph answers 200 and no member: a run would end completed over no user, and an exclusion
    # would spare none (docs/graph-facts.md#groups-and-roles).
    return (
        f"the members of the group {group.name[:CLIP]} ({group.id}) are hidden: grant the identity {HIDDEN_MEMBERS}, "
        "or name its users"
    )
