"""Who is revoked, who is not and why: a request and what the directory knows become users in batches. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce

from revoker.core.batch import Batch, in_batches
from revoker.core.directory_user import DirectoryUser, identified, is_external_upn
from revoker.core.outcome import Outcome, User
from revoker.core.request import Priority, Request, Target
from revoker.core.rules import NamedAccounts, Rules, decide

URGENT_UP_TO = 200

type Finding = DirectoryUser | tuple[Outcome, str]
NO_SUCH_USER = (Outcome.NOT_FOUND, "no_such_user")


@dataclass(frozen=True, slots=True)
class Plan:
    """Users to revoke and users already settled, all accounted for; ``folded`` pairs name a user listed before."""

    planned: tuple[User, ...]
    settled: tuple[User, ...]
    priority: Priority
    folded: tuple[tuple[str, str], ...]

    def batches(self, run: str, now: datetime) -> tuple[Batch, ...]:
        """Return the ledger rows, all due now: those to be sent first."""
        return (
            *in_batches(run, self.planned, self.priority, now),
            *in_batches(run, self.settled, self.priority, now),
        )


def make_plan(
    request: Request, found: Mapping[Target, Finding], protected: NamedAccounts, excluded: NamedAccounts, now: datetime
) -> Plan:
    """Decide for every target."""
    rules = Rules(
        protected=protected,
        excluded=excluded,
        skip_guests=request.include_guests is False,
        cutoff=request.issued_before,
    )
    if request.scope and not request.dry_run:  # a listing may show who was created just now; the call itself will tell
        found = {target: what for target, what in found.items() if what != NO_SUCH_USER}
    users, folded = _fold(_identify(number, target, found.get(target)) for number, target in enumerate(request.targets))
    decided = [decide(user, rules, now) for user in users]
    planned = tuple(user for user in decided if user.outcome is Outcome.PLANNED)
    settled = tuple(user for user in decided if user.outcome is not Outcome.PLANNED)
    default = Priority.URGENT if len(planned) <= URGENT_UP_TO else Priority.BULK
    return Plan(planned, settled, request.priority or default, folded)


def _identify(number: int, target: Target, finding: Finding | None) -> User:
    nameless = User(key=f"#{number}", requested_as=target.requested_as)
    if target.settled:
        return replace(nameless, outcome=target.settled[0], reason=target.settled[1])
    if isinstance(finding, DirectoryUser):
        named = User(key=finding.id, requested_as=target.requested_as, external=target.external)
        return identified(named, finding)
    named = replace(nameless, key=target.name or nameless.key)
    if finding:
        return replace(named, outcome=finding[0], reason=finding[1])
    if target.search:
        return replace(nameless, outcome=Outcome.UNRESOLVED, reason=target.search.otherwise)
    return replace(named, external=target.external or is_external_upn(named.key))


def _fold(users: Iterable[User]) -> tuple[list[User], tuple[tuple[str, str], ...]]:
    """Fold users who share a name into the first of them, which then knows what each of them knew."""
    kept: dict[int, User] = {}
    place: dict[str, int] = {}
    twins: dict[int, list[str]] = {}
    for number, user in enumerate(users):
        places = sorted({place[name] for name in user.names if name in place} | {number})
        first, *later = (kept.pop(at, user) for at in places)
        for at, twin in zip(places[1:], later, strict=True):
            twins.setdefault(places[0], []).extend([twin.requested_as, *twins.pop(at, [])])
        kept[places[0]] = reduce(_absorb, later, first)
        place.update(dict.fromkeys(kept[places[0]].names, places[0]))
        place.update({name: places[0] for twin in later for name in twin.names})
    folded = tuple((twin, kept[at].requested_as) for at in sorted(twins) for twin in twins[at])
    return [kept[at] for at in sorted(kept)], folded


def _absorb(first: User, twin: User) -> User:
    if first.outcome is not Outcome.PLANNED and twin.outcome is Outcome.PLANNED:
        first = replace(twin, requested_as=first.requested_as)
    return replace(
        first,
        id=first.id or twin.id,
        user_principal_name=first.user_principal_name or twin.user_principal_name,
        external=first.external or twin.external,
        sessions_valid_from=first.sessions_valid_from or twin.sessions_valid_from,
    )
