"""Which users a run leaves out because the dry run that it applies did not plan them."""

from collections.abc import Mapping
from dataclasses import dataclass

from revoker.core.fingerprint import fingerprint
from revoker.core.outcome import Outcome, User

NOT_IN_PLAN = (Outcome.EXCLUDED, "not_in_plan")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRule:
    """The rule for users that the directory lists now; those that the dry run planned are in the run already.

    ``visited`` are the fingerprints of all users that the dry run listed. A user that it listed and did not plan was
    protected, excluded or a guest then: it is no newcomer, and is left out with ``include_new`` too.
    """

    visited: Mapping[bytes, str | None]
    include_new: bool

    def leaves_out(self, user: User) -> bool:
        """Whether a user that no other rule spares is left out."""
        known = any(fingerprint(name) in self.visited for name in user.names)
        return known or not self.include_new
