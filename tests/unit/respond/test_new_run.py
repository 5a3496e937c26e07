"""The run that a request becomes, and from how many users a second person must approve it."""

import pytest
from support.company import ALICE, a_request
from support.fakes import START

from revoker.core.plan import Plan
from revoker.core.request import Priority, Request, Scope
from revoker.core.rules import NamedAccounts
from revoker.core.run import APPROVE_WITHIN, Run
from revoker.respond.start.facts import Extent, Facts
from revoker.respond.start.new_run import new_run, with_second_person

EVERYBODY = Scope(all_users=True)


def facts(expected: int) -> Facts:
    """Return the facts about a tenant of so many users."""
    return Facts(protected=NamedAccounts(), excluded=NamedAccounts(), found={}, extent=Extent(expected))


def a_run(request: Request, expected: int) -> Run:
    """Return the run of a request without named users, over a tenant of so many."""
    plan = Plan((), (), Priority.BULK, ())
    return new_run(request, facts(expected), plan, (), "run-1", START)


@pytest.mark.parametrize(("expected", "until"), [(150, None), (151, START + APPROVE_WITHIN)])
def test_users_asked_for_lately_count_against_the_cap(expected: int, until: object) -> None:
    """Of a cap of 200, 50 users are used up by what the same caller asked for within ten minutes."""
    request = a_request(scope=EVERYBODY)
    run = with_second_person(a_run(request, expected), request, facts(expected), START, above=200, recent=50)

    assert until == run.approval_until
    assert (expected if until else None) == run.approval_size


def test_a_run_over_no_user_ends_as_it_begins() -> None:
    """Nothing is left to approve, whatever the cap; a run that lists the directory goes on."""
    ended = a_run(a_request(ALICE.id), 1)
    going = a_run(a_request(scope=EVERYBODY), 1)

    assert (START, None) == (ended.finished_at, going.finished_at)
    assert None is with_second_person(ended, a_request(ALICE.id), facts(9), START, above=1, recent=0).approval_until
