"""Runs over users whom nobody named, on stand-ins: who is met, in which order, what the directory was asked."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from support.company import ALICE, BEN, BREAKGLASS, CROWD, GUEST, World
from support.fake_graph_listings import FakeGraphListings
from support.fakes import START

from revoker.core.directory_user import DirectoryUser
from revoker.core.graph_answer import GraphAnswer
from revoker.core.message import Queue, ScanStep
from revoker.core.pacing import Quota
from revoker.core.problems import ConflictError, InvalidError, ProblemError, UnavailableError
from revoker.core.request import Person, Priority, Scope
from revoker.core.run import Run, State
from revoker.core.source import Kind, Source
from revoker.ports.page import Page
from revoker.respond.cancel import cancel
from revoker.respond.recover.heal import heal

EVERYBODY = Scope(all_users=True)
MEMBERS = 1 + 1 + len(CROWD)
GROUP, OTHER = "0a0a0a0a-1111-4222-8333-444444444444", "0b0b0b0b-1111-4222-8333-444444444444"
ADMINS = "62e90394-69f5-4237-9190-012177145e10"
BUSY = GraphAnswer(status=503)
GONE = GraphAnswer(status=404, body={"error": {"message": "gone"}})
EXPIRED = GraphAnswer(status=400, body={"error": {"code": "Directory_ExpiredPageToken", "message": "expired"}})


async def counted(world: World, run: Run) -> dict[str, int]:
    """Return how many users stand at each outcome, each user once."""
    users = await world.users(run)
    assert len({user.key for user in users}) == len(users)
    tally = await world.ledger.tally(run.id)
    assert Counter(user.outcome for user in users) == tally.counts
    return {outcome.value: number for outcome, number in tally.counts.items()}


async def test_all_users_are_revoked_verified_and_reported_once(world: World) -> None:
    """All users: members verified, the guest its home tenant's job, the protected account left alone."""
    run = await world.start(scope=EVERYBODY)
    await world.play()

    assert {"verified": MEMBERS, "not_effective": 1, "protected": 1} == await counted(world, run)
    assert State.COMPLETED is (await world.ended(run)).finished_as
    assert Counter(dict.fromkeys([user.id for user in (ALICE, BEN, *CROWD)], 1)) == Counter(world.graph_users.revoked)


async def test_guests_are_included_on_demand(world: World) -> None:
    """Asked for, a guest's sessions are ended as far as Graph goes, and said to be its home tenant's job."""
    run = await world.start(scope=EVERYBODY, include_guests=True)
    await world.play()

    assert {"verified": MEMBERS, "not_effective": 1, "protected": 1} == await counted(world, run)
    assert GUEST.id in world.graph_users.revoked


async def test_the_dangerous_go_first_and_the_caller_last(world: World) -> None:
    """Role holders take the urgent lane before anybody is listed; whoever asks keeps the session to the end."""
    world.graph_listings.roles = {ADMINS: [BEN.id, CROWD[200].id, BREAKGLASS.id]}
    await world.start(scope=EVERYBODY, requested_by=Person(ALICE.id, "Alice"))
    await world.play()

    assert {BEN.id, CROWD[200].id} == set(world.graph_users.revoked[:2])
    assert ALICE.id == world.graph_users.revoked[-1]
    assert Priority.URGENT is world.graph_users.priorities[0]


