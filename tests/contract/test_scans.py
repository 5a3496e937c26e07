"""What every keeper of scans promises, held against the stand-in and against Azure Tables on Azurite alike."""

import asyncio
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from support.fakes import START

from revoker.core.batch import Batch, in_batches
from revoker.core.fingerprint import fingerprint, fingerprints
from revoker.core.outcome import Outcome, User
from revoker.core.request import Person, Priority, Trigger
from revoker.core.run import Run
from revoker.core.run_id import new_id
from revoker.core.scan import Scan
from revoker.core.source import Kind, Source
from revoker.core.tally import Tally, tally
from revoker.ports.ledger import Ledger
from revoker.ports.scans import Scans

SOURCES = (Source(Kind.PRIVILEGED), Source(Kind.FILTER, "displayName eq 'é'"), Source(Kind.CALLER, str(uuid.uuid4())))
ELSEWHERE = b"\x00" * 16


def a_user(number: int, outcome: Outcome = Outcome.PLANNED) -> User:
    """Return a user as a page shows one."""
    name = f"00000000-0000-4000-8000-{number:012d}"
    settled_at = None if outcome is Outcome.PLANNED else START
    return User(
        key=name,
        requested_as="allUsers",
        id=name,
        user_principal_name=f"user{number}@contoso.com",
        outcome=outcome,
        settled_at=settled_at,
        sessions_valid_from=START,
    )


def page_of(run: Run, numbers: range) -> tuple[Batch, ...]:
    """Return a page's users in batches."""
    return tuple(in_batches(run.id, map(a_user, numbers), Priority.BULK, START))


def spared(numbers: range) -> tuple[User, ...]:
    """Return users who need nothing."""
    return tuple(a_user(number, Outcome.ALREADY_REVOKED) for number in numbers)


def after(
    scan: Scan, batches: tuple[Batch, ...] = (), settled: tuple[User, ...] = (), cursor: str | None = "x"
) -> Scan:
    """Return the scan after a page."""
    listed = tally([*(user for batch in batches for user in batch.users), *settled])
    return replace(scan.after_page(cursor, START), tally=scan.tally + listed)


async def opened(
    ledger: Ledger, scans: Scans, named: range = range(0), excluded: frozenset[bytes] = frozenset()
) -> tuple[Run, Scan]:
    """Open a run that lists the directory, as it is accepted: its scan first."""
    run = Run(
        id=new_id(START),
        trigger=Trigger.HTTP,
        requested_by=Person("id", "Rita"),
        reason="test",
        scope={"allUsers": True},
        priority=Priority.BULK,
        issued_before=START,
        created_at=START,
        scans=True,
    )
    scan = Scan(run=run.id, sources=SOURCES, due_at=START, since=START, expected=3000)
    batches = page_of(run, named)
    await scans.open(scan, batches, excluded)
    await ledger.open_run(run, batches)
    return run, scan


async def everybody(ledger: Ledger, run: Run, outcome: Outcome | None = None) -> list[User]:
    """Return a run's users over all pages."""
    found: list[User] = []
    cursor = None
    while True:
        page = await ledger.users(run.id, outcome, 300, cursor)
        found += page.rows
        cursor = page.cursor
        if cursor is None:
            return found


async def test_a_scan_comes_back_as_it_was(ledger: Ledger, scans: Scans) -> None:
    """Every field survives, also the longest link and the longest filter."""
    run, scan = await opened(ledger, scans)
    full = replace(
        scan,
        sources=(Source(Kind.FILTER, "é" * 1000), *SOURCES),
        cursor="https://graph.microsoft.com/" + "x" * 15_900,
        lane=Priority.URGENT,
        skip_guests=False,
        **dict.fromkeys(("step", "at", "check", "pages", "attempts", "restarts", "healed"), 3),
        caller_deferred=True,
        done=True,
        last_due=START,
        tally=Tally(counts={Outcome.PLANNED: 2, Outcome.REVOKED: 1}, pending=3, last_called_at=START),
    )
    await scans.update(run.id, lambda _: full)

    assert full == await scans.scan(run.id)


async def test_absence_is_a_value(scans: Scans) -> None:
    """A run that lists nothing has no scan and no visited user, and cannot be moved."""
    unknown = str(uuid.uuid4())

    assert None is await scans.scan(unknown)
    assert {} == await scans.visited(unknown)
    assert () == await scans.batches(unknown, 1)
    assert frozenset() == await scans.fingerprints(unknown, "excluded")
    assert not await scans.commit_step(Scan(run=unknown, sources=(), due_at=START, since=START, step=1), (), ())
    with pytest.raises(KeyError):
        await scans.update(unknown, lambda scan: scan)


