"""The identities of the pool: what each may do, and whether it gets batches."""

import asyncio
from datetime import UTC, datetime

from revoker.core.permission import REVOKE
from revoker.core.pool import Paces, Pool
from revoker.ports.graph import GraphUsers
from revoker.views.plain import moment


async def identities(pool: Pool, paces: Paces, graph_users: GraphUsers, now: datetime) -> list[dict[str, object]]:
    """Return each identity of the pool, in order, with the permissions in its token; also those that are set aside."""
    granted = await asyncio.gather(*map(graph_users.permissions_of, pool.identities))
    shown: list[dict[str, object]] = []
    for identity, permissions in zip(pool.identities, granted, strict=True):
        aside = paces.aside[identity] if paces.is_aside(identity, now.timestamp()) else None
        shown.append(
            {
                "clientId": identity or None,
                "state": "set_aside" if aside else _state(permissions),
                "reason": aside.reason if aside else None,
                "askedAgainAt": moment(datetime.fromtimestamp(aside.until, UTC)) if aside else None,
                "permissions": sorted(permissions or ()),
            }
        )
    return shown


def _state(permissions: frozenset[str] | None) -> str:
    if permissions is None:
        return "no_token"
    if REVOKE not in permissions:
        return "no_permission"
    return "ready"