@pytest.mark.parametrize(
    ("scope", "options", "expected"),
    [
        (Scope(groups=(GROUP,)), {}, {ALICE.id, CROWD[0].id}),
        (Scope(groups=(GROUP, OTHER)), {}, {ALICE.id, BEN.id, CROWD[0].id}),
        (Scope(groups=(GROUP,), filter="a eq b"), {}, {ALICE.id, CROWD[0].id, CROWD[1].id}),
        (Scope(roles=(ADMINS,)), {}, {BEN.id}),
        (Scope(roles=("privileged",)), {}, {BEN.id, CROWD[5].id}),
        (Scope(roles=(ADMINS,), groups=(GROUP,)), {}, {ALICE.id, BEN.id, CROWD[0].id}),
        (Scope(groups=(GROUP,)), {"exclude_groups": (OTHER,)}, {CROWD[0].id}),
        (Scope(groups=(GROUP,)), {"exclude_users": frozenset({ALICE.user_principal_name})}, {CROWD[0].id}),
        (Scope(groups=(GROUP,)), {"exclude_users": frozenset({ALICE.id})}, {CROWD[0].id}),
    ],
)
async def test_scopes_add_up(world: World, scope: Scope, options: dict[str, object], expected: set[str]) -> None:
    """Each scope brings its users, once, less whom the request excludes."""
    world.graph_listings.groups = {GROUP: [ALICE.id, CROWD[0].id, GUEST.id], OTHER: [ALICE.id, BEN.id]}
    world.graph_listings.filters = {"a eq b": [CROWD[0].id, CROWD[1].id]}
    world.graph_listings.roles = {ADMINS: [BEN.id], "other": [CROWD[5].id]}
    run = await world.start(scope=scope, **options)
    await world.play()

    assert expected == set(world.graph_users.revoked)
    assert len(expected) == len(world.graph_users.revoked)
    assert (await counted(world, run))["verified"] == len(expected)


async def test_a_user_named_and_listed_is_one_user(world: World) -> None:
    """Whoever is named and listed too is one user, whatever name was given."""
    run = await world.start(ALICE.user_principal_name.upper(), CROWD[7].id, "ghost@contoso.com", scope=EVERYBODY)
    await world.play()

    assert {"verified": MEMBERS, "not_effective": 1, "protected": 1, "not_found": 1} == await counted(world, run)
    assert [1] == sorted(set(Counter(world.graph_users.revoked).values()))


async def test_a_group_excluded_spares_named_users(world: World) -> None:
    """An excluded group holds for users who were named, too."""
    world.graph_listings.groups = {GROUP: [ALICE.id]}
    run = await world.start(ALICE.user_principal_name, BEN.id, exclude_groups=(GROUP,))
    await world.play()

    assert {ALICE.user_principal_name: "excluded", BEN.id: "verified"} == await world.outcomes(run)


async def test_users_that_comply_cost_a_listing_and_no_batch(world: World) -> None:
    """A second run with the same cutoff right after finds nothing to do: one pass, no write."""
    await world.start(scope=EVERYBODY)
    await world.play()
    done, asked = len(world.graph_users.revoked), len(world.graph_listings.asked)
    again = await world.start(scope=EVERYBODY, issued_before=START)
    await world.play()

    assert {"already_revoked": MEMBERS, "not_effective": 1, "protected": 1} == await counted(world, again)
    assert done == len(world.graph_users.revoked)
    assert [] == list(await world.ledger.open_batches(again.id))
    pages = [question for question in world.graph_listings.asked[asked:] if question[0] == "page"]
    assert 4 == len(pages)


async def test_a_dry_run_plans_all_users_and_revokes_none(world: World) -> None:
    """Whoever would be revoked stays planned in the completed run."""
    run = await world.start(scope=EVERYBODY, dry_run=True)
    await world.play()

    assert {"planned": MEMBERS, "not_effective": 1, "protected": 1} == await counted(world, run)
    assert State.COMPLETED is (await world.ended(run)).finished_as
    assert [] == world.graph_users.revoked


