"""One caller cannot take the write quota, the urgent lane or the cap from the others with invented names."""

import asyncio
import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from support.company import ALICE, CROWD, World, person
from support.fake_graph_listings import FakeGraphListings
from support.fakes import START, FakeGraphUsers
from support.in_process import Front
from support.live import principal

from revoker.core.graph_answer import GraphAnswer
from revoker.core.message import Queue
from revoker.core.outcome import Outcome
from revoker.core.pacing import Quota
from revoker.core.problems import InvalidError, TooManyError
from revoker.core.request import Person, Priority, Scope, Trigger
from revoker.core.run import Run, State
from revoker.respond.cancel import cancel
from revoker.respond.protect import Protection
from revoker.respond.start.retry import retry
from revoker.web.caller import Role

MASS_RUN = Path(__file__).parents[2] / "infra" / "queries" / "mass-run.kql"
MALLORY, RITA = Person("id-9", "Mallory"), Person("id-1", "Rita Responder")
IDS, UPNS = [user.id for user in CROWD], [user.user_principal_name for user in CROWD]


def invented(count: int, mark: str = "x") -> list[str]:
    """Return names that no user has."""
    return [f"{mark}{number}@contoso.com" for number in range(count)]


def small(slots: int = 400, **options: object) -> World:
    """Return a company whose callers may have so many users waiting, with a quota of 50 writes, then 1 a second."""
    world = World(quota=Quota(burst=50, rate=1.0, reserve=0.1), **options)  # type: ignore[arg-type]
    world.tools = replace(world.tools, policy=replace(world.tools.policy, caller_slots=slots))
    return world


async def post(world: World, *names: str, **options: object) -> Run:
    """Start a run as Mallory."""
    return await world.start(*names, **{"requested_by": MALLORY, **options})


async def test_the_urgent_lane_is_short() -> None:
    """Ten thousand names marked urgent take the bulk lane, and so does a scope of more than 200 users."""
    world = World()
    run = await post(world, *invented(201), priority=Priority.URGENT)
    scope = await world.start(scope=Scope(all_users=True), priority=Priority.URGENT)

    assert (Priority.BULK, Priority.BULK) == (run.priority, scope.priority)
    assert {Queue.BULK, Queue.PLAN} == {queue for queue, _, _ in world.outbox.take()}


async def test_a_caller_has_a_bound() -> None:
    """Above it: nothing is written, and the caller is told when to come again; another caller is not affected."""
    world = small()
    await post(world, *invented(300))
    with pytest.raises(TooManyError) as refused:
        await post(world, *IDS[:101])
    await post(world, *IDS[:100])
    await world.start(*invented(300, "r"))

    assert {"Retry-After": "5"} == refused.value.headers
    assert 3 == len((await world.ledger.runs(None, 100, None)).rows)


async def test_the_bound_holds_on_every_route() -> None:
    """429 with Retry-After, on runs and on Sentinel's bodies; 400 for more users at once than may ever wait."""
    front = Front(small())
    headers = {"x-ms-client-principal": principal(Role.REVOKE), "content-type": "application/json"}

    async def send(names: list[str]) -> int:
        body = json.dumps({"users": names, "reason": "r"}).encode()
        answer = await front.ask("start_run", headers=headers, body=body)
        assert answer.status != 429 or int(answer.headers["Retry-After"]) >= 5
        return answer.status

    accounts = [{"kind": "Account", "properties": {"userPrincipalName": name}} for name in UPNS[:150]]
    assert [400, 202, 429, 202] == [await send(names) for names in (invented(401), invented(300), IDS[:150], IDS[:90])]
    assert 429 == (await front.ask("sentinel", headers=headers, body=json.dumps(accounts).encode())).status


async def test_slots_come_back() -> None:
    """Users that were answered, of cancelled runs, and of runs that were never written, wait no more."""
    world = small()
    first = await post(world, *invented(300))
    await cancel(first, MALLORY, world.tools)
    second = await post(world, *invented(390, "y"))
    await world.play()
    third = await post(world, *invented(400, "z"))

    assert State.CANCELLED is (await world.ended(first)).finished_as
    assert {Outcome.NOT_FOUND: 390} == dict((await world.ledger.tally(second.id)).counts)
    assert third.finished_at is None


