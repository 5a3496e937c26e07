"""What a request becomes is decided without any port: facts and a moment in, run, batches and scan out."""

from dataclasses import replace
from datetime import timedelta

import pytest
from support.company import ALICE, BEN, BREAKGLASS, GUEST, a_request
from support.fakes import START

from revoker.core.federation import Domain, Judgement
from revoker.core.outcome import Outcome
from revoker.core.request import Priority, Request, Scope, Trigger
from revoker.core.rules import NamedAccounts
from revoker.core.run import State
from revoker.core.source import Kind
from revoker.respond.start.acceptance import Acceptance, accept_run, plan_request
from revoker.respond.start.facts import Extent, Facts, Passed

EVERYBODY = Scope(all_users=True)


def accepted(request: Request, *, expected: int = 2, above: int = 0, **options: object) -> Acceptance:
    """Return what a request becomes where the directory knows four accounts, one of them protected."""
    known = {user.id: user for user in (ALICE, BEN, GUEST, BREAKGLASS)}
    facts = Facts(
        protected=NamedAccounts(BREAKGLASS.names),
        excluded=NamedAccounts(request.exclude_users),
        found={target: known[target.name] for target in request.targets if target.name in known},
        extent=Extent(expected),
        **options,  # type: ignore[arg-type]
    )
    return accept_run(request, facts, plan_request(request, facts, START), "run-1", START, approval_above=above)


def test_named_users_are_due_now() -> None:
    """Users that may be revoked wait in the first batch, settled ones are in another; nothing is listed."""
    made = accepted(a_request(ALICE.id, BEN.id, BREAKGLASS.id))
    waiting, settled = made.batches

    assert {ALICE.id, BEN.id} == {user.key for user in waiting.users}
    assert [Outcome.PROTECTED] == [user.outcome for user in settled.users]
    assert (START, START, None) == (waiting.due_at, made.run.finish_estimate, made.scan)
    assert (True, True) == (made.takes_slots, made.goes_now)
    assert {"users": 3, "groups": [], "roles": [], "filter": None, "allUsers": False} == {
        name: value for name, value in made.run.scope.items() if name != "exclude"
    }


def test_slots_move_the_estimate() -> None:
    """The last batch with waiting users tells when the run's calls end."""
    made = accepted(a_request(ALICE.id))
    waiting = replace(made.batches[0], due_at=START + timedelta(seconds=9))
    settled = replace(waiting.given_up("lost", START), due_at=START + timedelta(seconds=60))

    assert waiting.due_at == made.with_batches([waiting, settled]).run.finish_estimate
    assert (waiting, settled) == made.with_batches([waiting, settled]).batches


@pytest.mark.parametrize(
    ("request_", "state"),
    [
        (a_request(BREAKGLASS.id), State.COMPLETED),
        (a_request(ALICE.id, dry_run=True), State.COMPLETED),
        (a_request("ghost@contoso.com", "x", dry_run=True), State.COMPLETED),
        (a_request(), State.COMPLETED),
    ],
)
def test_a_run_without_work_ends_as_it_begins(request_: Request, state: State) -> None:
    """Nothing is sent for it, no slot is taken, and no second person is waited for."""
    made = accepted(request_, expected=500, above=1)

    assert (state, START, None) == (made.run.finished_as, made.run.finished_at, made.run.approval_until)
    assert (False, False) == (made.takes_slots, made.goes_now)


@pytest.mark.parametrize(
    ("options", "awaits"),
    [
        ({}, True),
        ({"dry_run": True}, False),
        ({"trigger": Trigger.SCHEDULE}, False),
        ({"trigger": Trigger.SENTINEL}, True),
    ],
)
def test_above_the_cap_a_second_person_must_approve(options: dict[str, object], *, awaits: bool) -> None:
    """A sweep was approved when it was made; a dry run revokes no user. Nothing is sent before the approval."""
    made = accepted(a_request(scope=EVERYBODY, **options), expected=201, above=200)

    assert awaits == made.run.awaits_approval
    assert awaits == (made.run.approval_until == START + timedelta(hours=4))
    assert (not awaits) == made.goes_now
    assert not any("second person" in sentence for sentence in made.run.warnings)
    assert not accepted(a_request(scope=EVERYBODY, **options), expected=200, above=200).run.awaits_approval


@pytest.mark.parametrize(("expected", "lane"), [(200, Priority.URGENT), (201, Priority.BULK)])
def test_a_scope_is_scanned_in_the_lane_of_its_size(expected: int, lane: Priority) -> None:
    """The scan starts now, leaves out what the request excludes, and takes the urgent lane up to 200 users."""
    made = accepted(a_request(scope=EVERYBODY, exclude_users=frozenset({BEN.id})), expected=expected)

    assert made.scan is not None
    assert (lane, lane, expected, START) == (made.run.priority, made.scan.lane, made.scan.expected, made.scan.due_at)
    assert Kind.ROLES is made.scan.sources[0].kind
    assert frozenset({BEN.id}) == made.excluded
    assert made.run.finished_at is None


def test_what_passed_the_gate_is_on_the_run() -> None:
    """What was acknowledged is kept by itself and among the warnings, and the domains as the gate saw them."""
    judged = Judgement((Domain("contoso.com", federated=True),))
    made = accepted(a_request(scope=EVERYBODY), gate=Passed(("Acknowledged by Rita.",), judged))

    assert ("Acknowledged by Rita.",) == made.run.acknowledged
    assert "Acknowledged by Rita." in made.run.warnings
    assert judged == made.run.federation


@pytest.mark.parametrize(
    ("dry_run", "then"),
    [
        (True, "Names that do not exist, and guests, are counted as users that would be signed out."),
        (False, "Whether such a user exists, and is a guest, shows when Graph answers the call."),
    ],
)
def test_a_look_up_that_failed_is_said(dry_run: bool, then: str) -> None:  # noqa: FBT001
    """A name that the directory neither confirms nor denies is called all the same, and named in a warning."""
    warnings = accepted(a_request(ALICE.id, "ghost@contoso.com", dry_run=dry_run)).run.warnings
    said = "1 named and not looked up, since the directory did not answer ('ghost@contoso.com')."

    assert (f"{said} {then}",) == warnings


@pytest.mark.parametrize(("names", "dry_run", "unseen"), [(201, True, 201), (201, False, 0)])
def test_a_dry_run_of_names_that_were_not_looked_up_says_so(names: int, dry_run: bool, unseen: int) -> None:  # noqa: FBT001
    """Its number is of names: typing errors and guests are among them, and only the warning tells."""
    people = [f"user{number}@contoso.com" for number in range(names)]
    warnings = accepted(a_request(*people, dry_run=dry_run)).run.warnings
    said = f"{unseen} names are taken as they are: more than 200 are not looked up."
    counted = "Names that do not exist, and guests, are counted as users that would be signed out."

    assert ((f"{said} {counted}",) if unseen else ()) == warnings
