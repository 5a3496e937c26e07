"""Start, revoke, verify and settle poison on stand-ins: what the directory was asked, what the ledger says."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from support.company import ALICE, BEN, BREAKGLASS, CROWD, GUEST, World
from support.fakes import FakeOutbox

from revoker.core.errors import LostBatchError
from revoker.core.graph_answer import GraphAnswer
from revoker.core.message import Message, Queue, encode
from revoker.core.outcome import Outcome
from revoker.core.pacing import Quota
from revoker.core.problems import ConflictError, UnavailableError
from revoker.core.request import Person, Priority, Request, Search, Target, Trigger
from revoker.core.run import State
from revoker.respond.protect import Protection
from revoker.respond.recover.poison import settle_poison
from revoker.respond.revoke.revoke_batch import revoke
from revoker.respond.revoke.verify_batch import verify
from revoker.respond.start.accept import accept
from revoker.views.status import StatusBasis, status

UPN = ALICE.user_principal_name
OK = GraphAnswer(status=200, body={"value": True})
OLD = GraphAnswer(
    status=200,
    body={"id": ALICE.id, "userPrincipalName": UPN, "signInSessionsValidFromDateTime": "2020-01-01T00:00:00Z"},
)


async def test_a_run_ends_verified(world: World) -> None:
    """One user by UPN is revoked once, seen in the directory, and the run completes."""
    run = await world.start("Alice@contoso.com")
    await world.step()

    assert {"Alice@contoso.com": "verified"} == await world.outcomes(run)
    assert [ALICE.id] == world.graph_users.revoked
    ended = await world.ledger.run(run.id)
    assert ended is not None
    assert State.COMPLETED is ended.finished_as


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        (UPN.upper(), "verified"),
        (ALICE.id.upper(), "verified"),
        (GUEST.user_principal_name, "not_effective"),
        (BREAKGLASS.id, "protected"),
        (BREAKGLASS.user_principal_name.upper(), "protected"),
        ("nobody@contoso.com", "not_found"),
    ],
)
async def test_each_kind_of_user_has_its_outcome(world: World, name: str, outcome: str) -> None:
    """Whatever name is given, the outcome says what happened to whoever bears it."""
    run = await world.start(name)
    await world.step()

    assert {name: outcome} == await world.outcomes(run)
    assert BREAKGLASS.id not in world.graph_users.revoked


async def test_one_person_under_three_names_is_one_user(world: World) -> None:
    """Id, id in capitals and UPN fold on the resolved identity, and the run says so."""
    run = await world.start(ALICE.id, ALICE.id.upper(), UPN)
    await world.step()

    assert {ALICE.id: "verified"} == await world.outcomes(run)
    assert [ALICE.id] == world.graph_users.revoked
    assert run.warnings[0].startswith("2 folded")


@pytest.mark.parametrize(
    ("answers", "outcome", "attempts"),
    [
        ([GraphAnswer(status=429, retry_after=7.0)], "verified", 2),
        ([GraphAnswer(status=503)], "verified", 2),
        ([GraphAnswer(fault="timeout")], "verified", 2),
        ([GraphAnswer(fault="missing")], "verified", 2),
        ([GraphAnswer(status=401)], "verified", 2),
        ([GraphAnswer(status=503)] * 3, "failed", 3),
        ([GraphAnswer(status=429)] * 5, "verified", 6),
        ([GraphAnswer(status=403)], "refused", 1),
        ([GraphAnswer(status=400)], "failed", 1),
        ([GraphAnswer(status=200, body={"value": False})], "failed", 1),
        ([GraphAnswer(status=404, outer=True)], "failed", 1),
    ],
)
async def test_answers_lead_to_outcomes(world: World, answers: list[GraphAnswer], outcome: str, attempts: int) -> None:
    """What may pass is tried again through the queue, the rest is settled at once."""
    world.graph_users.scripts[ALICE.id] = list(answers)
    run = await world.start(UPN)
    for _ in range(len(answers) + 1):
        await world.step()

    assert {UPN: outcome} == await world.outcomes(run)
    assert attempts == (await world.ledger.users(run.id, None, 1, None)).rows[0].attempts
    assert [] == world.outbox.sent


async def test_only_the_users_left_are_tried_again(world: World) -> None:
    """A throttled neighbour does not get the others revoked twice, and Retry-After is kept."""
    world.graph_users.scripts[BEN.id] = [GraphAnswer(status=429, retry_after=42.0)]
    run = await world.start(UPN, BEN.user_principal_name)
    await world.step()

    [(queue, message, delay)] = world.outbox.sent
    assert (queue, message.attempt) == (Queue.URGENT, 1)
    assert timedelta(seconds=42) <= delay < timedelta(seconds=60)
    await world.step()
    assert [ALICE.id, BEN.id] == world.graph_users.revoked
    assert {"verified"} == set((await world.outcomes(run)).values())


async def test_giving_up_by_age(world: World) -> None:
    """A user throttled for a day is reported as failed, not tried for ever."""
    world.graph_users.scripts[ALICE.id] = [GraphAnswer(status=429, retry_after=3600.0 * 23)] * 3
    run = await world.start(UPN)
    await world.step()
    await world.step()

    assert await world.outcomes(run) == {UPN: "failed"}


async def test_a_message_that_comes_early_is_put_back(world: World) -> None:
    """A redelivered message does not try a user before the time the ledger promised."""
    world.graph_users.scripts[ALICE.id] = [GraphAnswer(status=429, retry_after=42.0)]
    await world.start(UPN)
    [(_, message, _)] = world.outbox.sent
    await world.step()
    world.outbox.take()
    await revoke(message, world.protection, world.tools)

    [(_, again, delay)] = world.outbox.sent
    assert message == again
    assert timedelta(seconds=41) < delay < timedelta(seconds=60)
    assert [] == world.graph_users.revoked


async def test_a_message_delivered_twice_finds_nothing_left(world: World) -> None:
    """At-least-once delivery revokes once."""
    await world.start(UPN)
    [(_, message, _)] = world.outbox.sent
    await world.step()
    await revoke(message, world.protection, world.tools)

    assert [ALICE.id] == world.graph_users.revoked


async def test_an_unseen_revocation_is_checked_later(world: World) -> None:
    """What the first read-back does not show is checked again, and verified when it shows."""
    world.graph_users.read_scripts[ALICE.id] = [OLD]
    run = await world.start(UPN)
    await world.step()

    assert await world.outcomes(run) == {UPN: "revoked"}
    assert [(Queue.VERIFY, 0, timedelta(seconds=30))] == [(q, m.attempt, d) for q, m, d in world.outbox.sent]
    await world.step()
    assert await world.outcomes(run) == {UPN: "verified"}


async def test_a_revocation_never_seen_is_unverified(world: World) -> None:
    """After the last check nobody waits: the run says that it could not be seen."""
    world.graph_users.read_scripts[ALICE.id] = [OLD, OLD, OLD]
    run = await world.start(UPN)
    for _ in range(3):
        await world.step()

    assert await world.outcomes(run) == {UPN: "unverified"}
    ended = await world.ledger.run(run.id)
    assert ended is not None
    assert State.COMPLETED_WITH_FAILURES is ended.finished_as


async def test_without_read_permission_revoked_is_final(world: World) -> None:
    """Accepted and unreadable stays `revoked`, the run ends, and a warning says why."""
    world.graph_users.read_scripts[UPN] = [GraphAnswer(status=403)] * 2
    world.graph_users.read_scripts[BREAKGLASS.user_principal_name] = [GraphAnswer(status=403)] * 2
    world.protection.entries = ()
    run = await world.start(UPN)
    await world.step()

    assert await world.outcomes(run) == {UPN: "revoked"}
    ended = await world.ledger.run(run.id)
    assert ended is not None
    assert State.COMPLETED is ended.finished_as
    assert "User.Read.All is missing" in ended.warnings[-1]


async def test_an_unreadable_list_protects_every_user_it_might_name(world: World) -> None:
    """Where neither the list nor the user can be read, an id may be the break-glass account: it is left alone."""
    forbidden = GraphAnswer(status=403)
    world.graph_users.read_scripts[BREAKGLASS.id] = [forbidden] * 9
    world.graph_users.read_scripts[BREAKGLASS.user_principal_name] = [forbidden] * 9
    run = await world.start(BREAKGLASS.id)
    await world.step()

    assert {BREAKGLASS.id: "unresolved"} == await world.outcomes(run)
    assert [] == world.graph_users.revoked


async def test_nothing_starts_while_the_list_cannot_be_checked(world: World) -> None:
    """A directory that does not answer refuses the run and writes nothing."""
    world.graph_users.read_scripts[BREAKGLASS.user_principal_name] = [GraphAnswer(fault="timeout")]
    with pytest.raises(UnavailableError):
        await world.start(UPN)

    assert () == (await world.ledger.runs(None, 10, None)).rows
    assert [] == world.outbox.sent


async def test_a_worker_that_cannot_check_the_list_waits(world: World) -> None:
    """A fresh worker in an outage sends the batch round again instead of guessing or dying."""
    run = await world.start(UPN)
    world.protection = Protection(world.protected, world.graph_users, world.ledger, world.clock)
    world.graph_users.read_scripts[BREAKGLASS.user_principal_name] = [GraphAnswer(status=503)]
    await world.step()

    assert await world.outcomes(run) == {UPN: "retrying"}
    assert [] == world.graph_users.revoked
    await world.step()
    assert await world.outcomes(run) == {UPN: "verified"}


async def test_an_account_protected_meanwhile_is_spared(world: World) -> None:
    """The list is asked again at the last door, after the batch was planned."""
    run = await world.start(UPN)
    world.protection = Protection((ALICE.id,), world.graph_users, world.ledger, world.clock)
    await world.step()

    assert await world.outcomes(run) == {UPN: "protected"}
    assert [] == world.graph_users.revoked


async def test_a_cutoff_spares_users_revoked_since(world: World) -> None:
    """Given issuedBefore, only those still behind it are revoked: a second run finds nothing to do."""
    cutoff = world.clock.moment - timedelta(hours=1)
    await world.start(UPN, issued_before=cutoff)
    await world.step()
    again = await world.start(UPN, issued_before=cutoff)
    await world.step()

    assert await world.outcomes(again) == {UPN: "already_revoked"}
    assert [ALICE.id] == world.graph_users.revoked


async def test_a_cutoff_holds_for_a_crowd_too(world: World) -> None:
    """Beyond what is looked up in the call, the worker reads before it revokes."""
    names = [user.user_principal_name for user in CROWD]
    cutoff = world.clock.moment - timedelta(hours=1)
    await world.start(*names[:150], issued_before=cutoff)
    await world.step()
    run = await world.start(*names, issued_before=cutoff)
    await world.step()

    outcomes = list((await world.outcomes(run)).values())
    assert (150, 150) == (outcomes.count("already_revoked"), outcomes.count("verified"))
    assert len(CROWD) == len(world.graph_users.revoked)


async def test_a_dry_run_plans_and_stops(world: World) -> None:
    """Nothing is queued, nobody is touched, everybody is listed."""
    run = await world.start(UPN, BREAKGLASS.id, dry_run=True)

    assert {UPN: "planned", BREAKGLASS.id: "protected"} == await world.outcomes(run)
    assert ([], []) == (world.outbox.sent, world.graph_users.revoked)
    assert State.COMPLETED is run.finished_as


async def test_excluded_under_another_name(world: World) -> None:
    """An exclusion by id holds for a request by UPN."""
    run = await world.start(UPN, BEN.id, exclude_users=frozenset({ALICE.id}))
    await world.step()

    assert {UPN: "excluded", BEN.id: "verified"} == await world.outcomes(run)
    assert [BEN.id] == world.graph_users.revoked


async def test_an_exclusion_that_cannot_be_matched_spares(world: World) -> None:
    """In a crowd too large to look up, an exclusion under the other name still holds: it is looked up by itself."""
    names = [user.user_principal_name for user in CROWD]
    run = await world.start(*names, exclude_users=frozenset({CROWD[0].id}))

    assert "excluded" == (await world.outcomes(run))[names[0]]


async def test_a_user_that_might_be_excluded_is_spared(world: World) -> None:
    """Where neither the exclusion nor the user can be read, the user may be the excluded one: reported, not revoked."""
    world.protection.entries = ()
    forbidden = GraphAnswer(status=403)
    for name in (ALICE.id, UPN):
        world.graph_users.read_scripts[name] = [forbidden] * 3
    run = await world.start(ALICE.id, exclude_users=frozenset({UPN}))

    [user] = (await world.ledger.users(run.id, None, 9, None)).rows
    assert ("unresolved", "exclusion_unchecked") == (user.outcome, user.reason)


async def test_nothing_starts_while_exclusions_cannot_be_checked(world: World) -> None:
    """One lost look-up of an excluded user refuses the run."""
    world.graph_users.read_scripts[UPN] = [GraphAnswer(fault="connection")]
    with pytest.raises(UnavailableError, match="excluded"):
        await world.start(ALICE.id, exclude_users=frozenset({UPN}))

    assert [] == world.outbox.sent


async def test_one_odd_answer_does_not_hold_up_the_lane(world: World) -> None:
    """A week of Retry-After is that user's own; others' slots move by minutes."""
    world.graph_users.scripts[ALICE.id] = [GraphAnswer(status=429, retry_after=7 * 24 * 3600.0)]
    await world.start(UPN)
    await world.step()
    world.outbox.take()
    await world.start(BEN.id, priority=Priority.BULK)

    [(_, _, delay)] = world.outbox.sent
    assert delay <= timedelta(minutes=6)


async def test_an_earlier_revocation_is_not_taken_for_ours(world: World) -> None:
    """Within the clocks' skew, what showed before the call must have moved to be called verified."""
    await world.start(UPN)
    await world.step()
    world.clock.moment += timedelta(seconds=20)
    world.graph_users.scripts[ALICE.id] = [OK, OK]
    again = await world.start(UPN)
    for _ in range(3):
        await world.step()

    assert {UPN: "unverified"} == await world.outcomes(again)


