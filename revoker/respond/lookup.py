"""Ask the directory who is meant, before anything is planned."""

import asyncio
from collections.abc import Mapping, Sequence

from revoker.core.directory_user import directory_user
from revoker.core.graph_answer import GraphAnswer
from revoker.core.outcome import Outcome
from revoker.core.plan import NO_SUCH_USER, Finding
from revoker.core.request import Priority, Search, Target
from revoker.ports.graph import GraphUsers

# Beyond this many names the read quota and the caller's patience say no: the batch's own read-back tells later.
LOOK_UP_AT_MOST = 200


async def look_up(directory: GraphUsers, targets: Sequence[Target]) -> Mapping[Target, Finding]:
    """Return what the directory says about each target; a target it says nothing about is left out."""
    by_name = [target for target in targets if target.name]
    found = await _by_name(directory, by_name) if len(by_name) <= LOOK_UP_AT_MOST else {}
    wanted = [target for target in targets if target.search]
    found |= dict.fromkeys(wanted[LOOK_UP_AT_MOST:], (Outcome.UNRESOLVED, "too_many_searches"))
    searches = {target: target.search for target in wanted[:LOOK_UP_AT_MOST] if target.search}
    results = await asyncio.gather(*(_by_search(directory, search) for search in searches.values()))
    return found | {target: result for target, result in zip(searches, results, strict=True) if result}


async def _by_name(directory: GraphUsers, targets: Sequence[Target]) -> dict[Target, Finding]:
    names = list(dict.fromkeys(target.name for target in targets if target.name))
    answers = await directory.read(names, Priority.URGENT) if names else {}
    findings = {name: _finding(answer) for name, answer in answers.items()}
    return {target: finding for target in targets if (finding := findings.get(target.name or ""))}


def _finding(answer: GraphAnswer) -> Finding | None:
    if answer.says_no_such_user:
        return NO_SUCH_USER
    return directory_user(answer.body) if answer.accepted else None


async def _by_search(directory: GraphUsers, search: Search) -> Finding | None:
    matches = await directory.search(search.attribute, search.value)
    if isinstance(matches, GraphAnswer):
        return (Outcome.UNRESOLVED, "directory_unavailable") if matches.passing else None
    if len(matches) > 1:
        return Outcome.UNRESOLVED, "ambiguous"
    if matches and _in_domain(matches[0].on_premises_domain, search.domain):
        return matches[0]
    return None


def _in_domain(dns_name: str | None, netbios: str | None) -> bool:
    """Tell whether the domains fit: where both are known, the DNS name must begin with the NetBIOS one.

    How the two relate is documented nowhere (reference: sentinel, 5); a mismatch leaves the account unresolved, said
    aloud, rather than signing out a namesake.
    """
    return not (dns_name and netbios) or dns_name.split(".")[0].lower() == netbios.lower()
