"""Whom one page of the directory adds to a run. Pure."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime

from revoker.core.directory_user import DirectoryUser, listed_user
from revoker.core.fingerprint import fingerprint
from revoker.core.outcome import Outcome, User
from revoker.core.rules import Accounts, Rules, decide


@dataclass(frozen=True, slots=True)
class PagePlan:
    """What one directory page adds to the run. Users seen on an earlier page are left out.

    ``caller_deferred`` says that the caller's own account was on it and is left for the end.
    """

    first: tuple[User, ...]
    planned: tuple[User, ...]
    settled: tuple[User, ...]
    caller_deferred: bool


def plan_page(
    rows: Iterable[DirectoryUser],
    requested_as: str,
    rules: Rules,
    visited: Container[bytes],
    now: datetime,
    *,
    first: Accounts,
    defer_caller: str | None,
) -> PagePlan:
    """Decide about each user on a page that no earlier page showed; ``defer_caller`` is the caller's own account id."""
    users = {seen.id: listed_user(seen, requested_as) for seen in rows}
    new = [user for user in users.values() if not any(fingerprint(name) in visited for name in user.names)]
    decided = [decide(user, rules, now) for user in new if user.id != defer_caller]
    planned = [(user, first.covers(user)) for user in decided if user.outcome is Outcome.PLANNED]
    return PagePlan(
        first=tuple(user for user, dangerous in planned if dangerous),
        planned=tuple(user for user, dangerous in planned if not dangerous),
        settled=tuple(user for user in decided if user.outcome is not Outcome.PLANNED),
        caller_deferred=any(user.id == defer_caller for user in new),
    )
