"""The plan of the users that a request names: one outcome each, and the users to revoke in batches."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from revoker.core.batch import Batch, in_batches
from revoker.core.directory_user import DirectoryUser, listed_user
from revoker.core.external import is_external_upn
from revoker.core.fold import fold
from revoker.core.outcome import EXTERNAL_USER, Outcome, User
from revoker.core.request import Priority, Request, Target
from revoker.core.revocation import Revocation, by_our_own
from revoker.core.rules import NamedAccounts, Rules, decide

URGENT_UP_TO = 200

_NONE: Mapping[str, Revocation] = {}

# What the directory says about a target: a user, or the outcome and the reason of a target that is no user.
type Finding = DirectoryUser | tuple[Outcome, str]
NO_SUCH_USER = (Outcome.NOT_FOUND, "no_such_user")


@dataclass(frozen=True, slots=True)
class Plan:
    """Users to revoke and users settled already; each target is in one of them, or in a pair of ``folded``."""

    planned: tuple[User, ...]
    settled: tuple[User, ...]
    priority: Priority
    folded: tuple[tuple[str, str], ...]

    def batches(self, run: str, now: datetime) -> tuple[Batch, ...]:
        """Return the ledger rows, all due now, those with users to revoke first."""
        return (
            *in_batches(run, self.planned, self.priority, now),
            *in_batches(run, self.settled, self.priority, now),
        )


def make_plan(
    request: Request,
    found: Mapping[Target, Finding],
    protected: NamedAccounts,
    excluded: NamedAccounts,
    now: datetime,
    *,
    revoked: Mapping[str, Revocation] = _NONE,
) -> Plan:
    """Return the plan.

    ``found`` is what the directory says about the targets, without those that it said nothing about. ``revoked`` are
    revocations by earlier runs, by object id: they spare users within a cooldown.
    """
    skip_guests = request.include_guests is False
    rules = Rules(protected=protected, excluded=excluded, skip_guests=skip_guests, cutoff=request.issued_before)
    users, folded = fold(_identify_all(request, found))
    planned: list[User] = []
    settled: list[User] = []
    for user in users:
        decided = by_our_own(decide(user, rules, now), revoked.get(user.id or ""), request, now)
        if decided.outcome is Outcome.PLANNED:
            planned.append(decided)
        else:
            settled.append(decided)
    lane = lane_for(request.priority, many=len(planned) > URGENT_UP_TO)
    return Plan(tuple(planned), tuple(settled), lane, folded)


def lane_for(priority: Priority | None, *, many: bool) -> Priority:
    """Return the lane of a run: the one that it asks for, urgent by default, and always bulk for ``many`` users.

    Many are more than ``URGENT_UP_TO``: a longer run in the urgent lane would keep other callers' urgent users waiting.
    """
    if many:
        return Priority.BULK
    return priority or Priority.URGENT


def _identify_all(request: Request, found: Mapping[Target, Finding]) -> list[User]:
    # A user created a minute ago may be listed by the scan although this look-up answered 404. So a real run with a
    # scope does not believe the 404: the user is planned, and the answer to the call decides.
    believes_404 = request.dry_run or not request.scope
    users: list[User] = []
    for number, target in enumerate(request.targets):
        finding = found.get(target)
        if finding == NO_SUCH_USER and not believes_404:
            finding = None
        users.append(_identify(number, target, finding))
    return users


def _is_meant(target: Target, seen: DirectoryUser) -> bool:
    """Whether the user that was found is the one that the target names."""
    # Since July 2026 Sentinel's Name may be a display name (MC1183015): "ben" with the suffix contoso.com may be the
    # display name of ben.miller@contoso.com, and ben@contoso.com another person.
    return not target.confirm or seen.user_principal_name.lower() == target.name


def _identify(number: int, target: Target, finding: Finding | None) -> User:
    """Return the user of a run that target ``number`` of the request stands for."""
    nameless = User(key=f"#{number}", requested_as=target.requested_as)
    if target.settled:
        outcome, reason = target.settled
        return replace(nameless, outcome=outcome, reason=reason)
    if isinstance(finding, DirectoryUser) and _is_meant(target, finding):
        return listed_user(finding, target.requested_as)
    named = replace(nameless, key=target.name or nameless.key)
    if target.confirm and finding != NO_SUCH_USER:
        return replace(named, outcome=Outcome.UNRESOLVED, reason="name_unconfirmed")
    if finding and not isinstance(finding, DirectoryUser):
        outcome, reason = finding
        return replace(named, outcome=outcome, reason=reason)
    if target.search:
        return replace(nameless, outcome=Outcome.UNRESOLVED, reason=target.search.otherwise)
    external = target.external or is_external_upn(named.key)
    return replace(named, external_reason=EXTERNAL_USER if external else None)
