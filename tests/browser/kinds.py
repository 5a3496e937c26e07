"""The kinds of run whose pages the browser looks at."""

from collections.abc import Callable
from dataclasses import replace

from support.evidence import a_run, users
from support.fakes import START

from revoker.core.outcome import Outcome, User
from revoker.core.run import State

type Pages = Callable[[str], str]


def people(number: int, otherwise: Outcome) -> list[User]:
    """Return users of a run that signed out only some: every third stands at another outcome."""
    found = users(number)
    for place in range(12, number, 3):
        found[place] = found[place].settle(otherwise, None, START)
    return found


def guests(number: int) -> list[User]:
    """Return users under the long names that a directory gives to guests."""
    found: list[User] = []
    for place, user in enumerate(users(number)):
        name = f"user{place:06}_partner.example#EXT#@contoso.onmicrosoft.com"
        found.append(replace(user, requested_as=name, user_principal_name=name))
    return found


WIDE = {
    **dict.fromkeys(("groups", "roles"), ["2a9f6c31-5e48-4d70-b3c9-f61e8a07d254"] * 100),
    "filter": "startsWith(department,'Finance') or " * 27,
    "users": 10_000,
    "exclude": {"users": 10_000, "groups": ["2a9f6c31-5e48-4d70-b3c9-f61e8a07d254"] * 100},
    "names": {"2a9f6c31-5e48-4d70-b3c9-f61e8a07d254": "Finance and controlling, all of them, Europe"},
}
KINDS = {
    "small": lambda: (a_run(), users(24)),
    "dry run": lambda: (a_run(dry_run=True), people(24, Outcome.PLANNED)),
    "cancelled": lambda: (a_run(cancelled_at=START, finished_as=State.CANCELLED), people(24, Outcome.CANCELLED)),
    "failed": lambda: (a_run(finished_as=State.FAILED, incomplete=True), users(24)),
    "going": lambda: (a_run(finished_as=None, finished_at=None), people(24, Outcome.PLANNED)),
    # What the page shows of 100,000 users is what it shows of 3,000: 2,000 names.
    "large": lambda: (a_run(), users(3000)),
    "2,000": lambda: (a_run(reason="INC-4711 " * 55), guests(2000)),
    # As much as one request may name: 100 groups, 100 roles, 100 excluded groups, a filter, a reason.
    "wide scope": lambda: (a_run(scope=WIDE, reason="x" * 500, approval_size=581), users(24)),
}
