"""What stands ready before an emergency: permissions, certificates, the size of the tenant, the protected accounts."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from revoker.core.directory_user import directory_user
from revoker.core.federation import Compromise
from revoker.core.gate import judge
from revoker.core.graph_answer import GraphAnswer, reason_of
from revoker.core.pacing import Quota, reserve
from revoker.core.permission import PERMISSIONS
from revoker.core.request import Priority
from revoker.core.source import Kind, Source
from revoker.ports.graph import GraphListings, GraphUsers
from revoker.ports.ledger import Ledger
from revoker.respond.policy import Tools
from revoker.views.federation import domains_status
from revoker.views.status import moment
from revoker.views.warnings import UNPROTECTED

_COUNTED = {
    "total": Source(Kind.ALL),
    "members": Source(Kind.FILTER, "userType eq 'Member'"),
    "guests": Source(Kind.FILTER, "userType eq 'Guest'"),
    "disabled": Source(Kind.FILTER, "accountEnabled eq false"),
}


async def preflight(compromise: Compromise, protected: tuple[str, ...], tools: Tools) -> dict[str, object]:
    """Return what the identity may do and what a run over all users would meet."""
    permissions, federation, users, accounts = await asyncio.gather(
        _permissions(tools.graph_listings),
        _federation(compromise, tools.graph_listings),
        _users(tools.graph_listings),
        _protected(protected, tools.graph_users),
    )
    total = users["total"]
    return {
        "permissions": permissions,
        "federation": federation,
        "users": users,
        "protected": accounts,
        "warnings": [] if protected else [UNPROTECTED],
        "estimate": await _estimate(total, tools.ledger, tools.policy.quota, tools.clock.now()),
    }


async def _permissions(graph_listings: GraphListings) -> list[dict[str, object]]:
    granted = await graph_listings.permissions()
    return [
        {"name": one.name, "granted": one.name in granted, "purpose": one.purpose, "without": one.without}
        for one in PERMISSIONS
    ]


async def _federation(compromise: Compromise, graph_listings: GraphListings) -> dict[str, object]:
    """Return a verdict per domain: managed, rotated, not_rotated, unchecked; undated where no compromise is named."""
    domains = await graph_listings.domains()
    if isinstance(domains, GraphAnswer):
        return {"verdict": "unchecked", "reason": reason_of(domains), "domains": []}
    shown = domains_status(domains, judge(domains, compromise), compromise)
    worst = next((word for word in _WORDS if any(word == each["verdict"] for each in shown)), "managed")
    return {"verdict": worst, "reason": None, "domains": shown}


_WORDS = ("not_rotated", "unchecked", "undated", "rotated")


async def _users(graph_listings: GraphListings) -> dict[str, int | None]:
    """Return the numbers; null where the directory does not tell."""
    counts = await asyncio.gather(*(graph_listings.count(source) for source in _COUNTED.values()))
    holders = await graph_listings.role_holders(None)
    numbers: dict[str, int | None] = {
        name: None if isinstance(found, GraphAnswer) else found for name, found in zip(_COUNTED, counts, strict=True)
    }
    return {**numbers, "privileged": None if isinstance(holders, GraphAnswer) else len(holders.ids)}


async def _protected(entries: tuple[str, ...], graph_users: GraphUsers) -> list[dict[str, object]]:
    answers = await graph_users.read(entries, Priority.URGENT) if entries else {}
    return [_account(entry, answers) for entry in entries]


def _account(entry: str, answers: Mapping[str, GraphAnswer]) -> dict[str, object]:
    answer = answers[entry]
    seen = directory_user(answer.body) if answer.accepted else None
    reason = None if seen else ("no_such_user" if answer.says_no_such_user else reason_of(answer))
    return {
        "entry": entry,
        "id": seen.id if seen else None,
        "userPrincipalName": seen.user_principal_name if seen else None,
        "reason": reason,
    }


async def _estimate(total: int | None, ledger: Ledger, quota: Quota, now: datetime) -> dict[str, object] | None:
    """Return how long revoking all users takes from now, behind the slots that are reserved already."""
    if total is None:
        return None
    [slot] = reserve(await ledger.pace(), now.timestamp(), [total], quota, share=quota.bulk_share).slots
    seconds = slot - now.timestamp()
    return {
        "users": total,
        "seconds": round(seconds),
        "finishAt": moment(now + timedelta(seconds=seconds)),
        "writesPerSecond": quota.rate,
    }