async def test_opening_again_overwrites_nothing(ledger: Ledger, scans: Scans) -> None:
    """Accepted twice, as after a lost answer, a run stands where it stood."""
    run, scan = await opened(ledger, scans, range(3), fingerprints(["a@contoso.com"]))
    moved = after(scan)
    await scans.commit_step(moved, (), ())
    await scans.open(scan, page_of(run, range(3)), fingerprints(["a@contoso.com"]))

    assert moved == await scans.scan(run.id)
    assert fingerprints(["a@contoso.com"]) == await scans.fingerprints(run.id, "excluded")


async def test_a_full_page_is_planned_whole(ledger: Ledger, scans: Scans) -> None:
    """A page of 999, most of them to be revoked, is in the ledger with every user, counted once."""
    run, scan = await opened(ledger, scans)
    batches, settled = page_of(run, range(900)), spared(range(900, 999))
    taken = await scans.commit_step(after(scan, batches, settled), batches, settled)
    counted = await ledger.tally(run.id)

    assert taken
    assert {Outcome.PLANNED: 900, Outcome.ALREADY_REVOKED: 99} == counted.counts
    assert (900, True, 3000) == (counted.pending, counted.planning, counted.expected)
    assert {batch.id for batch in batches} == set(await ledger.open_batches(run.id))
    assert tuple(batch.id for batch in batches) == await scans.batches(run.id, 1)
    assert {a_user(number).key for number in range(999)} == {user.key for user in await everybody(ledger, run)}


async def test_a_page_may_settle_everybody(ledger: Ledger, scans: Scans) -> None:
    """Users who need nothing have no batch, and come back with all that is known of them, by outcome too."""
    run, scan = await opened(ledger, scans)
    settled = tuple(
        replace(user, requested_as="groups/" + "é" * 300, user_principal_name=f"{number}{'é' * 300}@contoso.com")
        for number, user in enumerate(spared(range(999)))
    )
    await scans.commit_step(after(scan, (), settled), (), settled)

    assert list(settled) == await everybody(ledger, run, Outcome.ALREADY_REVOKED)
    assert [] == await everybody(ledger, run, Outcome.PLANNED)
    assert Tally(counts={Outcome.ALREADY_REVOKED: 999}, planning=True, expected=3000) == await ledger.tally(run.id)


async def test_what_is_learnt_moves_the_count(ledger: Ledger, scans: Scans) -> None:
    """A user that was named, or listed on a page, counts once, at the outcome that is known."""
    run, scan = await opened(ledger, scans, range(1000, 1030))
    batches = page_of(run, range(45))
    await scans.commit_step(after(scan, batches), batches, ())
    for batch in (batches[0], page_of(run, range(1000, 1030))[0]):
        await ledger.update_batch(
            run.id, batch.id, lambda row: row.learn(user.settle(Outcome.VERIFIED, None, START) for user in row.users)
        )
    counted = await ledger.tally(run.id)

    assert ({Outcome.PLANNED: 35, Outcome.VERIFIED: 40}, 35) == (counted.counts, counted.pending)


async def test_a_step_is_taken_once(ledger: Ledger, scans: Scans) -> None:
    """Of workers with the same page, or another version of it, one commits; the others learn that it was taken."""
    run, scan = await opened(ledger, scans)
    pages = [page_of(run, range(first, 60)) for first in range(8)]
    took = await asyncio.gather(*(scans.commit_step(after(scan, page), page, ()) for page in pages))
    visited = await scans.visited(run.id)

    assert 1 == sum(took)
    [page] = [page for page, ours in zip(pages, took, strict=True) if ours]
    assert len(visited) == (await ledger.tally(run.id)).total == sum(len(batch.users) for batch in page)


async def test_the_same_page_twice_changes_nothing(ledger: Ledger, scans: Scans) -> None:
    """A commit that the client repeats, because it was not answered, is its worker's own and counts nobody twice."""
    run, scan = await opened(ledger, scans)
    page = page_of(run, range(45))
    taken = [await scans.commit_step(after(scan, page), page, ()) for _ in range(2)]

    assert [True, True] == taken
    assert 45 == (await ledger.tally(run.id)).total


async def test_a_step_survives_a_change_beside_it(ledger: Ledger, scans: Scans) -> None:
    """A scan that was resumed or put off meanwhile has not moved: its steps are taken all the same."""
    run, scan = await opened(ledger, scans)

    async def heal() -> None:
        for _ in range(40):
            await scans.update(run.id, lambda row: replace(row, healed=row.healed + 1))

    async def go_on() -> list[bool]:
        step, took = scan, []
        for number in range(10):
            page = page_of(run, range(20 * number, 20 * number + 20))
            step = after(step, page)
            took.append(await scans.commit_step(step, page, ()))
        return took

    took, _ = await asyncio.gather(go_on(), heal())

    assert [True] * 10 == took
    assert 200 == (await ledger.tally(run.id)).total


async def test_changes_of_a_scan_are_all_kept(ledger: Ledger, scans: Scans) -> None:
    """It is moved by compare-and-swap."""
    run, _ = await opened(ledger, scans)
    await asyncio.gather(*(scans.update(run.id, lambda row: replace(row, healed=row.healed + 1)) for _ in range(10)))
    kept = await scans.scan(run.id)

    assert kept is not None
    assert 10 == kept.healed