@pytest.mark.parametrize(
    ("scope", "method", "answer", "error", "said"),
    [
        (Scope(groups=(GROUP,)), "count", None, InvalidError, GROUP),
        (Scope(filter="nonsense"), "count", None, InvalidError, "No such filter"),
        (Scope(groups=(OTHER,)), "count", GraphAnswer(status=403), ConflictError, "GroupMember.Read.All"),
        (Scope(groups=(OTHER,)), "read_groups", {OTHER: BUSY}, UnavailableError, "nothing was started"),
        (Scope(roles=(ADMINS,)), "defined_roles", GraphAnswer(status=403), ConflictError, "RoleManagement.Read"),
        (Scope(roles=("privileged",)), "holders", GraphAnswer(status=403), ConflictError, "RoleManagement.Read"),
        (EVERYBODY, "count", GraphAnswer(status=403), ConflictError, "User.Read.All"),
        (EVERYBODY, "count", BUSY, UnavailableError, "nothing was started"),
        (EVERYBODY, "domains", BUSY, UnavailableError, "nothing was started"),
    ],
)
async def test_what_cannot_be_listed_starts_nothing(
    world: World, scope: Scope, method: str, answer: GraphAnswer | None, error: type[ProblemError], said: str
) -> None:
    """No such group, a bad filter, a missing permission, a silent directory: said, and nothing is written."""
    world.graph_listings.groups = {OTHER: []}
    world.graph_listings.scripts[method] = [answer] if answer else []
    with pytest.raises(error) as caught:
        await world.start(scope=scope)

    assert said in f"{caught.value.detail} {caught.value.fields()}"
    assert () == (await world.ledger.runs(None, 10, None)).rows
    assert [] == world.outbox.sent


async def test_roles_that_cannot_be_read_cost_only_the_order(world: World) -> None:
    """Everybody is revoked all the same, and the report says that nobody went first."""
    world.graph_listings.scripts["holders"] = [GraphAnswer(status=403)]
    run = await world.start(scope=EVERYBODY)
    await world.play()

    assert MEMBERS == (await counted(world, run))["verified"]
    ended = await world.ended(run)
    assert State.COMPLETED is ended.finished_as
    assert any("do not go first" in sentence for sentence in ended.warnings)


@pytest.mark.parametrize("misfortune", [[BUSY] * 7, [EXPIRED], [GraphAnswer(fault="timeout"), GraphAnswer(status=401)]])
async def test_a_page_that_fails_is_asked_for_again(world: World, misfortune: list[GraphAnswer]) -> None:
    """An hour of 503, an expired link, a token refused: the run goes on where it was, or from its first page."""
    run = await world.start(scope=EVERYBODY)
    await deliver_steps(world, 2)
    world.graph_listings.scripts["page"] = list(misfortune)
    await world.play()

    assert {"verified": MEMBERS, "not_effective": 1, "protected": 1} == await counted(world, run)
    assert State.COMPLETED is (await world.ended(run)).finished_as
    assert MEMBERS == len(world.graph_users.revoked)


async def deliver_steps(world: World, number: int) -> None:
    """Deliver only messages of the plan queue that are due, so many, and put back the others."""
    others = []
    while number:
        for queue, message, delay in world.outbox.take():
            if queue is Queue.PLAN and number and not delay:
                number -= 1
                await world.deliver(queue, message)
            else:
                others.append((queue, message, delay))
    world.outbox.sent += others


async def test_a_group_deleted_meanwhile_fails_the_run_and_loses_no_planned_user(world: World) -> None:
    """What was planned is revoked and reported; the run says that not everybody could be listed."""
    world.graph_listings.groups = {GROUP: [user.id for user in CROWD[:250]], OTHER: [ALICE.id]}
    run = await world.start(scope=Scope(groups=(GROUP, OTHER)))
    await deliver_steps(world, 1)
    world.graph_listings.scripts["page"] = [GONE]
    await world.play()

    assert {"verified": 101} == await counted(world, run)
    ended = await world.ended(run)
    assert State.FAILED is ended.finished_as
    assert any(GROUP in sentence and "http_404" in sentence for sentence in ended.warnings)