async def test_names_that_were_not_found_leave_the_account_while_their_run_goes_on() -> None:
    """Of 300 invented names 50 are due at once: answered 404, they wait no more, and the rest of the run does."""
    world = small()
    run = await post(world, *invented(300))
    for queue, message, delay in world.outbox.take():
        if not delay:
            await world.deliver(queue, message)
    with pytest.raises(TooManyError):
        await post(world, *IDS[:151])
    await post(world, *IDS[:140])

    assert {Outcome.NOT_FOUND: 40, Outcome.PLANNED: 260} == dict((await world.ledger.tally(run.id)).counts)


async def test_a_run_that_was_never_written_frees_its_slots() -> None:
    """An instance died between the account and the run: ten minutes later its users do not count."""
    world = small()
    world.ledger.open_run, whole = _dies, world.ledger.open_run  # type: ignore[method-assign]
    with pytest.raises(OSError, match="gone"):
        await post(world, *invented(300))
    world.ledger.open_run = whole  # type: ignore[method-assign]
    with pytest.raises(TooManyError):
        await post(world, *invented(300))
    world.clock.moment += timedelta(minutes=11)

    assert await post(world, *invented(300))


async def _dies(*_: object, **__: object) -> bool:
    raise OSError("gone")


async def test_the_bound_is_one_for_all_instances() -> None:
    """Twenty requests at the same moment: as many are taken as fit."""
    world = small()
    answers = await asyncio.gather(
        *(post(world, *IDS[number * 10 : number * 10 + 100]) for number in range(20)), return_exceptions=True
    )

    assert 4 == sum(isinstance(answer, Run) for answer in answers)


async def test_what_has_no_bound() -> None:
    """Directory scopes, dry runs, sweeps, and the retry of a scope's users: they need the larger role, or no slot."""
    world = small(slots=200)
    await post(world, scope=Scope(all_users=True))
    rehearsed = await post(world, *IDS, dry_run=True)
    swept = await post(world, *IDS, trigger=Trigger.SCHEDULE)
    with pytest.raises(InvalidError):
        await post(world, *IDS)

    assert (rehearsed.dry_run, swept.finished_at) == (True, None)


async def test_a_retry_of_a_scope_has_no_bound() -> None:
    """What is left of a scope is named users, more than a caller may name."""
    world = small(slots=200)
    world.graph_users.scripts |= {name: [GraphAnswer(status=400)] for name in IDS}
    run = await post(world, scope=Scope(all_users=True))
    await world.play()
    ended = await world.ended(run)
    with pytest.raises(InvalidError):
        await retry(ended, MALLORY, world.protection, world.tools)

    assert (await retry(ended, MALLORY, world.protection, world.tools, bounded=False))[0].retry_of == run.id


async def test_runs_within_ten_minutes_are_added_up(caplog: pytest.LogCaptureFixture) -> None:
    """Below the cap one by one, above it together: the second waits for a person, and the log tells the sum."""
    caplog.set_level("INFO", logger="revoker")
    world = World(approval_above=50)
    first = await post(world, *IDS[:40])
    second = await post(world, *IDS[40:60])
    other = await world.start(*IDS[60:100])
    world.clock.moment += timedelta(minutes=11)
    later = await post(world, *IDS[100:140])
    await world.play()

    assert [False, True, False, False] == [run.awaits_approval for run in (first, second, other, later)]
    assert "with 40 that the same caller asked for within ten minutes" in second.warnings[0]
    assert '"expected": 20, "approved_size": null, "recent": 60' in caplog.text
    assert 120 == len(world.graph_users.revoked)


def test_the_alert_on_mass_runs_counts_what_is_added_up() -> None:
    """Of the users in a line of the log it takes those planned, else those added up, else those of the run alone."""
    [taken] = re.findall(r"users = coalesce\((.*)\)$", MASS_RUN.read_text(encoding="utf-8"), re.MULTILINE)

    assert ["planned", "recent", "expected"] == re.findall(r"toint\(fields\.(\w+)\)", taken)
    assert 'Message startswith "scope_grown "' in MASS_RUN.read_text(encoding="utf-8")


async def test_a_run_that_awaits_approval_adds_nothing() -> None:
    """What a second person decides about is not what one person may: small runs after it go."""
    world = World(approval_above=50)
    large = await post(world, *IDS[:100])
    small_run = await post(world, ALICE.id)

    assert (True, False) == (large.awaits_approval, small_run.awaits_approval)


async def test_two_instances_add_up_the_same_runs() -> None:
    """Ten requests of 40 at the same moment: one goes, nine wait."""
    world = World(approval_above=50)
    runs = await asyncio.gather(*(post(world, *IDS[number * 30 : number * 30 + 30]) for number in range(10)))

    assert 9 == sum(run.awaits_approval for run in runs)


