"""What a run over all users would need and meet: permissions, certificates, the tenant's size, protected accounts."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from revoker.core.federation import Compromise, Domain
from revoker.core.gate import judge
from revoker.core.graph_answer import GraphAnswer, reason_of
from revoker.core.permission import PERMISSIONS
from revoker.core.protected import ProtectedEntry
from revoker.core.source import Kind, Source
from revoker.core.tenant import Tenant
from revoker.core.unjudged import unjudged
from revoker.ports.graph import GraphListings, GraphUsers
from revoker.ports.ledger import Ledger
from revoker.respond.policy import Tools
from revoker.respond.protect import look_up_protected
from revoker.respond.show.conflicting import conflicting
from revoker.respond.show.estimate import estimate
from revoker.respond.show.identities import identities
from revoker.views.federation import WORST_FIRST, Verdict, domains_status
from revoker.views.identity_warnings import idle_warning
from revoker.views.plain import plain
from revoker.views.spared_warnings import UNPROTECTED

_COUNTED = {
    "total": Source(Kind.ALL),
    "members": Source(Kind.FILTER, "userType eq 'Member'"),
    "guests": Source(Kind.FILTER, "userType eq 'Guest'"),
    "disabled": Source(Kind.FILTER, "accountEnabled eq false"),
}


async def preflight(compromise: Compromise, protected: tuple[str, ...], tools: Tools) -> dict[str, object]:
    """Return what the identity may do and what a run over all users would meet."""
    pool, now, paces = tools.policy.pool, tools.clock.now(), await tools.ledger.paces()
    tenant_id, permissions, pooled, domains, users, accounts = await asyncio.gather(
        tools.graph_users.home_tenant(),
        _permissions(tools.graph_listings),
        identities(pool, paces, tools.graph_users, now),
        tools.graph_listings.domains(),
        _users(tools.graph_listings),
        _protected(protected, tools.graph_users, tools.ledger, now),
    )
    users["conflicting"] = await conflicting(domains, tools.graph_listings)
    total, warnings = users["total"], list[str]()
    if pool.is_shared:
        warnings += idle_warning(pooled)
    if not protected:
        warnings.append(UNPROTECTED)
    if not isinstance(domains, GraphAnswer):
        warnings += unjudged(domains, compromise)
    return {
        "tenant": plain(Tenant(tenant_id, _default(domains))),
        "permissions": permissions,
        "identities": pooled,
        "federation": _federation(compromise, domains),
        "users": users,
        "protected": accounts,
        "approval": {"above": tools.policy.approval_above},
        "warnings": warnings,
        "estimate": None if total is None else estimate(total, paces, pool, now),
    }


async def _permissions(graph_listings: GraphListings) -> list[dict[str, object]]:
    granted = await graph_listings.permissions()
    return [
        {"name": one.name, "granted": one.name in granted, "purpose": one.purpose, "without": one.without}
        for one in PERMISSIONS
    ]


def _default(domains: Sequence[Domain] | GraphAnswer) -> str | None:
    """Return the name of the tenant's default domain."""
    if isinstance(domains, GraphAnswer):
        return None
    return next((domain.name for domain in domains if domain.is_default), None)


def _federation(compromise: Compromise, domains: Sequence[Domain] | GraphAnswer) -> dict[str, object]:
    """Return each domain with its verdict, and the worst of them."""
    if isinstance(domains, GraphAnswer):
        return {"verdict": Verdict.UNCHECKED, "reason": reason_of(domains), "domains": []}
    shown = domains_status(domains, judge(domains, compromise), compromise)
    verdicts = {domain["verdict"] for domain in shown}
    worst = next((verdict for verdict in WORST_FIRST if verdict in verdicts), Verdict.MANAGED)
    return {"verdict": worst, "reason": None, "domains": shown}


async def _users(graph_listings: GraphListings) -> dict[str, int | None]:
    """Return the numbers; null where the directory does not tell."""
    counts = await asyncio.gather(*map(graph_listings.count, _COUNTED.values()))
    holders = await graph_listings.role_holders(None)
    privileged: int | GraphAnswer
    privileged = holders if isinstance(holders, GraphAnswer) else len(holders.ids)
    numbers: dict[str, int | None] = {}
    for name, number in zip([*_COUNTED, "privileged"], [*counts, privileged], strict=True):
        numbers[name] = None if isinstance(number, GraphAnswer) else number
    numbers["untyped"] = _untyped(numbers["total"], numbers["members"], numbers["guests"])
    return numbers


def _untyped(total: int | None, members: int | None, guests: int | None) -> int | None:
    """Return how many users have no `userType`, as old synced accounts: Graph cannot be asked for null."""
    if total is None or members is None or guests is None:
        return None
    # The three numbers are counted at different moments, from an index that lags, so the difference may be below zero.
    return max(0, total - members - guests)


async def _protected(
    entries: tuple[str, ...], graph_users: GraphUsers, ledger: Ledger, now: datetime
) -> list[dict[str, object]]:
    if not entries:
        return []
    return [_account(entry) for entry in await look_up_protected(entries, graph_users, ledger, now)]


def _account(one: ProtectedEntry) -> dict[str, object]:
    seen = one.renamed or one.found
    ids = [*one.remembered, *filter(None, [one.learnt])]
    return {
        "entry": one.entry,
        "id": seen.id if seen else None,
        "userPrincipalName": seen.user_principal_name if seen else None,
        "rememberedIds": ids,
        "reason": _reason(one),
    }


def _reason(one: ProtectedEntry) -> str | None:
    """Return why an entry needs a person's look: it matches no user, or another account than before."""
    if one.renamed:
        return "renamed"
    if one.taken_by:
        return "name_taken"
    if one.found:
        return None
    return "no_such_user" if one.answer.says_no_such_user else reason_of(one.answer)
