"""A run before it starts: what a dry run, preflight and the command line say of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from revoker.cli.shown.share import is_listed, is_missing_users, share
from revoker.cli.words import Fields

MANY = 200  # users: up to here named ones are signed out without a question; above, the tenant's domain is typed


@dataclass(frozen=True, slots=True)
class Plan:
    """A run before it starts: the API's address, its status as a dry run or as it waits, and what preflight found.

    ``spared`` are the users that the command line excludes; the status knows only how many. ``dry_run`` is the one
    whose users a run that waits would apply: its numbers are those of the plan. ``rehearsal`` is one that was looked at
    before a run that is listed anew: its numbers stand beside the directory's count.
    """

    api: str
    status: Fields
    found: Fields
    gate: str = ""
    spared: Sequence[str] = ()
    dry_run: Fields | None = None
    rehearsal: Fields | None = None

    @property
    def domain(self) -> str | None:
        """The tenant's default domain, where the API tells it."""
        known = self.status.get("tenant") or self.found.get("tenant") or {}
        return known.get("domain")

    @property
    def is_listed(self) -> bool:
        """Whether its users are known by name: a run that waits for approval is listed only after it."""
        return is_listed(self.listed)

    @property
    def listed(self) -> Fields:
        """The status that counts its users: that of the dry run which it applies, else its own."""
        return self.dry_run or self.status

    @property
    def users(self) -> int:
        """How many users it would sign out; until they are listed, the directory's count."""
        return share(self.listed).planned

    @property
    def many(self) -> bool:
        """Whether it may mean more than 200 users; so may a list that is not whole."""
        asked = self.status["scope"]
        unbounded = asked.get("allUsers") or asked.get("filter") or is_missing_users(self.listed)
        return bool(unbounded) or self.users > MANY