async def test_the_urgent_lane_has_a_share_for_each_caller() -> None:
    """Twenty urgent runs of 200: what is beyond a caller's share takes the bulk lane, and another's run does not."""
    world = World()
    runs = [await post(world, *IDS[number : number + 200]) for number in range(20)]
    other = await world.start(ALICE.id)

    assert [Priority.URGENT] * 3 + [Priority.BULK] * 17 == [run.priority for run in runs]
    assert "share of the urgent lane is used up" in runs[3].warnings[0]
    assert Priority.URGENT is other.priority
    world.clock.moment += timedelta(minutes=10)
    assert Priority.URGENT is (await post(world, *IDS[:200])).priority


async def test_old_runs_leave_the_account() -> None:
    """A playbook's thousands of small runs: the row stays small, and is looked after now and then."""
    world = World()
    for number in range(450):
        await post(world, IDS[number % 300])
        if number % 50 == 0:
            await world.play()
            world.clock.moment += timedelta(minutes=3)

    [row] = world.ledger._callers.values()
    assert 60_000 > len(str(row))


async def test_slots_of_a_cancelled_run_are_given_back() -> None:
    """What comes later starts as if it had not been; asked twice, they come back once."""
    world = small()
    first = await post(world, *invented(300))
    await cancel(first, MALLORY, world.tools)
    await cancel(first, MALLORY, world.tools)
    later = await world.start(*IDS[:250])

    assert later.finish_estimate == START + timedelta(seconds=200)  # 50 at once, then 1 a second


async def test_slots_that_were_used_are_not_given_back() -> None:
    """Users that Graph told to come again were called once: only the slots of those not called yet come back."""
    world = small()
    run = await post(world, *IDS[:250])
    for name in IDS[:40]:
        world.graph_users.scripts[name] = [GraphAnswer(status=503)]
    for queue, message, delay in world.outbox.take():
        if not delay:
            await world.deliver(queue, message)
    assert {Outcome.RETRYING: 40, Outcome.PLANNED: 210} == dict((await world.ledger.tally(run.id)).counts)
    await cancel(run, MALLORY, world.tools)

    assert 40 == round((await world.ledger.paces()).of[""].full_at - START.timestamp())


async def test_slots_behind_a_cancelled_run_are_kept() -> None:
    """A run behind keeps its slots, and what comes after it gains no more than a full bucket."""
    world = small()
    first = await post(world, *invented(300))
    behind = await world.start(*IDS[:250])
    await cancel(first, MALLORY, world.tools)
    later = await world.start(*IDS[50:300], requested_by=Person("id-7", "Nora"))

    assert behind.finish_estimate == START + timedelta(seconds=500)
    assert later.finish_estimate == START + timedelta(seconds=500 + 200)


async def test_an_eviction_behind_invented_names_ends_at_most_a_quarter_later() -> None:
    """A tenant of 100,000 behind 20,000 names, all numbers and the quota in a fiftieth: more names are refused."""
    alone, behind = [await eviction(world) for world in (tenant_of(2000), await occupied(tenant_of(2000)))]

    assert alone < behind < alone * 1.25


def tenant_of(size: int) -> World:
    """Return a company of so many users, with a fiftieth of Graph's quota and of the bound."""
    world = World(quota=Quota(burst=60, rate=0.4, reserve=0.1))
    world.tools = replace(world.tools, policy=replace(world.tools.policy, caller_slots=400))
    directory = FakeGraphUsers(world.clock, *(person(number, f"u{number}@contoso.com") for number in range(size)))
    world.graph_listings = FakeGraphListings(directory)
    world.tools = replace(world.tools, graph_users=directory, graph_listings=world.graph_listings)
    world.graph_users, world.protection = directory, Protection((), directory, world.ledger, world.clock)
    return world


async def occupied(world: World) -> World:
    """Let Mallory post as many invented names as are taken."""
    await post(world, *invented(400))
    for number in range(8):
        with pytest.raises(TooManyError):
            await post(world, *invented(201, f"n{number}-"))
    return world


async def eviction(world: World) -> timedelta:
    """Sign everybody out, and return how long it took to the last call."""
    run = await world.start(scope=Scope(all_users=True))
    await world.play()
    called = [user.called_at for user in await world.users(run) if user.called_at]
    assert len(called) == 2000
    return max(called) - START