async def test_a_key_is_free_again_after_a_refusal(world: World) -> None:
    """Asking again after a 503 begins at once, and is no replay."""
    target = Target(requested_as=UPN, name=UPN)
    request = Request(trigger=Trigger.HTTP, requested_by=Person("id", "Rita"), reason="x", targets=(target,))
    world.graph_users.read_scripts[BREAKGLASS.user_principal_name] = [GraphAnswer(fault="timeout")]
    with pytest.raises(UnavailableError):
        await accept(request, "key", "d", world.protection, world.tools)
    before = world.clock.now()
    _, replayed = await accept(request, "key", "d", world.protection, world.tools)

    assert (False, before) == (replayed, world.clock.now())


@pytest.mark.parametrize(
    ("matches", "outcome", "reason"),
    [
        ((ALICE,), "verified", None),
        ((ALICE, BEN), "unresolved", "ambiguous"),
        ((), "unresolved", "sid_only"),
        (GraphAnswer(status=503), "unresolved", "directory_unavailable"),
        (GraphAnswer(status=403), "unresolved", "sid_only"),
    ],
)
async def test_a_sid_is_tied_to_exactly_one_user(
    world: World, matches: object, outcome: str, reason: str | None
) -> None:
    """Several matches are never guessed, none is said aloud."""
    sid = "S-1-5-21-1-2-3-4"
    world.graph_users.searches[sid] = matches  # type: ignore[assignment]
    target = Target(requested_as=sid, search=Search("onPremisesSecurityIdentifier", sid, "sid_only"))
    run = await world.start(targets=(target,))
    await world.step()

    [user] = (await world.ledger.users(run.id, None, 10, None)).rows
    assert (outcome, reason) == (user.outcome, user.reason)


