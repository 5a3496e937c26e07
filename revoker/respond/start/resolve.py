"""Resolve what a request names in the directory, before anything is measured: roles, groups, display names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from revoker.core.graph_answer import GraphAnswer
from revoker.core.problems import InvalidError
from revoker.core.request import DisplayName, Request
from revoker.core.source import PRIVILEGED, Kind, Source
from revoker.ports.graph import GraphListings, GraphUsers, Group
from revoker.respond.start.refusal import refusal
from revoker.respond.start.role_names import RoleNames
from revoker.views.enumerated import CLIP

HIDDEN_MEMBERS = "Member.Read.Hidden"
_MOST_SEARCHES, _MOST_CANDIDATES = 20, 5

type Errors = list[tuple[str, str]]
type Candidate = dict[str, str]


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
    candidates = await _all_candidates(request.display_names, graph_users, graph_listings)
    errors = _display_name_errors(request.display_names, candidates)
    groups = await _groups(request, graph_listings)
    errors += await _group_errors(request, groups, graph_listings)
    scope, wrong = request.scope, list[tuple[str, str]]()
    names = {group.id: group.name for group in groups.values() if isinstance(group, Group)}
    named = [name for name in request.display_names if name.kind == "role"]
    if named or any(role != PRIVILEGED for role in scope.roles):
        roles = await _role_names(graph_listings)
        wrong = [*roles.unknown_ids(scope.roles), *roles.unknown_names(named)]
        scope = replace(scope, roles=(*scope.roles, *roles.ids(named)))
        names |= roles.names(scope.roles)
    if errors or wrong:
        shown = {path: found[:_MOST_CANDIDATES] for path, found in candidates.items() if found}
        raise InvalidError("The directory does not know what the request names.", [*errors, *wrong], shown)
    return Resolved(replace(request, scope=scope, display_names=()), names)


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
    paths = {f"groups[{number}]": group for number, group in enumerate(request.scope.groups)}
    paths |= {f"exclude.groups[{number}]": group for number, group in enumerate(request.exclude_groups)}
    hidden = any(isinstance(group, Group) and group.hidden for group in groups.values())
    granted = hidden and HIDDEN_MEMBERS in await graph_listings.permissions()
    errors: Errors = []
    for path, name in paths.items():
        group = groups[name]
        if isinstance(group, Group):
            if group.hidden and not granted:
                errors.append((path, _hidden(group)))
        elif group.status == 404:
            errors.append((path, f"there is no group {name}"))
        else:
            raise refusal(path, Source(Kind.GROUP, name), group)
    return errors


def _hidden(group: Group) -> str:
    # Without the permission Graph answers 200 and no member: a run would end completed over no user, and an exclusion
    # would spare none (docs/graph-facts.md#groups-and-roles).
    return (
        f"the members of the group {group.name[:CLIP]} ({group.id}) are hidden: grant the identity {HIDDEN_MEMBERS}, "
        "or name its users"
    )


async def _all_candidates(
    names: Sequence[DisplayName], graph_users: GraphUsers, graph_listings: GraphListings
) -> dict[str, Sequence[Candidate]]:
    """Return by path whom or what each display name may mean; only the first twenty names are searched for."""
    searched = [name for name in names if name.kind != "role"][:_MOST_SEARCHES]
    found: dict[str, Sequence[Candidate]] = {}
    for name in searched:
        candidates = await _candidates(name, graph_users, graph_listings)
        if candidates is not None:
            found[name.path] = candidates
    return found


def _display_name_errors(names: Sequence[DisplayName], candidates: Mapping[str, Sequence[Candidate]]) -> Errors:
    """Return an error for each user and group given by a display name: several may have it, so a person decides."""
    given = [name for name in names if name.kind != "role"]
    return [(name.path, _write_instead(name, candidates.get(name.path))) for name in given]


async def _candidates(
    name: DisplayName, graph_users: GraphUsers, graph_listings: GraphListings
) -> Sequence[Candidate] | None:
    """Return users or groups with a display name; None where the directory does not tell, which hides no error."""
    if name.kind == "group":
        groups = await graph_listings.find_groups(name.text, _MOST_CANDIDATES + 1)
        if isinstance(groups, GraphAnswer):
            return None
        return [{"id": one.id, "displayName": one.name} for one in groups]
    users = await graph_users.search("displayName", name.text, _MOST_CANDIDATES + 1)
    if isinstance(users, GraphAnswer):
        return None
    found: list[Candidate] = []
    for user in users:
        found.append({"id": user.id, "displayName": name.text, "userPrincipalName": user.user_principal_name})  # noqa: PERF401
    return found


def _write_instead(name: DisplayName, candidates: Sequence[Candidate] | None) -> str:
    form = "object id" if name.kind == "group" else "object id or UPN"
    message = f"{name.text[:CLIP]!r} may be a display name, which is not unique: write the {name.kind}'s {form}"
    if candidates is None:
        return message
    if not candidates:
        return f"{message}; no {name.kind} of this tenant has this name"
    shown = ", ".join(map(_said, candidates[:_MOST_CANDIDATES]))
    more = " and others" if len(candidates) > _MOST_CANDIDATES else ""
    return f"{message}; this name is that of {shown}{more}"


def _said(one: Candidate) -> str:
    if "userPrincipalName" in one:
        return f"{one['userPrincipalName']} ({one['id']})"
    return one["id"]
