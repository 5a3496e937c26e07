"""Keep what a run excludes until its scan is done planning, then say which exclusions spared no user."""

from revoker.core.exclusion import Exclusions, spared_names
from revoker.core.fingerprint import fingerprints
from revoker.core.outcome import Outcome, User
from revoker.ports.ledger import Ledger
from revoker.ports.scans import Scans
from revoker.respond.every_page import every_user
from revoker.respond.warn import warn
from revoker.views.spared_warnings import unused_exclusions_warning

_NAMES, _GROUPS = "excluded-users", "excluded-groups"


async def keep_exclusions(run: str, exclusions: Exclusions, scans: Scans) -> None:
    """Keep the names, and of each group's members the fingerprints: a group may have 20,000 members."""
    if exclusions.names:
        await scans.keep_names(run, _NAMES, sorted(exclusions.names))
    if exclusions.groups:
        await scans.keep_names(run, _GROUPS, sorted(exclusions.groups))
    for group, members in exclusions.groups.items():
        await scans.keep_fingerprints(run, _members(group), fingerprints(members))


async def warn_of_unused_exclusions(run: str, ledger: Ledger, scans: Scans) -> None:
    """Warn on a run, once all of its users are planned, of the exclusions that spared none of them."""
    names, groups = await scans.names(run, _NAMES), await scans.names(run, _GROUPS)
    if not names and not groups:
        return
    spared = await _spared(run, ledger)
    spared_fingerprints = fingerprints(spared)
    unused_names = [name for name in names if name not in spared]
    unused_groups: list[str] = []
    for group in groups:
        members = await scans.fingerprints(run, _members(group))
        if members.isdisjoint(spared_fingerprints):
            unused_groups.append(group)
    await warn(run, unused_exclusions_warning(unused_names, unused_groups), ledger)


async def _spared(run: str, ledger: Ledger) -> set[str]:
    """Return every name of the users that an exclusion may have spared."""
    users: list[User] = []
    for outcome in (Outcome.EXCLUDED, Outcome.PROTECTED):
        users += [user async for user in every_user(run, outcome, ledger)]
    return spared_names(users)


def _members(group: str) -> str:
    # A set is found by the beginning of its rows' keys: one named "excluded-sales" would be read as rows of the set
    # "excluded", which holds the accounts that the scan leaves out.
    return f"group-{group}"