async def test_a_link_that_keeps_expiring_is_given_up(world: World) -> None:
    """After three new beginnings the listing ends, and the run says so."""
    run = await world.start(scope=EVERYBODY)
    await deliver_steps(world, 2)
    for _ in range(4):
        world.graph_listings.scripts["page"] = [EXPIRED]
        await deliver_steps(world, 2)
    await world.play()

    assert State.FAILED is (await world.ended(run)).finished_as


async def test_a_message_delivered_twice_plans_once(world: World) -> None:
    """Every message of every queue comes twice: every user is planned once."""
    run = await world.start(scope=EVERYBODY)
    seen: set[object] = set()
    twice = world.outbox.send

    async def doubled(queue: Queue, message: object, delay: timedelta = timedelta(0)) -> None:
        await twice(queue, message, delay)  # type: ignore[arg-type]
        if (queue, message) not in seen:
            seen.add((queue, message))
            await twice(queue, message, delay)  # type: ignore[arg-type]

    world.outbox.send = doubled  # type: ignore[method-assign]
    await world.play()

    assert {"verified": MEMBERS, "not_effective": 1, "protected": 1} == await counted(world, run)


async def test_a_worker_that_dies_after_the_commit_is_made_up_for(world: World) -> None:
    """The page is in the ledger and nothing was sent: the redelivered message sends it."""
    run = await world.start(scope=EVERYBODY)
    await deliver_steps(world, 1)
    sent_before = world.outbox.take()
    await world.deliver(Queue.PLAN, ScanStep(run.id, 2))
    world.outbox.take()
    world.outbox.sent = sent_before
    await world.play()

    assert {"verified": MEMBERS, "not_effective": 1, "protected": 1} == await counted(world, run)


async def test_a_worker_that_dies_after_the_first_page_is_made_up_for(world: World) -> None:
    """Role holders and the first page are one message's work; the one sent in case takes up what was left between."""
    world.graph_listings.roles = {ADMINS: [BEN.id]}
    run = await world.start(scope=EVERYBODY)
    await deliver_steps(world, 1)
    sent = world.outbox.take()
    in_case = (Queue.PLAN, ScanStep(run.id, 1), timedelta(seconds=30))
    world.outbox.sent = sent[: sent.index(in_case) + 1]
    await world.deliver(Queue.PLAN, ScanStep(run.id, 0))
    await world.play()

    assert {"verified": MEMBERS, "not_effective": 1, "protected": 1} == await counted(world, run)


async def test_a_late_copy_of_an_old_message_asks_for_nothing(world: World) -> None:
    """A message whose step was followed by another is dropped: it would only start a second chain."""
    run = await world.start(scope=EVERYBODY)
    await deliver_steps(world, 3)
    world.outbox.take()
    await world.deliver(Queue.PLAN, ScanStep(run.id, 0))

    assert [] == world.outbox.sent


async def test_a_lost_step_is_healed(world: World) -> None:
    """A scan of which nothing was heard for a quarter of an hour is taken up again."""
    run = await world.start(scope=EVERYBODY)
    lost = [ScanStep(run.id, 2)]
    await world.play(lose=lambda message: message in lost and not lost.clear())
    world.clock.moment += timedelta(minutes=16)
    await heal(world.tools)
    await world.play()

    assert {"verified": MEMBERS, "not_effective": 1, "protected": 1} == await counted(world, run)
    assert State.COMPLETED is (await world.ended(run)).finished_as


async def test_a_scan_that_stays_lost_ends_the_run_failed(world: World) -> None:
    """Its message never comes: after three healings the run ends with what was planned, and says so."""
    run = await world.start(scope=EVERYBODY)
    for _ in range(5):
        await world.play(lose=lambda message: message == ScanStep(run.id, 2))
        world.clock.moment += timedelta(minutes=16)
        await heal(world.tools)
    await world.play()
    world.clock.moment += timedelta(hours=1)
    await heal(world.tools)
    await world.play()

    ended = await world.ended(run)
    assert State.FAILED is ended.finished_as
    assert any("not listed to its end" in sentence for sentence in ended.warnings)
    assert set(await counted(world, run)) <= {"verified", "not_effective", "protected"}


