"""The plan of one page of a listing: which of its users the run revokes, and which are settled."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime

from revoker.core.fingerprint import fingerprint
from revoker.core.outcome import User
from revoker.core.rules import Accounts, Rules, decide


@dataclass(frozen=True, slots=True)
class PagePlan:
    """What one page adds to the run. Users seen on an earlier page are left out.

    ``first`` are privileged users, which go before the ``others``. ``caller_deferred``: the caller's own account was on
    the page and is left for the last step.
    """

    first: tuple[User, ...]
    others: tuple[User, ...]
    settled: tuple[User, ...]
    caller_deferred: bool


def plan_page(
    users: Iterable[User],
    rules: Rules,
    visited: Container[bytes],
    now: datetime,
    *,
    first: Accounts,
    defer_caller: str | None,
) -> PagePlan:
    """Decide about each user that no earlier page showed.

    ``first`` are the accounts that go first. ``defer_caller`` is the object id of the caller's own account, where a
    later step is to plan it.
    """
    before, others, settled = [], [], []
    caller_deferred = False
    for user in _new_users(users, visited):
        if user.id == defer_caller:
            caller_deferred = True
            continue
        decided = decide(user, rules, now)
        if not decided.is_waiting:
            settled.append(decided)
        elif first.covers(decided):
            before.append(decided)
        else:
            others.append(decided)
    return PagePlan(tuple(before), tuple(others), tuple(settled), caller_deferred)


def _new_users(listed: Iterable[User], visited: Container[bytes]) -> Iterable[User]:
    """Return the users that no earlier page showed, each once; of two rows of one user on the page, the last."""
    users = {user.key: user for user in listed}
    return [user for user in users.values() if not any(fingerprint(name) in visited for name in user.names)]
