"""One page of a source, as a scan's step read it."""

from dataclasses import dataclass

from revoker.core.directory_user import DirectoryUser
from revoker.core.outcome import User


@dataclass(frozen=True, slots=True)
class SourcePage:
    """One page: its users, the cursor of the next page, and a warning for the run, or nothing.

    ``incomplete``: users of the run's scope are missing from it, and no other source lists them. ``planned`` are users
    as a dry run planned them, ``first`` the fingerprints of those that go first.
    """

    users: tuple[DirectoryUser, ...] = ()
    cursor: str | None = None
    warning: str = ""
    incomplete: bool = False
    planned: tuple[User, ...] = ()
    first: frozenset[bytes] = frozenset()
