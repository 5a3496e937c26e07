"""Read the next page of a scan: users as Graph lists them, or role holders, read by their ids."""

from dataclasses import replace
from uuid import UUID

from revoker.core.after_call import SPARE_TRIES
from revoker.core.directory_user import DirectoryUser, directory_user
from revoker.core.fingerprint import fingerprints
from revoker.core.graph_answer import GraphAnswer
from revoker.core.request import Priority
from revoker.core.scan import Scan
from revoker.core.source import Kind, Source
from revoker.ports.graph import GraphListings, GraphUsers
from revoker.ports.page import Page
from revoker.ports.scans import Scans
from revoker.respond.scan.source_page import SourcePage
from revoker.views.spared_warnings import gone_warning

# Role holders are read twenty a call. 400 users are 20 batches, so a step stays within the hundred rows that one
# transaction of a table may have.
_HOLDERS_IN_STEP = 400

_NOT_FIRST = (
    "Not every role holder can be read (users that are only eligible for a role, or members of a hidden group), so "
    "some do not go first."
)
_NOT_ALL = (
    "Not everybody is accounted for: not every role holder can be read (users that are only eligible for a role, or "
    "members of a hidden group). Grant RoleManagement.Read.Directory and Member.Read.Hidden."
)
_NO_JOINERS = (
    "Users that may join a group that holds a role cannot be read, so they do not go first: that takes "
    "PrivilegedEligibilitySchedule.Read.AzureADGroup, which is optional."
)


async def next_page(
    source: Source, scan: Scan, graph_users: GraphUsers, graph_listings: GraphListings, scans: Scans
) -> SourcePage | GraphAnswer:
    """Return the scan's next page of a source, or Graph's answer where it gave no page."""
    if source.is_paged:
        page = await graph_listings.page(source, scan.cursor)
        return page if isinstance(page, GraphAnswer) else _source_page(source, scan, page)
    if source.kind is Kind.CALLER:
        # The caller's own account comes last, and only where an earlier source listed it.
        caller = [source.value] if scan.caller_deferred else []
        return await _read(caller, graph_users)
    if scan.cursor is not None:
        return await _read_holders(source, scan, graph_users, scans)
    kept = await _keep_holders(source, scan, graph_listings, scans)
    if isinstance(kept, GraphAnswer) or source.kind is Kind.PRIVILEGED:
        return kept  # the privileged are only remembered here, and go first when another source lists them
    read = await _read_holders(source, scan, graph_users, scans)
    if isinstance(read, GraphAnswer):
        return read
    return replace(read, warning=f"{kept.warning} {read.warning}".strip(), incomplete=kept.incomplete)


def _source_page(source: Source, scan: Scan, page: Page[DirectoryUser]) -> SourcePage:
    """Return a page of a listing; a page whose link leads back is the last one, or the scan would go on for ever."""
    if not scan.repeats(page.cursor):
        return SourcePage(page.rows, page.cursor)
    sentence = (
        f"Not everybody is accounted for: Graph lists {source} in a circle, a link leads back to an earlier page."
    )
    return SourcePage(page.rows, None, sentence, incomplete=True)


def set_name(source: Source) -> str:
    """Return the name under which the accounts are kept that go first when a source is listed."""
    kind = Kind.PRIVILEGED
    if source.kind is Kind.ROLES:
        kind = Kind.ROLES
    return kind.value


async def _keep_holders(
    source: Source, scan: Scan, graph_listings: GraphListings, scans: Scans
) -> SourcePage | GraphAnswer:
    """Ask which users hold the roles, and keep their ids; return a page without users, with a warning if need be."""
    found = await graph_listings.role_holders(source.templates)
    if isinstance(found, GraphAnswer):
        return found
    await scans.keep_fingerprints(scan.run, set_name(source), fingerprints(found.ids))
    # Role holders that cannot be read are missing from the run if the request asks for them by role. Otherwise another
    # source lists them, and they only do not go first.
    asked_for = source.kind is Kind.ROLES and not scan.plans_all
    if not found.complete:
        return SourcePage(warning=_NOT_ALL if asked_for else _NOT_FIRST, incomplete=asked_for)
    return SourcePage(warning="" if found.joiners_known else _NO_JOINERS)


async def _read_holders(source: Source, scan: Scan, graph_users: GraphUsers, scans: Scans) -> SourcePage | GraphAnswer:
    """Read the next 400 of the kept role holders; the cursor is the number read so far."""
    kept = sorted(await scans.fingerprints(scan.run, set_name(source)))
    begin = int(scan.cursor or 0)
    end = begin + _HOLDERS_IN_STEP
    names = [str(UUID(bytes=name)) for name in kept[begin:end]]
    page = await _read(names, graph_users, listed_later=scan.plans_all, believes_404=scan.attempts >= SPARE_TRIES)
    if isinstance(page, GraphAnswer):
        return page
    return replace(page, cursor=str(end) if end < len(kept) else None)


async def _read(
    names: list[str], graph_users: GraphUsers, *, listed_later: bool = False, believes_404: bool = True
) -> SourcePage | GraphAnswer:
    """Read users by name; return Graph's answer where the page cannot be had now.

    A user that was deleted is left out, with a warning. A user that cannot be read stops the page, since a run must not
    leave it out: so does an answer of 200 without a user, and a 404 about a user that was just listed, until the step
    ``believes_404``. With ``listed_later`` a later source lists every user, so these two do not stop the page.
    """
    if not names:
        return SourcePage()
    answers = await graph_users.read(names, Priority.URGENT)
    users: list[DirectoryUser] = []
    gone: list[str] = []
    for name, answer in answers.items():
        if answer.passing or answer.status == 403:
            return answer
        seen = directory_user(answer.body) if answer.accepted else None
        if seen:
            users.append(seen)
        elif not listed_later and not (answer.says_no_such_user and believes_404):
            return _not_shown(answer)
        elif not listed_later:
            gone.append(name)
    return SourcePage(tuple(users), warning=gone_warning(gone))


def _not_shown(answer: GraphAnswer) -> GraphAnswer:
    """Return the answer to stop a page with, where a user that was just listed is not shown."""
    if answer.says_no_such_user:
        return GraphAnswer(fault="not_replicated")
    if answer.accepted:
        return GraphAnswer(fault="unreadable")
    return answer  # such as a 400: the user exists, and must not be left out without a word
