"""Refuse users and groups given by display names, which are not unique, and show which accounts may be meant."""

from collections.abc import Mapping, Sequence

from revoker.core.directory_user import DirectoryUser
from revoker.core.graph_answer import GraphAnswer
from revoker.core.request import DisplayName
from revoker.ports.graph import GraphListings, GraphUsers
from revoker.views.enumerated import CLIP

_MOST_SEARCHES, _MOST_CANDIDATES = 20, 5

type Candidate = dict[str, str]


async def all_candidates(
    names: Sequence[DisplayName], graph_users: GraphUsers, graph_listings: GraphListings
) -> dict[str, Sequence[Candidate]]:
    """Return by path what each display name of a user or group may mean, where the directory tells.

    Only the first twenty names are searched for.
    """
    found: dict[str, Sequence[Candidate]] = {}
    for name in names[:_MOST_SEARCHES]:
        candidates = await _candidates(name, graph_users, graph_listings)
        if candidates is not None:
            found[name.path] = candidates
    return found


def display_name_errors(
    names: Sequence[DisplayName], candidates: Mapping[str, Sequence[Candidate]]
) -> list[tuple[str, str]]:
    """Return an error for each user and group given by a display name: several may have it, so a person decides."""
    return [(name.path, _write_instead(name, candidates.get(name.path))) for name in names]


def shown_candidates(candidates: Mapping[str, Sequence[Candidate]]) -> dict[str, Sequence[Candidate]]:
    """Return the first five candidates of each path that has any."""
    return {path: found[:_MOST_CANDIDATES] for path, found in candidates.items() if found}


async def _candidates(
    name: DisplayName, graph_users: GraphUsers, graph_listings: GraphListings
) -> Sequence[Candidate] | None:
    """Return users or groups with a display name; None where the directory does not tell."""
    # One candidate more than is shown tells whether there are others.
    if name.kind == "group":
        groups = await graph_listings.find_groups(name.text, _MOST_CANDIDATES + 1)
        if isinstance(groups, GraphAnswer):
            return None
        return [{"id": one.id, "displayName": one.name} for one in groups]
    users = await graph_users.search("displayName", name.text, _MOST_CANDIDATES + 1)
    if isinstance(users, GraphAnswer):
        return None
    return [_user_candidate(user, name.text) for user in users]


def _user_candidate(user: DirectoryUser, name: str) -> Candidate:
    return {"id": user.id, "displayName": name, "userPrincipalName": user.user_principal_name}


def _write_instead(name: DisplayName, candidates: Sequence[Candidate] | None) -> str:
    form = "object id" if name.kind == "group" else "object id or UPN"
    message = f"{name.text[:CLIP]!r} may be a display name, which is not unique: write the {name.kind}'s {form}"
    if candidates is None:
        return message
    if not candidates:
        kind = name.kind
        return f"no {kind} of this tenant is called {name.text[:CLIP]!r}: check the name, or write the {kind}'s {form}"
    shown = ", ".join(map(_said, candidates[:_MOST_CANDIDATES]))
    more = " and others" if len(candidates) > _MOST_CANDIDATES else ""
    return f"{message}; this name is that of {shown}{more}"


def _said(one: Candidate) -> str:
    if "userPrincipalName" in one:
        return f"{one['userPrincipalName']} ({one['id']})"
    return one["id"]