async def test_a_poisoned_step_ends_planning(world: World) -> None:
    """A page that kills the code five times leaves a run that ends, with whom it planned."""
    run = await world.start(scope=EVERYBODY)
    await deliver_steps(world, 1)
    await world.give_up(Queue.PLAN, ScanStep(run.id, 2))
    await world.play()

    assert State.FAILED is (await world.ended(run)).finished_as
    assert 98 == (await counted(world, run))["verified"]


async def test_cancel_stops_the_scan_and_settles_waiting_users(world: World) -> None:
    """Nobody more is planned or revoked; what Graph accepted already is still looked for."""
    run = await world.start(scope=EVERYBODY)
    await deliver_steps(world, 2)
    first = next(sent for sent in world.outbox.sent if sent[0] is Queue.BULK)
    await world.deliver(*first[:2])
    await cancel(run, Person("id-2", "Rita"), world.tools)
    await world.play()

    assert State.CANCELLED is (await world.ended(run)).finished_as
    assert {"verified", "cancelled", "not_effective", "protected"} == set(await counted(world, run))
    assert len(world.graph_users.revoked) <= 20


async def test_a_run_cancelled_before_any_call_ends_at_once(world: World) -> None:
    """There is nobody to look for, so nothing is waited for."""
    run = await world.start(scope=EVERYBODY)
    await cancel(run, Person("id-2", "Rita"), world.tools)
    await deliver_steps(world, 1)

    ended = await world.ended(run)
    assert State.CANCELLED is ended.finished_as
    assert ended.incomplete
    assert any("users not listed yet" in sentence for sentence in ended.warnings)


async def test_a_user_that_does_not_show_is_revoked_once_more(world: World) -> None:
    """Graph said yes and nothing happened: the last check but one tries again, and it shows."""
    world.graph_users.scripts[ALICE.id] = [GraphAnswer(status=200, body={"value": True})]
    run = await world.start(scope=EVERYBODY)
    await world.play()

    assert {"verified": MEMBERS, "not_effective": 1, "protected": 1} == await counted(world, run)
    [alice] = [user for user in await world.users(run) if user.id == ALICE.id]
    assert 2 == alice.attempts


async def test_a_user_that_never_shows_is_unverified(world: World) -> None:
    """Accepted twice and never seen: that is a failure, by name."""
    world.graph_users.scripts[ALICE.id] = [GraphAnswer(status=200, body={"value": True})] * 2
    run = await world.start(scope=EVERYBODY)
    await world.play()

    assert 1 == (await counted(world, run))["unverified"]
    assert State.COMPLETED_WITH_FAILURES is (await world.ended(run)).finished_as


async def test_the_quota_is_kept_and_a_share_left_free() -> None:
    """No second holds more writes than bucket and rate allow, less the share for urgent work."""
    world = World(quota=Quota(burst=100, rate=10, reserve=0.1))
    called: list[float] = []
    revoke = world.graph_users.revoke

    async def timed(names: list[str], priority: Priority, identity: str) -> object:
        called.extend([world.clock.moment.timestamp()] * len(names))
        return await revoke(names, priority, identity)

    world.graph_users.revoke = timed  # type: ignore[assignment,method-assign]
    await world.start(scope=EVERYBODY)
    await world.play()
    elapsed = sorted(moment - START.timestamp() for moment in called)

    assert MEMBERS == len(elapsed)
    assert all(number + 1 <= 89 + 10 * moment + 1e-6 for number, moment in enumerate(elapsed))
    assert (MEMBERS - 89) / 10 <= elapsed[-1] <= (MEMBERS - 89) / 10 + 1


