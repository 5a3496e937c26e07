"""The next page of a walk: users as Graph lists them, and role holders read one by one."""

from uuid import UUID

from revoker.answer import Answer
from revoker.mark import marks
from revoker.ports import Page
from revoker.request import Priority
from revoker.respond.policy import Tools
from revoker.sighting import Sighting, sighting
from revoker.source import Kind, Source
from revoker.walk import Walk

# Role holders are read twenty a call; a step stays within the hundred rows of a transaction.
_HOLDERS_IN_STEP = 400


async def listing(source: Source, walk: Walk, tools: Tools) -> Page[Sighting] | Answer:
    """Return the next page, or the answer that was none."""
    if source.is_listed:
        return await tools.tenant.page(source, walk.cursor)
    if source.kind is Kind.CALLER:
        return await _read([source.value] if walk.held else [], tools)
    return await _holders(source, walk, tools)


async def step_on(before: Walk, after: Walk, tools: Tools) -> Walk:
    """Move the walk, unless another worker did."""
    return await tools.walks.update(before.run, lambda row: after if row == before else row)


def holders_of(source: Source) -> str:
    """Return under which name the accounts are kept that go first when a source is listed."""
    return (Kind.ROLES if source.kind is Kind.ROLES else Kind.PRIVILEGED).value


async def _holders(source: Source, walk: Walk, tools: Tools) -> Page[Sighting] | Answer:
    """Learn who holds the roles and keep it; where they are asked for, read them, some at a time."""
    if walk.cursor is None:
        found = await tools.tenant.holders(source.templates)
        if isinstance(found, Answer):
            return found
        if not found.complete:
            await tools.ledger.update_run(walk.run, lambda row: row.warned(_ACTIVE_ONLY))
        await tools.walks.keep_marks(walk.run, holders_of(source), marks(found.ids))
        if source.kind is Kind.PRIVILEGED:
            return Page((), None)
    kept = sorted(await tools.walks.marks(walk.run, holders_of(source)))
    begin = int(walk.cursor or 0)
    end = begin + _HOLDERS_IN_STEP
    names = [str(UUID(bytes=name)) for name in kept[begin:end]]
    page = await _read(names, tools, listed_later=walk.plans_all)
    return page if isinstance(page, Answer) or end >= len(kept) else Page(page.rows, str(end))


async def _read(names: list[str], tools: Tools, *, listed_later: bool = False) -> Page[Sighting] | Answer:
    """Read users by name; one who is gone is left out, one who cannot be read now stops the page.

    Unless everybody is ``listed_later``, so does one of whom the answer is no user: a run must not leave him out, and a
    whole tenant must not wait for him.
    """
    answers = await tools.directory.read(names, Priority.URGENT) if names else {}
    unread = next((answer for answer in answers.values() if answer.passing or answer.status == 403), None)
    if unread:
        return unread
    seen = [sighting(answer.body) for answer in answers.values() if answer.accepted]
    if None in seen and not listed_later:
        return Answer(fault="unreadable")
    return Page(tuple(one for one in seen if one), None)


_ACTIVE_ONLY = "Those who are only eligible for a role cannot be read, so they do not go first."
