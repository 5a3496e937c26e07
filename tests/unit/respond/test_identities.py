"""Several identities at work: who is set aside, who takes over, and that each user is revoked once."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from support.company import ALICE, BEN, CROWD, World
from support.fakes import START

from revoker.core.availability import set_aside
from revoker.core.federation import Compromise
from revoker.core.graph_answer import GraphAnswer
from revoker.core.message import Mail, Queue
from revoker.core.pacing import Pace, Quota
from revoker.core.request import Person, Priority, Scope
from revoker.core.told_to_wait import pushed_back_identity
from revoker.respond.cancel import cancel
from revoker.respond.recover.heal import heal
from revoker.respond.show.preflight import preflight

A, B, C = (f"{letter * 8}-1111-4111-8111-111111111111" for letter in "abc")
THREE = (A, B, C)
EVERYBODY = Scope(all_users=True)
FORBIDDEN = GraphAnswer(status=403, request_id="q")
NO_TOKEN = GraphAnswer(fault="no_token", outer=True)
REFUSED = GraphAnswer(status=401, outer=True)
SMALL = Quota(burst=60, rate=5, reserve=0.1)


class LosingWorld(World):
    """A world in which identities are refused from ten seconds after the start on."""

    lost_at = START + timedelta(seconds=10)
    loses: Mapping[str, GraphAnswer] = {}
    calls_before = 0

    async def deliver(self, queue: Queue, message: Mail, deliveries: int = 1) -> None:
        """Deliver, and refuse from then on."""
        if self.clock.moment >= self.lost_at and not self.calls_before:
            self.calls_before = len(self.graph_users.called_as)
            self.graph_users.refused |= self.loses
        await super().deliver(queue, message, deliveries)


async def warnings(world: World, run: str) -> str:
    """Return what a run warns of."""
    found = await world.ledger.run(run)
    assert found is not None
    return "\n".join(found.warnings)


def assert_once(world: World) -> None:
    """Hold that no user was revoked twice."""
    assert {1} == set(Counter(world.graph_users.revoked).values())


async def test_a_run_is_spread_over_the_identities() -> None:
    """Each takes its turn, each user is revoked once, and names the identity that did it."""
    world = World(identities=THREE, quota=SMALL)
    run = await world.start(scope=EVERYBODY)
    await world.play()
    users = [user for user in await world.users(run) if user.called_at]

    assert_once(world)
    assert set(THREE) == {user.identity for user in users}
    assert set(THREE) == set(world.graph_users.called_as)


async def test_three_identities_take_a_third_of_the_time() -> None:
    """The tenant allows it: six times one's burst, three times its rate."""
    took: list[float] = []
    for identities in ((A,), THREE):
        world = World(identities=identities, quota=SMALL)
        run = await world.start(scope=EVERYBODY)
        await world.play()
        called = [user.called_at for user in await world.users(run) if user.called_at]
        took.append((max(called) - START).total_seconds())

    assert took[0] > 2.6 * took[1]


@pytest.mark.parametrize("answer", [FORBIDDEN, NO_TOKEN, REFUSED], ids=["403", "no token", "401"])
@pytest.mark.parametrize(
    ("scope", "refused", "others"), [(Scope(), A, {B}), (EVERYBODY, B, {A, C})], ids=["named", "all"]
)
async def test_an_identity_that_is_refused_is_set_aside(
    answer: GraphAnswer, scope: Scope, refused: str, others: set[str]
) -> None:
    """Its users go to the others at once, the run says so, and nobody is lost."""
    world = World(identities=THREE, quota=SMALL)
    world.graph_users.refused[refused] = answer
    run = await world.start(*[user.id for user in CROWD[:60]], scope=scope)
    await world.play()

    assert {"verified"} <= set((await world.outcomes(run)).values()) <= {"verified", "protected", "not_effective"}
    assert_once(world)
    assert others == {user.identity for user in await world.users(run) if user.called_at}
    assert f"Identity {refused} is set aside" in await warnings(world, run.id)
    assert 1 == (await warnings(world, run.id)).count("set aside")
    assert {refused} == set((await world.ledger.paces()).aside)


