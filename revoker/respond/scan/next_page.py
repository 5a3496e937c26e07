"""Read the next page of a scan: users as Graph lists them, or role holders, who are read by their ids."""

from dataclasses import dataclass
from uuid import UUID

from revoker.core.directory_user import DirectoryUser, directory_user
from revoker.core.fingerprint import fingerprints
from revoker.core.graph_answer import GraphAnswer
from revoker.core.request import Priority
from revoker.core.scan import Scan
from revoker.core.source import Kind, Source
from revoker.ports.graph import GraphListings, GraphUsers
from revoker.ports.scans import Scans

# Role holders are read twenty a call. 400 users are 20 batches, so a step stays within the hundred rows that one
# transaction of a table may have.
_HOLDERS_IN_STEP = 400

_ACTIVE_ONLY = "Users that are only eligible for a role cannot be read, so they do not go first."


@dataclass(frozen=True, slots=True)
class Listed:
    """One page: its users, the cursor of the next page, and a warning for the run, or nothing."""

    users: tuple[DirectoryUser, ...] = ()
    cursor: str | None = None
    warning: str = ""


async def next_page(
    source: Source, scan: Scan, graph_users: GraphUsers, graph_listings: GraphListings, scans: Scans
) -> Listed | GraphAnswer:
    """Return the scan's next page of a source, or the answer that was none."""
    if source.is_paged:
        page = await graph_listings.page(source, scan.cursor)
        return page if isinstance(page, GraphAnswer) else Listed(page.rows, page.cursor)
    if source.kind is Kind.CALLER:
        return await _read([source.value] * scan.caller_deferred, graph_users)
    if scan.cursor is None:
        found = await _keep_holders(source, scan, graph_listings, scans)
        if isinstance(found, GraphAnswer) or source.kind is Kind.PRIVILEGED:
            return found  # the privileged are only remembered here, and go first when another source lists them
        return await _read_holders(source, scan, graph_users, scans, found.warning)
    return await _read_holders(source, scan, graph_users, scans)


def set_name(source: Source) -> str:
    """Return the name under which the accounts are kept that go first when a source is listed."""
    kind = Kind.PRIVILEGED
    if source.kind is Kind.ROLES:
        kind = Kind.ROLES
    return kind.value


async def _keep_holders(
    source: Source, scan: Scan, graph_listings: GraphListings, scans: Scans
) -> Listed | GraphAnswer:
    """Ask which users hold the roles and keep them; return an empty page with what there is to warn of."""
    found = await graph_listings.role_holders(source.templates)
    if isinstance(found, GraphAnswer):
        return found
    await scans.keep_fingerprints(scan.run, set_name(source), fingerprints(found.ids))
    return Listed(warning="" if found.complete else _ACTIVE_ONLY)


async def _read_holders(
    source: Source, scan: Scan, graph_users: GraphUsers, scans: Scans, warning: str = ""
) -> Listed | GraphAnswer:
    """Read the next 400 of the kept role holders; the cursor is the number read so far."""
    kept = sorted(await scans.fingerprints(scan.run, set_name(source)))
    begin = int(scan.cursor or 0)
    end = begin + _HOLDERS_IN_STEP
    names = [str(UUID(bytes=name)) for name in kept[begin:end]]
    page = await _read(names, graph_users, listed_later=scan.plans_all)
    if isinstance(page, GraphAnswer):
        return page
    return Listed(page.users, str(end) if end < len(kept) else None, warning)


async def _read(names: list[str], graph_users: GraphUsers, *, listed_later: bool = False) -> Listed | GraphAnswer:
    """Read users by name. A deleted one is left out; one that cannot be read now stops the page.

    So does an answer of 200 that is no user: a run must not leave that user out. Where all users are ``listed_later``,
    it does not: the whole tenant must not wait for one of them.
    """
    if not names:
        return Listed()
    answers = await graph_users.read(names, Priority.URGENT)
    users: list[DirectoryUser] = []
    for answer in answers.values():
        if answer.passing or answer.status == 403:
            return answer
        if not answer.accepted:
            continue
        seen = directory_user(answer.body)
        if seen:
            users.append(seen)
        elif not listed_later:
            return GraphAnswer(fault="unreadable")
    return Listed(tuple(users))