async def test_what_a_folded_account_knew_is_kept(world: World) -> None:
    """An id the directory did not answer for learns its UPN from a SID that resolves to it: the exclusion holds."""
    sid = "S-1-5-21-1-2-3-4"
    world.graph_users.searches[sid] = (ALICE,)
    world.graph_users.read_scripts[ALICE.id] = [GraphAnswer(fault="timeout")]
    search = Search("onPremisesSecurityIdentifier", sid, "sid_only")
    targets = (Target(requested_as=ALICE.id, name=ALICE.id), Target(requested_as=sid, search=search))
    run = await world.start(targets=targets, exclude_users=frozenset({UPN}))

    assert {ALICE.id: "excluded"} == await world.outcomes(run)


@pytest.mark.parametrize(("count", "lane"), [(200, Queue.URGENT), (201, Queue.BULK)])
async def test_the_lane_follows_the_size(world: World, count: int, lane: Queue) -> None:
    """Up to 200 users are urgent unless the request says otherwise."""
    await world.start(*[user.user_principal_name for user in CROWD[:count]])

    assert {lane} == {queue for queue, _, _ in world.outbox.sent}


async def test_bulk_batches_wait_for_their_slots() -> None:
    """Beyond the burst, each batch comes when the bucket has refilled for it."""
    world = World(quota=Quota(burst=100, rate=2, reserve=0))
    await world.start(*[user.user_principal_name for user in CROWD], priority=Priority.BULK)

    delays = [delay.total_seconds() for _, _, delay in world.outbox.sent]
    assert [0.0] * 5 + [10.0 * number for number in range(1, 11)] == delays