@pytest.mark.parametrize("answer", [FORBIDDEN, NO_TOKEN, REFUSED], ids=["403", "no token", "401"])
async def test_an_identity_that_is_refused_during_a_run_is_found_out_by_its_first_batch(answer: GraphAnswer) -> None:
    """The others' slots are reserved until the end of the run; it is set aside at once all the same."""
    world = LosingWorld(identities=THREE, quota=Quota(burst=40, rate=1, reserve=0.1))
    world.loses = {B: answer}
    run = await world.start(scope=EVERYBODY)
    await world.play()

    assert 1 == world.graph_users.called_as[world.calls_before :].count(B)
    assert await aside_until(world) < world.lost_at + timedelta(minutes=15, seconds=30)
    assert_once(world)
    assert f"Identity {B} is set aside" in await warnings(world, run.id)


async def test_of_several_refused_batches_one_goes_on_at_once() -> None:
    """24 batches that a host has under way would find no room with the others; nothing else shifts for them."""
    world = World(identities=(A, B), quota=SMALL)
    await world.start(*[user.id for user in CROWD[:200]], priority=Priority.BULK)
    world.graph_users.refused[A] = FORBIDDEN
    sent = [(queue, message) for queue, message, delay in world.outbox.take() if not delay]
    for queue, message in sent:
        await world.deliver(queue, message)
    at_once = [delay for _, _, delay in world.outbox.take() if not delay]

    assert 1 == len(at_once)
    assert [0, 20 / SMALL.rate] == await shifted(world)


async def test_a_refused_identity_is_asked_again_after_fifteen_minutes() -> None:
    """Until then it gets nothing; the next refusal sets it aside again, and a success does not."""
    world = World(identities=(A, B))
    world.graph_users.refused[A] = FORBIDDEN
    await world.start(ALICE.id)
    await world.play()
    world.graph_users.called_as.clear()
    await world.start(BEN.id)
    await world.step()
    assert [B] == world.graph_users.called_as

    world.graph_users.refused.clear()
    world.clock.moment += (await aside_until(world)) - world.clock.moment
    world.graph_users.called_as.clear()
    await world.start(CROWD[0].id)
    await world.step()

    assert [A] == world.graph_users.called_as


async def shifted(world: World) -> list[int]:
    """Return by how many whole seconds the slots of each identity have shifted; one urgent write is 0.05 s."""
    paces = await world.ledger.paces()
    return [int(paces.of_identity(name, world.pool).shifted) for name in world.pool.identities]


async def aside_until(world: World) -> datetime:
    """Return when the identity that is set aside is asked again."""
    [aside] = (await world.ledger.paces()).aside.values()
    return datetime.fromtimestamp(aside.until, UTC)


async def test_an_identity_that_is_set_aside_is_asked_before_users_are_refused() -> None:
    """A was set aside and works again, B is refused now: A is asked, and B is set aside instead."""
    world = World(identities=(A, B))
    await world.ledger.move_paces(lambda paces: set_aside(paces, {A: "forbidden"}, START.timestamp()))
    world.graph_users.refused[B] = FORBIDDEN
    run = await world.start(ALICE.id)
    await world.play()

    assert {"verified"} == set((await world.outcomes(run)).values())
    assert [B, A] == world.graph_users.called_as
    assert {B} == set((await world.ledger.paces()).aside)


async def test_users_that_every_identity_is_refused_for_are_refused() -> None:
    """A restricted unit: every identity is asked, none is set aside, and the users end as with one identity."""
    world = World(identities=THREE)
    world.graph_users.scripts[ALICE.id] = [FORBIDDEN] * 3
    run = await world.start(ALICE.id)
    await world.play()

    assert {"refused"} == set((await world.outcomes(run)).values())
    assert sorted(THREE) == sorted(world.graph_users.called_as)
    assert {} == (await world.ledger.paces()).aside


async def test_without_any_working_identity_users_end_as_today() -> None:
    """Every one of them is forbidden: the users are refused, and no identity is set aside for it."""
    world = World(identities=THREE)
    world.graph_users.refused = dict.fromkeys(THREE, FORBIDDEN)
    run = await world.start(ALICE.id, BEN.id)
    await world.play()

    assert {"refused"} == set((await world.outcomes(run)).values())
    assert {} == (await world.ledger.paces()).aside


async def test_an_urgent_batch_goes_on_where_its_identity_is_throttled_alone() -> None:
    """A 429 of one application: the users are tried as another identity at once, and those slots do not shift."""
    world = World(identities=(A, B))
    world.graph_users.refused[A] = GraphAnswer(status=429, retry_after=60, write_limited=True)
    run = await world.start(ALICE.id)
    await world.play()
    [user] = await world.users(run)

    assert [A, B] == world.graph_users.called_as
    assert (B, START) == (user.identity, user.called_at)
    assert [60, 0] == await shifted(world)


