"""What every ledger promises, held against the stand-in and against Azure Tables on Azurite alike."""

import asyncio
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from azure.core.exceptions import AzureError
from azure.data.tables.aio import TableServiceClient
from support.fakes import START, FakeLedger
from support.gatekeeper import gatekeeper

from revoker.adapters.tables.keys import run_key
from revoker.adapters.tables.ledger import TableLedger
from revoker.core.batch import Batch, in_batches
from revoker.core.caller_use import Ask, CallerUse
from revoker.core.outcome import Outcome, User
from revoker.core.pacing import Quota
from revoker.core.pool import Paces
from revoker.core.request import Incident, Person, Priority, Trigger
from revoker.core.revocation import Revocation
from revoker.core.run import Run, State
from revoker.core.run_id import new_id
from revoker.core.tally import Tally
from revoker.ports.ledger import Ledger

HOSTILE = "o'brien_#EXT#/\\?%&\"<script>=1+1\u2028@contoso.com"


def a_run(number: int = 0, **more: object) -> Run:
    """Return a run that was accepted so many seconds after the start."""
    at = START + timedelta(seconds=number)
    made = Run(
        id=new_id(at),
        trigger=Trigger.SENTINEL,
        requested_by=Person("id", "Rita Müller"),
        reason="because 'quoted' & \"so\"",
        scope={"users": 3},
        priority=Priority.BULK,
        issued_before=at,
        created_at=at,
        incident=Incident("/subscriptions/x", 7, "title", "https://example.org"),
        warnings=("one", "two"),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def batches(run: Run, count: int, outcome: Outcome = Outcome.PLANNED) -> tuple[Batch, ...]:
    """Return batches of so many users."""
    users = [User(key=f"{run.id}-{n}", requested_as=f"{n}-{HOSTILE}", outcome=outcome) for n in range(count)]
    return tuple(in_batches(run.id, users, Priority.BULK, START))


def verified(batch: Batch) -> Batch:
    """Return the batch with everybody verified."""
    return batch.learn(user.settle(Outcome.VERIFIED, None, START) for user in batch.users)


async def test_a_run_comes_back_as_it_was(ledger: Ledger) -> None:
    """Every field of a run, and of every user in it, survives the ledger."""
    run = a_run(finished_at=START, finished_as=State.COMPLETED, finish_estimate=START)
    [batch] = batches(run, 3)
    await ledger.open_run(run, [batch])

    assert run == await ledger.run(run.id)
    assert batch == await ledger.batch(run.id, batch.id)
    assert Tally(counts={Outcome.PLANNED: 3}, pending=3) == await ledger.tally(run.id)


async def test_absence_is_a_value(ledger: Ledger) -> None:
    """What is not there is None, and cannot be changed."""
    unknown = str(uuid.uuid4())

    assert None is await ledger.run(unknown)
    assert None is await ledger.batch(unknown, "0" * 32)
    assert Tally() == await ledger.tally(unknown)
    with pytest.raises(KeyError):
        await ledger.update_run(unknown, lambda run: run)
    with pytest.raises(KeyError):
        await ledger.update_batch(unknown, "0" * 32, lambda batch: batch)


async def test_opening_again_overwrites_nothing(ledger: Ledger) -> None:
    """A run planned twice, as after a lost answer, keeps what was learnt in between."""
    run = a_run()
    planned = batches(run, 45)
    await ledger.open_run(run, planned)
    await ledger.update_batch(run.id, planned[0].id, verified)
    await ledger.open_run(run, planned)

    assert (await ledger.tally(run.id)).counts == {Outcome.PLANNED: 25, Outcome.VERIFIED: 20}


async def test_a_large_run_is_written_whole(ledger: Ledger) -> None:
    """More rows than one transaction takes are all there, and all counted."""
    run = a_run()
    await ledger.open_run(run, batches(run, 2345))
    page = await ledger.users(run.id, None, 10_000, None)

    assert 2345 == (await ledger.tally(run.id)).total == len({user.key for user in page.rows})


async def test_concurrent_changes_are_all_kept(ledger: Ledger) -> None:
    """Twenty writers to one row, each about one user, lose nothing, and the tally stays exact."""
    run = a_run()
    [batch] = batches(run, 20)
    await ledger.open_run(run, [batch])

    async def settle(user: User) -> None:
        learnt = replace(user.settle(Outcome.VERIFIED, None, START), called_at=START)
        await ledger.update_batch(run.id, batch.id, lambda row: row.learn([learnt]))

    await asyncio.gather(*(settle(user) for user in batch.users))

    expected = Tally(counts={Outcome.VERIFIED: 20}, pending=0, last_called_at=START, last_looked_at=START)
    assert expected == await ledger.tally(run.id)


async def test_many_batches_settle_at_once(ledger: Ledger) -> None:
    """Workers that share a tally row do not lose each other's counts."""
    run = a_run()
    planned = batches(run, 400)
    await ledger.open_run(run, planned)
    await asyncio.gather(*(ledger.update_batch(run.id, batch.id, verified) for batch in planned))

    assert Tally(counts={Outcome.VERIFIED: 400}, last_looked_at=START) == await ledger.tally(run.id)


async def test_batches_change_together(ledger: Ledger) -> None:
    """More batches than one transaction takes are all changed, each by its own change, and all counted."""
    run = a_run()
    planned = batches(run, 1_800)
    await ledger.open_run(run, planned)
    changes = dict.fromkeys((batch.id for batch in planned[1:]), verified)
    await ledger.update_batches(run.id, changes | {planned[0].id: lambda row: row})

    expected = {Outcome.PLANNED: 20, Outcome.VERIFIED: 1_780}
    assert expected == (await ledger.tally(run.id)).counts
    assert (planned[0].id,) == await ledger.open_batches(run.id)


async def test_batches_that_change_together_keep_what_others_write(ledger: Ledger) -> None:
    """Another writer at one of the batches in the same moment loses nothing, and the tally stays exact."""
    run = a_run()
    planned = batches(run, 200)
    await ledger.open_run(run, planned)

    async def first_user(batch: Batch) -> None:
        learnt = replace(batch.users[0].settle(Outcome.NOT_FOUND, None, START), called_at=START)
        await ledger.update_batch(run.id, batch.id, lambda row: row.learn([learnt]))

    def rest(row: Batch) -> Batch:
        return row.learn(user.settle(Outcome.VERIFIED, None, START) for user in row.users[1:])

    changes = dict.fromkeys((batch.id for batch in planned), rest)
    await asyncio.gather(ledger.update_batches(run.id, changes), *map(first_user, planned))

    expected = {Outcome.NOT_FOUND: 10, Outcome.VERIFIED: 190}
    assert expected == (await ledger.tally(run.id)).counts
    assert () == await ledger.open_batches(run.id)


async def test_two_processes_write_the_batches_of_one_run(storage: str) -> None:
    """What each has read and written lately is stale for the other: no user is lost, and the tally stays exact."""
    ledgers = [TableLedger(TableServiceClient.from_connection_string(storage)) for _ in range(2)]
    run = a_run()
    planned = batches(run, 200)
    await ledgers[0].open_run(run, planned)

    async def settle(ledger: Ledger, batch: Batch, users: tuple[User, ...]) -> None:
        for user in users:
            learnt = user.settle(Outcome.VERIFIED, None, START)
            await ledger.update_batch(run.id, batch.id, lambda row, learnt=learnt: row.learn([learnt]))  # type: ignore[misc]

    odd = [settle(ledgers[0], batch, batch.users[1:8:2]) for batch in planned]
    even = [settle(ledgers[1], batch, batch.users[0:8:2]) for batch in planned]
    await asyncio.gather(*odd, *even)

    assert {Outcome.PLANNED: 120, Outcome.VERIFIED: 80} == (await ledgers[0].tally(run.id)).counts
    for batch in planned:
        kept = await ledgers[1].batch(run.id, batch.id)
        assert kept is not None
        assert [Outcome.VERIFIED] * 8 == [user.outcome for user in kept.users[:8]]
    for ledger in ledgers:
        await ledger.close()


@pytest.mark.parametrize(("unanswered", "raises"), [(1, False), (2, True)])
async def test_a_commit_that_is_not_answered(storage: str, unanswered: int, raises: bool) -> None:  # noqa: FBT001
    """It is asked for once more, and counted once; where that is not answered either, its caller learns of it."""
    run = a_run()
    planned = batches(run, 100)
    async with gatekeeper(storage) as gate:
        ledger = TableLedger(TableServiceClient.from_connection_string(gate.connection_string))
        await ledger.open_run(run, planned)
        gate.unanswered = unanswered
        updates = (ledger.update_batch(run.id, batch.id, verified) for batch in planned)
        results = await asyncio.gather(*updates, return_exceptions=True)
        counted = await ledger.tally(run.id)
        await ledger.close()

    assert 0 == gate.unanswered
    assert {Outcome.VERIFIED: 100} == counted.counts
    assert raises == any(isinstance(one, AzureError) for one in results)


async def test_batches_too_large_for_one_transaction_change_all_the_same(ledger: Ledger) -> None:
    """A transaction has a limit: what does not fit is changed batch by batch."""
    run = a_run()
    planned = batches(run, 400)
    await ledger.open_run(run, planned)

    def wordy(row: Batch) -> Batch:
        return row.learn(user.settle(Outcome.FAILED, "x" * 9_000, START) for user in row.users)

    await ledger.update_batches(run.id, dict.fromkeys((batch.id for batch in planned), wordy))

    assert {Outcome.FAILED: 400} == (await ledger.tally(run.id)).counts


async def test_batches_change_together_without_one_that_is_missing(ledger: Ledger) -> None:
    """A batch that is not there is told by its absence, as of a single one."""
    run = a_run()
    await ledger.open_run(run, batches(run, 20))

    with pytest.raises(KeyError):
        await ledger.update_batches(run.id, {"0" * 32: verified})


async def test_open_batches_are_those_with_something_left(ledger: Ledger) -> None:
    """A settled batch is no longer open."""
    run = a_run()
    planned = batches(run, 45)
    await ledger.open_run(run, planned)
    await ledger.update_batch(run.id, planned[1].id, verified)

    assert {planned[0].id, planned[2].id} == set(await ledger.open_batches(run.id))


async def test_users_are_paged_each_exactly_once(ledger: Ledger) -> None:
    """Following the cursor visits everybody once, also when only one outcome is asked for."""
    run = a_run()
    planned = batches(run, 95)
    await ledger.open_run(run, planned)
    await ledger.update_batch(run.id, planned[1].id, verified)
    for outcome, expected in ((None, 95), (Outcome.VERIFIED, 20), (Outcome.PLANNED, 75), (Outcome.FAILED, 0)):
        seen, cursor = [], None
        while True:
            page = await ledger.users(run.id, outcome, 7, cursor)
            seen += [user.key for user in page.rows]
            cursor = page.cursor
            if cursor is None:
                break

        assert (expected, expected) == (len(seen), len(set(seen)))


async def test_a_foreign_cursor_is_refused(ledger: Ledger) -> None:
    """A cursor that we did not give is an error, not another page."""
    run = a_run()
    await ledger.open_run(run, batches(run, 1))
    with pytest.raises(ValueError, match="' or 1 eq 1"):
        await ledger.users(run.id, None, 10, "' or 1 eq 1")


async def test_runs_are_listed_newest_first(ledger: Ledger) -> None:
    """Pages follow the order of acceptance backwards; a state narrows them."""
    apart = 1_000_000  # seconds away from other tests' runs in the same table
    runs = [a_run(apart + number) for number in range(5)]
    for run in runs:
        await ledger.open_run(run, batches(run, 1))
    await ledger.update_run(runs[2].id, lambda run: replace(run, finished_at=START, finished_as=State.COMPLETED))
    newest = run_key(a_run(apart + 6).id)
    first = await ledger.runs(None, 3, newest)
    rest = await ledger.runs(None, 2, first.cursor)
    done = await ledger.runs(State.COMPLETED, 1, newest)
    going_on = await ledger.runs(State.REVOKING, 2, newest)

    assert [run.id for run in reversed(runs)] == [run.id for run in (*first.rows, *rest.rows)]
    assert [runs[2].id] == [run.id for run in done.rows]
    assert [runs[4].id, runs[3].id] == [run.id for run in going_on.rows]


async def test_concurrent_warnings_are_all_kept(ledger: Ledger) -> None:
    """A run's own row is changed by compare-and-swap too."""
    run = a_run(warnings=())
    await ledger.open_run(run, [])
    await asyncio.gather(*(ledger.update_run(run.id, lambda row, n=n: row.warned(f"w{n}")) for n in range(10)))
    kept = await ledger.run(run.id)

    assert kept is not None
    assert {f"w{n}" for n in range(10)} == set(kept.warnings)


async def test_a_key_is_claimed_once(ledger: Ledger) -> None:
    """Of fifty simultaneous claims one is first, and all learn whose run it is."""
    key = f"{HOSTILE}{uuid.uuid4()}"
    claims = await asyncio.gather(*(ledger.claim(key, f"run-{n}", "digest") for n in range(50)))

    assert 1 == sum(claim.ours for claim in claims)
    assert 1 == len({claim.run for claim in claims})


async def test_a_released_key_can_be_claimed_again(ledger: Ledger) -> None:
    """Whoever could not start gives the key back; nobody gives back another's."""
    key, first, second = str(uuid.uuid4()), a_run(), a_run()
    await ledger.claim(key, first.id, "digest")
    await ledger.release(key, second.id)

    assert first.id == (await ledger.claim(key, second.id, "digest")).run
    await ledger.release(key, first.id)
    assert (await ledger.claim(key, second.id, "other")).ours
    await ledger.release(str(uuid.uuid4()), first.id)


async def test_a_run_is_opened_under_the_key_that_stands_for_it(ledger: Ledger) -> None:
    """It is listed like any other, and its key stays with it whatever is tried."""
    key, run, other = str(uuid.uuid4()), a_run(), a_run()
    await ledger.claim(key, run.id, "digest")

    assert await ledger.open_run(run, batches(run, 3), key)
    assert await ledger.open_run(run, batches(run, 3), key)
    await ledger.release(key, run.id)
    assert run.id == (await ledger.claim(key, other.id, "digest", instead_of=run.id)).run
    assert run in (await ledger.runs(None, 1000, None)).rows
    assert 3 == (await ledger.tally(run.id)).total
    assert not await ledger.open_run(other, [], key)
    assert None is await ledger.run(other.id)


async def test_a_key_that_passed_on_opens_one_run(ledger: Ledger) -> None:
    """Of ten who take it over one is first, and whoever had it before opens nothing."""
    key, first, later = str(uuid.uuid4()), a_run(), [a_run() for _ in range(10)]
    await ledger.claim(key, first.id, "digest")
    claims = await asyncio.gather(*(ledger.claim(key, run.id, "digest", instead_of=first.id) for run in later))
    opened = await asyncio.gather(*(ledger.open_run(run, batches(run, 1), key) for run in (first, *later)))

    assert ([True], [True]) == ([claim.ours for claim in claims if claim.ours], [one for one in opened if one])
    assert [claims[0].run] == [run.id for run in (first, *later) if await ledger.run(run.id)]
    assert {claims[0].run} == {claim.run for claim in claims}


async def test_of_a_key_passing_on_and_its_run_opening_one_comes_first(ledger: Ledger) -> None:
    """Whichever it is, there is one run, and the key stands for it."""
    for _ in range(20):
        key, slow, quick = str(uuid.uuid4()), a_run(), a_run()
        await ledger.claim(key, slow.id, "digest")
        opened, claim = await asyncio.gather(
            ledger.open_run(slow, [], key), ledger.claim(key, quick.id, "digest", instead_of=slow.id)
        )

        assert opened is not claim.ours
        assert (slow.id if opened else quick.id) == claim.run
        assert opened is bool(await ledger.run(slow.id))


async def test_the_longest_names_fit_a_row(ledger: Ledger) -> None:
    """Twenty users with everything as long as it may be can be written, settled and given up."""
    run, long = a_run(), "é" * 314 + "@xy.co"
    users = [
        replace(User(key=f"{n:02d}{long[2:]}", requested_as=long, user_principal_name=long), request_id="r" * 100)
        for n in range(20)
    ]
    [batch] = in_batches(run.id, users, Priority.URGENT, START)
    await ledger.open_run(run, [batch])
    full = [replace(user.settle(Outcome.RETRYING, "x" * 30, START), id="i" * 36, called_at=START) for user in users]
    await ledger.update_batch(run.id, batch.id, lambda row: row.learn(full))
    await ledger.update_batch(run.id, batch.id, lambda row: row.given_up("message_died", START))

    assert {Outcome.ABANDONED: 20} == (await ledger.tally(run.id)).counts


def a_second_later(paces: Paces) -> Paces:
    """Reserve a second of the tenant's quota and of an identity's."""
    of = {"app": replace(paces.of.get("app", paces.tenant), shifted=1.0)}
    return replace(paces, of=of, tenant=replace(paces.tenant, full_at=paces.tenant.full_at + 1.0))


async def test_no_slot_is_reserved_twice(ledger: Ledger) -> None:
    """Planners that move the paces at once each see a different past."""
    began = await ledger.paces()
    seen = await asyncio.gather(*(ledger.move_paces(a_second_later) for _ in range(20)))

    assert [began.tenant.full_at + n for n in range(20)] == sorted(paces.tenant.full_at for paces in seen)


async def test_planners_of_one_process_wait_for_each_other(ledger: Ledger) -> None:
    """Fifty callers at once move the paces in fifty tries, and not in the thousand that races would take."""
    tried: list[Paces] = []

    def later(paces: Paces) -> Paces:
        tried.append(paces)
        return a_second_later(paces)

    await asyncio.gather(*(ledger.move_paces(later) for _ in range(50)))

    assert 50 == len(tried)


async def test_poison_is_kept_whole(ledger: Ledger) -> None:
    """Any body of the size a queue carries is kept, the same one once, without complaint."""
    body = bytes(range(256)) * 256
    await ledger.keep_poison("verify", body, START)
    await ledger.keep_poison("verify", body, START)
    await ledger.ping()


async def test_protected_ids_are_kept_in_order_and_once(ledger: Ledger) -> None:
    """Two instances that remember at once lose nothing; a name may hold what no row key may."""
    entry = f"a#ext#{uuid.uuid4()}@contoso.com"
    await asyncio.gather(*(ledger.remember_protected(entry, "id-1", (), START) for _ in range(4)))
    await ledger.remember_protected(entry, "id-2", ("id-1",), START)
    await ledger.remember_protected(entry, "id-1", (), START)
    await ledger.remember_protected(entry, "lent", (), START)
    await ledger.remember_protected(entry, "lent", ("id-1",), START)
    await ledger.remember_protected(entry, "id-3", ("id-1", "id-2"), START)

    assert ("id-1", "id-2", "id-3") == (await ledger.protected_ids())[entry]


async def test_callers_are_added_to_one_after_the_other(ledger: Ledger) -> None:
    """Requests of one caller at once each see a different past; another caller's account is another row."""
    caller = f"{HOSTILE}{uuid.uuid4()}"
    ask = Ask(run="r", users=1, size=1)

    def added(use: CallerUse) -> CallerUse:
        return use.after(ask, START, quota=Quota(3000, 20, 0.1), above=0)

    seen = await asyncio.gather(*(ledger.move_caller(caller, added) for _ in range(20)))

    assert list(range(20)) == sorted(use.users for use in seen)
    assert CallerUse() == await ledger.move_caller(f"{caller}2", lambda use: use)


async def test_revocations_are_remembered_by_user(ledger: Ledger) -> None:
    """The later run takes the place of the earlier; revocations before the moment that is asked for are left out."""
    one, two, old, none = (str(uuid.uuid4()) for _ in range(4))
    second = timedelta(seconds=1)
    await ledger.keep_revocations("run-0", {old: START - second})
    await ledger.keep_revocations("run-1", {one: START, two: START, old: START - second})
    for _ in range(2):
        await ledger.keep_revocations("run-2", {two: START + second})

    found = await ledger.revocations([one, two, old, none, one], START)
    assert {one: Revocation("run-1", START), two: Revocation("run-2", START + second)} == dict(found)
    assert {one, two, old} == set(await ledger.revocations([one, two, old, none], START - second))


async def test_users_of_one_call_may_be_remembered_one_after_the_other(ledger: Ledger) -> None:
    """The directory shows one user of a batch at once and the other at the next check: both are remembered."""
    one, two, three = sorted(str(uuid.uuid4()) for _ in range(3))
    for shown in ([one, two], [three], [one]):  # the last by a worker that has the message of the first as well
        await ledger.keep_revocations("run-1", dict.fromkeys(shown, START))

    assert {one, two, three} == set(await ledger.revocations([one, two, three], START))


async def test_the_last_run_is_named_though_a_row_of_another_is_newer(ledger: Ledger) -> None:
    """A was revoked by run 1, then by run 2, then another user of run 1 was: the last run of A is run 2."""
    one, two = str(uuid.uuid4()), str(uuid.uuid4())
    second = timedelta(seconds=1)
    await ledger.keep_revocations("run-1", {one: START, two: START + 2 * second})
    await ledger.keep_revocations("run-2", {one: START + second})

    assert {one: Revocation("run-2", START + second)} == dict(await ledger.revocations([one], START))
    assert "run-2" == (await ledger.revocations([one, two], START - second))[one].run
    assert {} == await ledger.revocations([], START)
    assert one in await ledger.revocations([one], START.replace(year=1))


async def test_the_last_waiting_batch(ledger: Ledger) -> None:
    """Of the batches with users that wait, the one that is due last; None where no user waits."""
    run = a_run()
    first, second, third = batches(run, 60)
    rows = [first, replace(second, due_at=START + timedelta(seconds=9)), verified(replace(third, due_at=START))]
    await ledger.open_run(run, rows)

    assert rows[1] == await ledger.last_waiting(run.id)
    assert None is await ledger.last_waiting(str(uuid.uuid4()))


async def test_planned_writes_are_counted_by_identity(ledger: Ledger) -> None:
    """Of 60 users one batch is done, and of another one user was called already."""
    run = a_run()
    first, second, third = batches(run, 60)
    tried = first.users[0].settle(Outcome.RETRYING, "status_503", START)
    rows = [replace(first.learn([tried]), identity="a"), replace(second, identity="b"), verified(third)]
    await ledger.open_run(run, rows)

    assert {"a": 19, "b": 20} == dict(await ledger.planned_writes(run.id))
    assert {} == dict(await ledger.planned_writes(str(uuid.uuid4())))


@pytest.fixture
def other_worker(ledger: Ledger, storage: str) -> Ledger:
    """Return the same ledger as another worker holds it: the stand-in itself, or a second client of the tables."""
    if isinstance(ledger, FakeLedger):
        return ledger
    return TableLedger(TableServiceClient.from_connection_string(storage))


async def test_a_batch_that_another_worker_changed_since_it_was_read(ledger: Ledger, other_worker: Ledger) -> None:
    """An update sees what was written between the read and the update, also one that then changes nothing."""
    run = a_run()
    [batch] = batches(run, 2)
    await ledger.open_run(run, [batch])

    await ledger.batch(run.id, batch.id)
    await other_worker.update_batch(run.id, batch.id, lambda row: replace(row, healed=row.healed + 1))
    changed = await ledger.update_batch(run.id, batch.id, lambda row: replace(row, returned=row.returned + 1))
    assert (changed.healed, changed.returned) == (1, 1)

    await ledger.batch(run.id, batch.id)
    await other_worker.update_batch(run.id, batch.id, verified)
    unchanged = await ledger.update_batch(run.id, batch.id, lambda row: row)
    assert [user.outcome for user in unchanged.users] == [Outcome.VERIFIED] * 2
    assert (await ledger.tally(run.id)).counts == {Outcome.VERIFIED: 2}
    if other_worker is not ledger:
        await other_worker.close()  # type: ignore[attr-defined]