async def test_a_throttled_answer_moves_slots_back(world: World) -> None:
    """After a 429 no slot comes before the directory takes it."""
    world.graph_users.scripts[ALICE.id] = [GraphAnswer(status=429, retry_after=60.0)]
    await world.start(UPN)
    await world.step()
    world.outbox.take()
    await world.start(BEN.id, priority=Priority.BULK)

    [(_, _, delay)] = world.outbox.sent
    assert delay >= timedelta(seconds=60)


async def test_a_lost_batch_is_not_shrugged_off(world: World) -> None:
    """A message that names no row is raised, to be delivered again and at last reported."""
    message = Message("0" * 32, "0" * 32)
    with pytest.raises(LostBatchError):
        await revoke(message, world.protection, world.tools)
    with pytest.raises(LostBatchError):
        await verify(message, world.protection, world.tools)


async def test_a_poison_message_settles_its_users(world: World) -> None:
    """Whoever was not tried is abandoned, and the run ends and says so."""
    run = await world.start(UPN)
    [(queue, message, _)] = world.outbox.take()
    await world.give_up(queue, message)

    assert await world.outcomes(run) == {UPN: "abandoned"}
    ended = await world.ledger.run(run.id)
    assert ended is not None
    assert State.COMPLETED_WITH_FAILURES is ended.finished_as


