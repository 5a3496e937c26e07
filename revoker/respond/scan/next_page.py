"""The next page of a scan: users as Graph lists them, and role holders read one by one."""

from uuid import UUID

from revoker.core.directory_user import DirectoryUser, directory_user
from revoker.core.fingerprint import fingerprints
from revoker.core.graph_answer import GraphAnswer
from revoker.core.request import Priority
from revoker.core.scan import Scan
from revoker.core.source import Kind, Source
from revoker.ports.page import Page
from revoker.respond.policy import Tools

# Role holders are read twenty a call; a step stays within the hundred rows of a transaction.
_HOLDERS_IN_STEP = 400


async def listing(source: Source, scan: Scan, tools: Tools) -> Page[DirectoryUser] | GraphAnswer:
    """Return the next page, or the answer that was none."""
    if source.is_paged:
        return await tools.graph_listings.page(source, scan.cursor)
    if source.kind is Kind.CALLER:
        return await _read([source.value] if scan.caller_deferred else [], tools)
    return await _holders(source, scan, tools)


async def step_on(before: Scan, after: Scan, tools: Tools) -> Scan:
    """Move the scan, unless another worker did."""
    return await tools.scans.update(before.run, lambda row: after if row == before else row)


def set_name(source: Source) -> str:
    """Return under which name the accounts are kept that go first when a source is listed."""
    return (Kind.ROLES if source.kind is Kind.ROLES else Kind.PRIVILEGED).value


async def _holders(source: Source, scan: Scan, tools: Tools) -> Page[DirectoryUser] | GraphAnswer:
    """Learn who holds the roles and keep it; where they are asked for, read them, some at a time."""
    if scan.cursor is None:
        found = await tools.graph_listings.role_holders(source.templates)
        if isinstance(found, GraphAnswer):
            return found
        if not found.complete:
            await tools.ledger.update_run(scan.run, lambda row: row.warned(_ACTIVE_ONLY))
        await tools.scans.keep_fingerprints(scan.run, set_name(source), fingerprints(found.ids))
        if source.kind is Kind.PRIVILEGED:
            return Page((), None)
    kept = sorted(await tools.scans.fingerprints(scan.run, set_name(source)))
    begin = int(scan.cursor or 0)
    end = begin + _HOLDERS_IN_STEP
    names = [str(UUID(bytes=name)) for name in kept[begin:end]]
    page = await _read(names, tools, listed_later=scan.plans_all)
    return page if isinstance(page, GraphAnswer) or end >= len(kept) else Page(page.rows, str(end))


async def _read(names: list[str], tools: Tools, *, listed_later: bool = False) -> Page[DirectoryUser] | GraphAnswer:
    """Read users by name; one who is gone is left out, one who cannot be read now stops the page.

    Unless everybody is ``listed_later``, so does one of whom the answer is no user: a run must not leave him out, and a
    whole tenant must not wait for him.
    """
    answers = await tools.graph_users.read(names, Priority.URGENT) if names else {}
    unread = next((answer for answer in answers.values() if answer.passing or answer.status == 403), None)
    if unread:
        return unread
    seen = [directory_user(answer.body) for answer in answers.values() if answer.accepted]
    if None in seen and not listed_later:
        return GraphAnswer(fault="unreadable")
    return Page(tuple(one for one in seen if one), None)


_ACTIVE_ONLY = "Those who are only eligible for a role cannot be read, so they do not go first."
