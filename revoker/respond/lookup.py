"""Look up named users in the directory before anything is planned."""

import asyncio
from collections.abc import Mapping, Sequence, Set as AbstractSet

from revoker.core.directory_user import directory_user
from revoker.core.external import is_external_upn
from revoker.core.graph_answer import GraphAnswer
from revoker.core.outcome import Outcome
from revoker.core.plan import NO_SUCH_USER, Finding
from revoker.core.problems import UnavailableError
from revoker.core.request import Priority, Search, Target
from revoker.ports.graph import GraphUsers

# Looking up more names would take too much of the read quota, and longer than a caller waits. Other names are planned
# as given, and the read-back of each batch shows later which users they are (docs/decisions/0002).
LOOK_UP_AT_MOST = 200
_MORE_TRIES = 2


async def look_up(
    graph_users: GraphUsers, targets: Sequence[Target], *, skip_guests: bool = False
) -> Mapping[Target, Finding]:
    """Return what the directory says about each target; a target that it says nothing about is left out.

    Raises UnavailableError where the directory does not answer and must confirm some of the names. With
    ``skip_guests``, UPNs in the form of an external user's are looked up before others: without an answer such a user
    would be skipped by the form of its UPN alone.
    """
    named: list[Target] = []
    searched: list[Target] = []
    for target in targets:
        if target.name:
            named.append(target)
        if target.search:
            searched.append(target)
    found: dict[Target, Finding] = {}
    if len(named) > LOOK_UP_AT_MOST:
        named = _unsure(named, skip_guests=skip_guests)[:LOOK_UP_AT_MOST]
    found |= await _by_name(graph_users, named)
    found |= dict.fromkeys(searched[LOOK_UP_AT_MOST:], (Outcome.UNRESOLVED, "too_many_searches"))
    await asyncio.gather(*(_search(graph_users, target, found) for target in searched[:LOOK_UP_AT_MOST]))
    return found


def _unsure(named: Sequence[Target], *, skip_guests: bool) -> list[Target]:
    """Return the targets that are called only if they were looked up; those that need a confirmation come first."""
    to_confirm: list[Target] = []
    external: list[Target] = []
    for target in named:
        if target.confirm:
            to_confirm.append(target)
        if skip_guests and is_external_upn(target.name or ""):
            external.append(target)
    return to_confirm + external


async def _by_name(graph_users: GraphUsers, targets: Sequence[Target]) -> dict[Target, Finding]:
    names = list(dict.fromkeys(target.name for target in targets if target.name))
    found: dict[Target, Finding] = {}
    if not names:
        return found
    unsure = {target.name for target in targets if target.confirm}
    answers = await _answers(graph_users, names, unsure)
    if unsure and all(answer.passing for answer in answers.values()):
        raise UnavailableError(
            "The directory does not answer, and it must confirm some of the names before they are revoked. "
            "Nothing was started: ask again."
        )
    for target in targets:
        finding = _finding(answers[target.name or ""])
        if finding:
            found[target] = finding
    return found


async def _answers(
    graph_users: GraphUsers, names: Sequence[str], unsure: AbstractSet[str | None]
) -> dict[str, GraphAnswer]:
    """Return the directory's answers; for names in ``unsure`` it is asked again, twice at most, where that may help.

    A name that is not confirmed is not called, and a request has no queue that would try again. After a 429 or a
    timeout it is not asked again here: the caller should wait and repeat the request.
    """
    answers = dict(await graph_users.read(names, Priority.URGENT))
    for _ in range(_MORE_TRIES):
        again = [name for name, answer in answers.items() if name in unsure and _may_differ(answer)]
        if again:
            answers |= await graph_users.read(again, Priority.URGENT)
    return answers


def _may_differ(answer: GraphAnswer) -> bool:
    """Whether the same question, asked again at once, may get another answer."""
    return answer.passing and not answer.throttled and answer.fault != "timeout"


def _finding(answer: GraphAnswer) -> Finding | None:
    if answer.says_no_such_user:
        return NO_SUCH_USER
    if answer.accepted:
        return directory_user(answer.body)
    return None


async def _search(graph_users: GraphUsers, target: Target, found: dict[Target, Finding]) -> None:
    finding = await _by_search(graph_users, target.search) if target.search else None
    if finding:
        found[target] = finding


async def _by_search(graph_users: GraphUsers, search: Search) -> Finding | None:
    matches = await graph_users.search(search.attribute, search.value)
    for _ in range(_MORE_TRIES):
        if isinstance(matches, GraphAnswer) and _may_differ(matches):
            matches = await graph_users.search(search.attribute, search.value)
    if isinstance(matches, GraphAnswer):
        return (Outcome.UNRESOLVED, "directory_unavailable") if matches.passing else None
    if len(matches) > 1:
        return Outcome.UNRESOLVED, "ambiguous"
    if matches and search.fits(matches[0].on_premises_domain):
        return matches[0]
    return None