async def test_visited_users_are_known(ledger: Ledger, scans: Scans) -> None:
    """By object id, or by the name that was asked with; with the batch, if there is one."""
    run, scan = await opened(ledger, scans, range(1000, 1025))
    batches, settled = page_of(run, range(25)), spared(range(25, 30))
    await scans.commit_step(after(scan, batches, settled), batches, settled)
    visited = await scans.visited(run.id)
    in_batch = {
        fingerprint(user.key): batch.id
        for batch in (*batches, *page_of(run, range(1000, 1025)))
        for user in batch.users
    }

    assert {**in_batch, **{fingerprint(user.key): None for user in settled}} == visited


async def test_visited_users_grow_with_each_page(ledger: Ledger, scans: Scans) -> None:
    """Asked again after each page, users visited before are still there, and the new ones are too."""
    run, scan = await opened(ledger, scans, range(1000, 1025))
    sizes = [len(await scans.visited(run.id))]
    for number in range(3):
        batches = page_of(run, range(number * 25, number * 25 + 25))
        scan = after(scan, batches, ())
        await scans.commit_step(scan, batches, ())
        sizes.append(len(await scans.visited(run.id)))

    assert [25, 50, 75, 100] == sizes


async def test_many_named_users_are_visited(ledger: Ledger, scans: Scans) -> None:
    """As many users as may be named are all visited before the first page is read."""
    run, _ = await opened(ledger, scans, range(10_000))

    assert 10_000 == len(await scans.visited(run.id))
    assert 10_000 == (await ledger.tally(run.id)).total


async def test_a_page_without_a_new_user_is_a_step(ledger: Ledger, scans: Scans) -> None:
    """A check adds no user; the scan goes on all the same."""
    run, scan = await opened(ledger, scans)
    checking = scan.next_check(START, START)
    ended = checking.ended(START)

    assert [True, True] == [await scans.commit_step(step, (), ()) for step in (checking, ended)]
    assert ended == await scans.scan(run.id)
    assert {} == await scans.visited(run.id)
    assert not (await ledger.tally(run.id)).planning


async def test_sets_of_accounts_are_kept_apart(ledger: Ledger, scans: Scans) -> None:
    """Large ones too; a set is kept once, and is not mixed with another's."""
    run, _ = await opened(ledger, scans, excluded=fingerprints(["a@contoso.com"]))
    many = frozenset(fingerprint(a_user(number).key) for number in range(7000))
    for _ in range(2):
        await scans.keep_fingerprints(run.id, "privileged", many)
    await scans.keep_fingerprints(run.id, "roles", [])

    assert many == await scans.fingerprints(run.id, "privileged")
    assert frozenset() == await scans.fingerprints(run.id, "roles")
    assert fingerprints(["a@contoso.com"]) == await scans.fingerprints(run.id, "excluded")


async def test_lists_of_names_are_kept_whole_and_once(ledger: Ledger, scans: Scans) -> None:
    """Twelve hundred names of some 320 characters, in order; keeping them twice changes nothing."""
    run, _ = await opened(ledger, scans)
    names = tuple(f"{number:05}{'n' * 300}@contoso.com" for number in range(1200))
    await scans.keep_names(run.id, "excluded-users", names)
    await scans.keep_names(run.id, "excluded-users", names)
    await scans.keep_names(run.id, "excluded-groups", ["g"])

    assert names == await scans.names(run.id, "excluded-users")
    assert ("g",) == await scans.names(run.id, "excluded-groups")
    assert () == await scans.names(run.id, "others")


async def test_batches_that_wait_are_found_when_due(ledger: Ledger, scans: Scans) -> None:
    """Somebody is to be revoked and was due before the moment; who is revoked already does not wait."""
    run, scan = await opened(ledger, scans)
    late = START + timedelta(microseconds=1)
    batches = tuple(
        replace(batch, due_at=due) for batch, due in zip(page_of(run, range(60)), (START, START, late), strict=True)
    )
    await scans.commit_step(after(scan, batches), batches, ())
    await ledger.update_batch(
        run.id, batches[1].id, lambda row: row.learn(user.settle(Outcome.REVOKED, None, START) for user in row.users)
    )

    assert () == await ledger.waiting_batches(run.id, START)
    assert (batches[0].id,) == await ledger.waiting_batches(run.id, late)
    assert {batches[0].id, batches[2].id} == set(await ledger.waiting_batches(run.id, late + timedelta(hours=1)))
    assert 1 == len(await ledger.waiting_batches(run.id, late + timedelta(hours=1), 1))
    assert {batches[0].id, batches[2].id} == set(await ledger.waiting_batches(run.id))
    assert 1 == len(await ledger.waiting_batches(run.id, limit=1))
