"""The users and groups among the principals of roles, by the type that an expanded principal tells. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from revoker.adapters.graph.json_values import object_of, text_of
from revoker.adapters.graph.listing import UNREADABLE, Row, object_id_of
from revoker.core.graph_answer import GraphAnswer

USER_TYPES = frozenset({"#microsoft.graph.user", "#microsoft.graph.agentUser"})
_GROUP = "#microsoft.graph.group"
# Applications and the identities of agents, which derive from them: they have no sessions (`resources/agentidentity`).
_APPLICATIONS = frozenset(
    {
        "#microsoft.graph.servicePrincipal",
        "#microsoft.graph.agentIdentity",
        "#microsoft.graph.agentIdentityBlueprintPrincipal",
    }
)


@dataclass(frozen=True, slots=True)
class Principals:
    """Users and groups by id, lower case."""

    users: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()


def principals(rows: Iterable[Row]) -> Principals | GraphAnswer:
    """Return the principals of role rows.

    A principal of a type that is not known, or that is not shown (as one that was just deleted), may be a user or a
    group, and counts as both: reading it then tells, for what is neither answers 404.
    """
    users: set[str] = set()
    groups: set[str] = set()
    for row in rows:
        kind, name = _principal(row)
        if not name:
            return UNREADABLE
        if kind in _APPLICATIONS:
            continue
        if kind != _GROUP:
            users.add(name)
        if kind not in USER_TYPES:
            groups.add(name)
    return Principals(frozenset(users), frozenset(groups))


def _principal(row: Row) -> tuple[str, str]:
    """Return the type and the id of a row's principal."""
    shown = object_of(row.get("principal"))
    if object_id_of(shown):
        return text_of(shown.get("@odata.type")), object_id_of(shown)
    return "", text_of(row.get("principalId")).lower()