@pytest.mark.parametrize(("told", "called_as"), [(4, A), (6, B)])
async def test_an_urgent_batch_stays_where_a_wait_is_short(told: float, called_as: str) -> None:
    """A batch of the bulk lane was told to wait for a moment: A keeps room for urgent writes, and B keeps none."""
    world = World(identities=(A, B))
    await world.start(ALICE.id)
    await world.ledger.move_paces(lambda paces: pushed_back_identity(paces, START.timestamp(), told, world.pool, A))
    await world.play()

    assert [called_as] == world.graph_users.called_as


async def test_an_urgent_batch_goes_where_the_wait_ends_first() -> None:
    """B was told to wait for a second, and A answers 429 for 150: the user waits for B."""
    world = World(identities=(A, B))
    world.graph_users.refused[A] = GraphAnswer(status=429, retry_after=150, write_limited=True)
    await world.start(ALICE.id)
    await world.ledger.move_paces(lambda paces: pushed_back_identity(paces, START.timestamp(), 1, world.pool, B))
    await world.play()

    assert [A, B] == world.graph_users.called_as
    assert [ALICE.id] == world.graph_users.revoked


async def test_an_urgent_batch_that_was_tried_leaves_at_a_short_wait() -> None:
    """One 503, then A tells every batch to wait for four seconds: its users go on as B."""
    world = World(identities=(A, B))
    limited = GraphAnswer(status=429, retry_after=4, write_limited=True)
    world.graph_users.scripts[ALICE.id] = [GraphAnswer(status=503)]
    run = await world.start(ALICE.id)
    while not world.graph_users.called_as:
        await world.step()
    world.graph_users.refused[A] = limited
    await world.ledger.move_paces(
        lambda paces: pushed_back_identity(paces, world.clock.moment.timestamp(), 4, world.pool, A)
    )
    await world.play()

    assert {"verified"} == set((await world.outcomes(run)).values())
    assert [A, B] == world.graph_users.called_as


@pytest.mark.parametrize(
    "odd", [GraphAnswer(status=503), GraphAnswer(status=429), GraphAnswer(fault="missing"), GraphAnswer(status=404)]
)
async def test_one_odd_answer_does_not_refuse_the_other_users(odd: GraphAnswer) -> None:
    """A lost its permission, and one user of its call has another answer: the others are tried as B."""
    world = World(identities=(A, B))
    world.graph_users.refused[A] = FORBIDDEN
    named = [user.id for user in CROWD[:20]]
    world.graph_users.scripts[named[7]] = [odd]
    run = await world.start(*named)
    await world.play()

    assert "refused" not in set((await world.outcomes(run)).values())
    assert_once(world)


async def test_the_tenants_own_limit_shifts_every_identity() -> None:
    """Another application used it up: no identity goes before the wait is over."""
    world = World(identities=(A, B))
    limited = GraphAnswer(status=429, retry_after=60, write_limited=True, tenant_limited=True)
    world.graph_users.scripts[ALICE.id] = [limited]
    run = await world.start(ALICE.id)
    await world.play()

    assert [60, 60] == await shifted(world)
    assert {"verified"} == set((await world.outcomes(run)).values())


@pytest.mark.parametrize(("before", "after"), [(THREE, (A,)), ((A,), THREE), (THREE, (B, C)), ((A,), (B,))])
@pytest.mark.parametrize("priority", list(Priority))
async def test_the_pool_changes_during_a_run(before: Sequence[str], after: Sequence[str], priority: Priority) -> None:
    """Batches of a former member go to a present one, and each user is revoked once."""
    world = World(identities=tuple(before), quota=SMALL)
    run = await world.start(*[user.id for user in CROWD], priority=priority)
    await world.step()
    world.tools = replace(world.tools, policy=replace(world.tools.policy, pool=replace(world.pool, identities=after)))
    called = len(world.graph_users.called_as)
    await world.play()

    assert {"verified"} == set((await world.outcomes(run)).values())
    assert_once(world)
    assert set(world.graph_users.called_as[called:]) <= set(after)