async def test_two_runs_share_the_quota_and_both_end() -> None:
    """Overlapping runs never reserve the same slot."""
    world = World(quota=Quota(burst=100, rate=10, reserve=0.1))
    first, second = await world.start(scope=EVERYBODY), await world.start(scope=EVERYBODY)
    await world.play()

    for run in (first, second):
        assert MEMBERS == (await counted(world, run))["verified"]
    assert (2 * MEMBERS - 90) / 10 <= (world.clock.moment - START).total_seconds()


async def test_few_users_go_urgent_and_many_in_bulk(world: World) -> None:
    """Up to 200 users are urgent, as when they are named."""
    world.graph_listings.groups = {GROUP: [ALICE.id]}

    assert Priority.URGENT is (await world.start(scope=Scope(groups=(GROUP,)))).priority
    assert Priority.BULK is (await world.start(scope=EVERYBODY)).priority


async def test_the_estimate_is_there_from_the_first_page() -> None:
    """While pages come, the end is told from what was reserved and what is expected; then from the last slot."""
    world = World(quota=Quota(burst=100, rate=10, reserve=0.1))
    run = await world.start(scope=EVERYBODY)
    await deliver_steps(world, 2)
    tally = await world.ledger.tally(run.id)

    assert tally.planning
    assert len(CROWD) + 4 == tally.expected
    assert tally.last_due is not None
    assert tally.last_due > START


async def test_a_directory_that_lags_is_not_asked_again(world: World) -> None:
    """Nobody shows at the last check but one: that is a lag, and revoking all of them again would double the work."""
    shown = world.graph_users.show
    world.graph_users.show = lambda name: old(shown(name))  # type: ignore[method-assign]
    run = await world.start(scope=EVERYBODY)
    await world.play()

    assert MEMBERS == (await counted(world, run))["unverified"]
    assert MEMBERS - 1 <= len(world.graph_users.revoked) <= MEMBERS + 3


def old(answer: GraphAnswer) -> GraphAnswer:
    """Return what the directory said of a user before the run."""
    return replace(answer, body={**answer.body, "signInSessionsValidFromDateTime": "2020-01-01T00:00:00Z"})


async def test_a_last_check_that_fails_is_repeated(world: World) -> None:
    """A directory that cannot be read at the last check has not said that nothing happened."""
    run = await world.start(ALICE.id)
    world.graph_users.read_scripts[ALICE.id] = [BUSY] * 4
    await world.play()

    assert {ALICE.id: "verified"} == await world.outcomes(run)


async def test_a_directory_that_refuses_to_count_is_listed_all_the_same(world: World) -> None:
    """Azure AD B2C refuses counts with 400: the number is unknown, the run takes the lane of large ones and says so."""
    world.graph_listings.refuses_counts = True
    world.graph_listings.groups = {GROUP: [ALICE.id]}
    run = await world.start(scope=EVERYBODY, exclude_groups=(GROUP,))
    await world.play()

    assert {"verified": MEMBERS - 1, "not_effective": 1, "protected": 1, "excluded": 1} == await counted(world, run)
    assert Priority.BULK is run.priority
    assert any("refuses to count allUsers" in sentence for sentence in run.warnings)


async def test_an_unknown_number_may_be_above_the_cap() -> None:
    """While the directory does not count, a second person must approve whatever the cap."""
    world = World(approval_above=10_000)
    world.graph_listings.refuses_counts = True

    assert (await world.start(scope=EVERYBODY)).awaits_approval


async def test_an_empty_page_is_no_end(world: World) -> None:
    """A page may hold no user and lead to the next (docs/graph-facts.md#listing-users)."""
    world.graph_listings.scripts["page"] = [Page((), "0")]
    run = await world.start(scope=EVERYBODY)
    await world.play()

    assert State.COMPLETED is (await world.ended(run)).finished_as
    assert set(world.graph_listings._directory.ids) == {user.id for user in await world.users(run)}