async def test_a_dead_verification_is_unverified(world: World) -> None:
    """Graph had accepted: the user is not called abandoned."""
    world.graph_users.read_scripts[ALICE.id] = [OLD]
    run = await world.start(UPN)
    await world.step()
    [(queue, message, _)] = world.outbox.take()
    await world.give_up(queue, message)

    assert await world.outcomes(run) == {UPN: "unverified"}


@pytest.mark.parametrize("body", [b"\xff\xfe", b"{}", encode(Message("0" * 32, "0" * 32)).encode()])
async def test_a_message_that_cannot_be_decoded_is_kept(world: World, body: bytes) -> None:
    """A body that names no batch of ours is kept whole."""
    await settle_poison(Queue.BULK, body, world.tools)

    assert [("revoke-bulk", body)] == world.ledger.poison


async def test_one_key_is_one_run(world: World) -> None:
    """Fifty simultaneous requests with one key start one run; another body under the key is a conflict."""
    target = Target(requested_as=UPN, name=UPN)
    request = Request(trigger=Trigger.HTTP, requested_by=Person("id", "Rita"), reason="x", targets=(target,))

    async def ask(digest: str) -> tuple[str, bool]:
        run, replayed = await accept(request, "key", digest, world.protection, world.tools)
        return run.id, replayed

    answers = await asyncio.gather(*(ask("d") for _ in range(50)))

    assert 1 == len({run for run, _ in answers})
    assert 1 == [replayed for _, replayed in answers].count(False)
    with pytest.raises(ConflictError):
        await ask("other")


async def test_residual_access_is_said(world: World) -> None:
    """A stolen access token may work for 120 minutes after the last accepted call, and the status says until when."""
    run = await world.start(UPN)
    called = world.clock.moment
    await world.step()
    counted = await world.ledger.tally(run.id)
    rendered = status(run, counted, StatusBasis(world.pool))

    assert (called + timedelta(minutes=120)).isoformat(timespec="milliseconds")[:-6] + "Z" == rendered[
        "residualAccessUntil"
    ]
    assert counted.counts == {Outcome.VERIFIED: 1}