async def test_a_batch_that_two_workers_move_goes_to_one_identity() -> None:
    """The row takes the first move; the second worker goes on with it."""
    world = World(identities=(A, B, C))
    run = await world.start(ALICE.id)
    [(queue, message, _)] = world.outbox.take()
    await world.ledger.move_paces(lambda paces: set_aside(paces, {A: "forbidden"}, START.timestamp()))
    await world.deliver(queue, message)
    await world.deliver(queue, message)
    [name] = await world.ledger.open_batches(run.id) or [message.batch]
    batch = await world.ledger.batch(run.id, name)

    assert batch is not None
    assert batch.identity != A
    assert_once(world)


async def test_healing_does_not_ask_how_many_identities_there_are() -> None:
    """A batch whose identity is gone and whose message is lost is found, and sent as another."""
    world = World(identities=(A, B))
    run = await world.start(ALICE.id)
    world.outbox.take()
    world.tools = replace(world.tools, policy=replace(world.tools.policy, pool=replace(world.pool, identities=(C,))))
    world.clock.moment += world.tools.policy.heal_after * 2
    await heal(world.tools)
    await world.play()

    assert {"verified"} == set((await world.outcomes(run)).values())
    assert [C] == world.graph_users.called_as


async def test_preflight_shows_each_identity_and_both_finish_times() -> None:
    """Which revokes, which does not and why, and how long one alone would take."""
    world = World(identities=THREE, quota=SMALL)
    world.graph_users.refused = {B: FORBIDDEN}
    await world.ledger.move_paces(lambda paces: set_aside(paces, {C: "no_token"}, START.timestamp()))
    shown = await preflight(Compromise(), (), world.tools)
    estimate = shown["estimate"]

    assert ["ready", "no_permission", "set_aside"] == [one["state"] for one in shown["identities"]]
    assert ["2026-03-02T09:15:00.000Z"] == [one["askedAgainAt"] for one in shown["identities"] if one["reason"]]
    assert [B, C] == re.findall("Identity (\\S+) does not revoke now", "\n".join(shown["warnings"]))
    assert (3, 15.0, 5.0) == (
        estimate["identities"],
        estimate["writesPerSecond"],
        estimate["oneIdentity"]["writesPerSecond"],
    )
    assert estimate["oneIdentity"]["seconds"] > 1.5 * estimate["seconds"]


async def test_one_identity_is_asked_for_nothing_more() -> None:
    """With one identity an urgent batch reads no pace, and a refusal is the users'."""
    world = World(identities=(A,))
    world.graph_users.refused[A] = FORBIDDEN
    reads: list[str] = []
    paces = world.ledger.paces

    async def counted() -> object:
        reads.append("paces")
        return await paces()

    run = await world.start(ALICE.id)
    world.ledger.paces = counted  # type: ignore[assignment,method-assign]
    await world.step()

    assert ([], {"refused"}) == (reads, set((await world.outcomes(run)).values()))


async def test_a_cancelled_run_gives_back_the_slots_of_its_own_identities() -> None:
    """A used its bucket up and is set aside; B alone has slots of the run that is cancelled, and B alone gains."""
    world = World(identities=(A, B), quota=SMALL)
    await world.start(*[user.id for user in CROWD[:60]], priority=Priority.BULK)
    for queue, message, _ in world.outbox.take():
        await world.deliver(queue, message)
    before = await world.ledger.paces()
    await world.ledger.move_paces(lambda paces: set_aside(paces, {A: "forbidden"}, START.timestamp()))
    run = await world.start(*[user.id for user in CROWD[60:260]], priority=Priority.BULK)
    await cancel(run, Person("id-1", "Rita"), world.tools)
    after = await world.ledger.paces()

    assert [before.of[name] for name in (A, B)] == [after.of[name] for name in (A, B)]


async def test_an_urgent_batch_that_waits_keeps_no_slots_from_coming_back() -> None:
    """Slots have shifted by 100 s since the deployment; an urgent batch has none, and was due at once."""
    world = World(quota=SMALL)
    await world.ledger.move_paces(lambda paces: replace(paces, of={"": Pace(shifted=100)}))
    await world.start(ALICE.id)
    run = await world.start(*[user.id for user in CROWD[:200]], priority=Priority.BULK)
    await cancel(run, Person("id-1", "Rita"), world.tools)
    paces = await world.ledger.paces()

    assert paces.of[""].full_at <= START.timestamp() + 1