async def test_an_excluded_group_listed_in_a_circle_is_refused(world: World) -> None:
    """A link that leads back would keep the caller waiting for ever; nothing is started."""
    world.graph_listings.groups = {GROUP: [ALICE.id]}
    world.graph_listings.scripts["page"] = [Page((), "a"), Page((), "b"), Page((), "a")]
    with pytest.raises(UnavailableError, match="in a circle"):
        await world.start(scope=EVERYBODY, exclude_groups=(GROUP,))

    assert [] == world.outbox.sent


@pytest.mark.parametrize(
    ("scope", "eligible", "joiners", "state", "said"),
    [
        (Scope(roles=("privileged",)), False, True, State.FAILED, "Not everybody is accounted for: not every role"),
        (Scope(roles=(ADMINS,)), False, True, State.FAILED, "Not everybody is accounted for: not every role"),
        (Scope(groups=(GROUP,)), False, True, State.COMPLETED, "some do not go first"),
        (EVERYBODY, False, True, State.COMPLETED, "some do not go first"),
        (Scope(roles=(ADMINS,)), True, False, State.COMPLETED, "PrivilegedEligibilitySchedule"),
        (Scope(roles=(ADMINS,)), True, True, State.COMPLETED, ""),
    ],
)
async def test_role_holders_that_cannot_all_be_read(
    world: World, scope: Scope, state: State, said: str, *, eligible: bool, joiners: bool
) -> None:
    """A run over roles is incomplete then; any other loses the order alone. Joiners are optional: a sentence."""
    world.graph_listings.groups = {GROUP: [ALICE.id]}
    world.graph_listings.roles = {ADMINS: [BEN.id]}
    world.graph_listings.eligible_readable, world.graph_listings.joiners_readable = eligible, joiners
    run = await world.start(scope=scope)
    await world.play()
    ended = await world.ended(run)

    assert state is ended.finished_as
    assert bool(said) == any(said in sentence for sentence in ended.warnings)


async def test_a_holder_that_the_directory_does_not_show_is_said(world: World) -> None:
    """Graph answers 400 about one of them: the user exists, and a run over roles must not leave it out unsaid."""
    world.graph_listings.roles = {ADMINS: [ALICE.id, BEN.id]}
    world.graph_users.read_scripts[BEN.id] = [GraphAnswer(status=400)] * 50
    run = await world.start(scope=Scope(roles=(ADMINS,)))
    await world.play()
    ended = await world.ended(run)

    assert State.FAILED is ended.finished_as
    assert any("Not everybody is accounted for" in sentence for sentence in ended.warnings)


class Circle(FakeGraphListings):
    """A tenant whose listing of all users leads back: from the page after ``last`` to the page of ``back``."""

    last, back = "200", "100"

    async def page(self, source: Source, cursor: str | None) -> Page[DirectoryUser] | GraphAnswer:
        """Return a page as ever; the link of one leads to an earlier page."""
        page = await super().page(source, cursor)
        if isinstance(page, Page) and source.kind is Kind.ALL and cursor == self.last:
            return Page(page.rows, self.back)
        return page


@pytest.mark.parametrize(("last", "back"), [("200", "200"), ("200", "100"), ("300", "100"), ("100", "100")])
async def test_a_listing_in_a_circle_ends_and_is_said(world: World, last: str, back: str) -> None:
    """Users listed so far are done, the run ends failed and names the source; it does not plan for ever."""
    listings = Circle(world.graph_users, page_size=100)
    listings.last, listings.back = last, back
    world.graph_listings, world.tools = listings, replace(world.tools, graph_listings=listings)
    run = await world.start(scope=EVERYBODY, include_guests=True)
    await world.play()
    ended, counts = await world.ended(run), await counted(world, run)

    assert State.FAILED is ended.finished_as
    assert any("Graph lists allUsers in a circle" in sentence for sentence in ended.warnings)
    assert int(last) + 100 == sum(counts.values()) or sum(counts.values()) == len(world.graph_users.ids)
    assert {"verified", "not_effective", "protected"} == set(counts)
    assert 20 > sum(question[0] == "page" for question in listings.asked)