async def test_ledger_first_queue_second(world: World) -> None:
    """Invariant 5: whenever a message is sent, the ledger already says what it is for and when it is due."""
    seen: list[str] = []

    class Watching(FakeOutbox):
        async def send(self, queue: Queue, message: Message, delay: timedelta = timedelta(0)) -> None:
            batch = await world.ledger.batch(message.run, message.batch)
            assert await world.ledger.run(message.run) is not None
            assert batch is not None
            seen.extend(user.outcome for user in batch.users)
            assert queue is Queue.VERIFY or abs(batch.due_at - world.clock.now() - delay) < timedelta(seconds=1)
            await super().send(queue, message, delay)

    world.outbox = Watching()
    world.tools = replace(world.tools, outbox=world.outbox)
    world.graph_users.scripts[ALICE.id] = [GraphAnswer(status=503)]
    await world.start(ALICE.id)
    world.graph_users.read_scripts[ALICE.id] = [OLD]
    for _ in range(3):
        await world.step()

    assert ["planned", "retrying", "revoked"] == seen
    assert [] == world.outbox.sent


async def test_what_cannot_be_queued_is_not_acknowledged(world: World) -> None:
    """A queue that fails raises, so that the host delivers again; the row is there, and the next delivery goes on."""

    class Broken(FakeOutbox):
        async def send(self, queue: Queue, message: Message, delay: timedelta = timedelta(0)) -> None:
            raise ConnectionError(queue, message, delay)

    run = await world.start(UPN)
    [(_, message, _)] = world.outbox.take()
    world.graph_users.scripts[ALICE.id] = [GraphAnswer(status=503)]
    with pytest.raises(ConnectionError):
        await revoke(message, world.protection, replace(world.tools, outbox=Broken()))
    assert {UPN: "retrying"} == await world.outcomes(run)
    world.clock.moment += timedelta(minutes=5)
    await revoke(message, world.protection, world.tools)

    assert {UPN: "verified"} == await world.outcomes(run)


async def test_a_run_whose_given_up_user_turns_out_done_has_no_failures(world: World) -> None:
    """A worker stands still, its message is poison, the run ends; then it writes that Graph did it, and whom it saw."""
    run = await world.start(UPN)
    [(queue, message, _)] = world.outbox.take()
    ask, ends = world.graph_users.revoke, []

    async def slowly(names: Sequence[str], priority: Priority, identity: str) -> Mapping[str, GraphAnswer]:
        await world.give_up(queue, message)
        ends.append((await world.outcomes(run), (await world.ended(run)).finished_as))
        return await ask(names, priority, identity)

    world.graph_users.revoke = slowly  # type: ignore[method-assign]
    await world.deliver(queue, message)
    ends.append((await world.outcomes(run), (await world.ended(run)).finished_as))

    given_up = ({UPN: "abandoned"}, State.COMPLETED_WITH_FAILURES)
    assert [given_up, ({UPN: "verified"}, State.COMPLETED)] == ends
    await world.give_up(queue, message)
    assert State.COMPLETED is (await world.ended(run)).finished_as


@pytest.mark.parametrize(("answers", "outcome", "attempts"), [(2, "verified", 3), (3, "not_found", 3)])
async def test_a_user_just_listed_is_tried_twice_more(world: World, answers: int, outcome: str, attempts: int) -> None:
    """The directory showed the user, and a replica does not have it yet: only the third 404 is believed."""
    world.graph_users.scripts[ALICE.id] = [GraphAnswer(status=404)] * answers
    run = await world.start(ALICE.user_principal_name)
    await world.play()
    [user] = await world.users(run)

    assert (outcome, attempts) == (user.outcome.value, user.attempts)


async def test_a_user_that_was_never_shown_is_not_found_at_once(world: World) -> None:
    """A name that planning did not look up, as beyond 200 of them, is believed to be nobody's at the first 404."""
    names = [user.id for user in CROWD[:200]]
    run = await world.start(*names, "ghost@contoso.com")
    await world.play()
    ghost = next(user for user in await world.users(run) if user.key == "ghost@contoso.com")

    assert ("not_found", 1) == (ghost.outcome.value, ghost.attempts)
