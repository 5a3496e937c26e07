"""Whom one page of the directory adds to a run. Pure."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime

from revoker.mark import mark
from revoker.outcome import Outcome, User
from revoker.rules import Accounts, Rules, decide
from revoker.sighting import Sighting


@dataclass(frozen=True, slots=True)
class PagePlan:
    """Whom a directory page adds: to revoke at once, to revoke in turn, settled already; who was met before is not in.

    ``held`` says that the caller's own account was on it and is left for the end.
    """

    first: tuple[User, ...]
    planned: tuple[User, ...]
    settled: tuple[User, ...]
    held: bool


def plan_page(
    rows: Iterable[Sighting],
    requested_as: str,
    rules: Rules,
    met: Container[bytes],
    now: datetime,
    *,
    first: Accounts,
    hold: str | None,
) -> PagePlan:
    """Decide for every user on a page who was not met before; ``hold`` is the id of the caller's own account."""
    users = {seen.id: _listed_user(seen, requested_as) for seen in rows}
    new = [user for user in users.values() if not any(mark(name) in met for name in user.names)]
    decided = [decide(user, rules, now) for user in new if user.id != hold]
    planned = [(user, first.covers(user)) for user in decided if user.outcome is Outcome.PLANNED]
    return PagePlan(
        first=tuple(user for user, dangerous in planned if dangerous),
        planned=tuple(user for user, dangerous in planned if not dangerous),
        settled=tuple(user for user in decided if user.outcome is not Outcome.PLANNED),
        held=any(user.id == hold for user in new),
    )


def _listed_user(seen: Sighting, requested_as: str) -> User:
    return User(
        key=seen.id,
        requested_as=requested_as,
        id=seen.id,
        user_principal_name=seen.user_principal_name,
        external=seen.external,
        sessions_valid_from=seen.sessions_valid_from,
    )
