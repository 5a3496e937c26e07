"""A protected account stays protected when it is renamed, deleted and made anew, or when its name is given away."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from support.company import ALICE, BREAKGLASS, CROWD, World, person

from revoker.core.directory_user import DirectoryUser
from revoker.core.federation import Compromise
from revoker.core.graph_answer import GraphAnswer
from revoker.core.run import Run
from revoker.respond.protect import Protection
from revoker.respond.show.preflight import preflight

OLD, NEW = BREAKGLASS.user_principal_name, "service-17@contoso.com"
MANY = tuple(user.user_principal_name for user in CROWD[:201])


@pytest.fixture
def world() -> World:
    """Return a company that protects an account by its UPN."""
    return World(protected=(OLD,))


def rename(world: World, user: DirectoryUser, upn: str) -> None:
    """Give an account another name; the old one is nobody's."""
    world.graph_users._users.pop(user.user_principal_name.lower(), None)
    put(world, replace(user, user_principal_name=upn))


def put(world: World, user: DirectoryUser) -> None:
    """Let an account be in the directory."""
    world.graph_users._users |= dict.fromkeys(user.names, user)
    world.graph_users._valid_from.setdefault(user.id, user.sessions_valid_from)


def delete(world: World, user: DirectoryUser) -> None:
    """Let an account be gone."""
    for name in user.names:
        world.graph_users._users.pop(name, None)


def new_instance(world: World) -> None:
    """Let another worker go on, which remembers nothing."""
    world.protection = Protection(world.protected, world.graph_users, world.ledger, world.clock)


async def outcome(world: World, run: Run, name: str) -> str:
    """Return what became of one user."""
    return (await world.outcomes(run))[name]


@pytest.mark.parametrize("entry", [BREAKGLASS.id, OLD])
@pytest.mark.parametrize("others", [(), MANY], ids=["alone", "among many"])
@pytest.mark.parametrize("instance", ["same", "another"])
async def test_a_renamed_account_is_protected(entry: str, others: tuple[str, ...], instance: str) -> None:
    """However it is listed, in however large a run it is named by its new name, and whichever instance looks."""
    world = World(protected=(entry,))
    await world.protection.current()
    rename(world, BREAKGLASS, NEW)
    if instance == "another":
        new_instance(world)
    run = await world.start(NEW, *others)
    await world.play()

    assert "protected" == await outcome(world, run, NEW)
    assert BREAKGLASS.id not in world.graph_users.revoked


async def test_a_name_that_passes_to_a_protected_account_after_the_reading_calls_nobody_else() -> None:
    """The call goes by object id, whatever the name stands for by then."""
    world = World(protected=(BREAKGLASS.id,))
    run = await world.start(ALICE.user_principal_name, *MANY)
    read = world.graph_users.read

    async def then_swapped(names: list[str], priority: object) -> Mapping[str, GraphAnswer]:
        found = await read(names, priority)  # type: ignore[arg-type]
        rename(world, ALICE, "alice2@contoso.com")
        rename(world, BREAKGLASS, ALICE.user_principal_name)
        return found

    world.graph_users.read = then_swapped  # type: ignore[assignment,method-assign]
    await world.step()

    assert BREAKGLASS.id not in world.graph_users.revoked
    assert ALICE.id in world.graph_users.revoked
    assert len(world.graph_users.revoked) == len(await world.users(run))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (GraphAnswer(status=403), ("unresolved", "protected_unchecked")),
        (GraphAnswer(status=503), ("retrying", "protection_unknown")),
        (GraphAnswer(status=429, retry_after=5.0, write_limited=True), ("retrying", "throttled")),
        (GraphAnswer(status=404), ("not_found", "no_such_user")),
        (GraphAnswer(status=200, body={"id": ALICE.id}), ("unresolved", "protected_unchecked")),
    ],
)
async def test_what_cannot_be_read_is_left_alone_and_said(answer: GraphAnswer, expected: tuple[str, str]) -> None:
    """A user known by name only may be a protected one as long as the directory does not tell whose name it is."""
    world = World(protected=(BREAKGLASS.id,))
    name = ALICE.user_principal_name
    run = await world.start(name, *MANY)
    world.graph_users.read_scripts[name] = [answer]
    await world.step()
    [user] = [user for user in await world.users(run) if user.requested_as == name]

    assert expected == (user.outcome.value, user.reason)
    assert ALICE.id not in world.graph_users.revoked
    assert 0.0 == (await world.ledger.paces()).of_identity("", world.pool).shifted


@pytest.mark.parametrize(
    ("protected", "names"), [((BREAKGLASS.id,), [user.id for user in CROWD[:201]]), ((), MANY)], ids=["ids", "nothing"]
)
async def test_nothing_is_read_that_protection_cannot_depend_on(protected: tuple[str, ...], names: list[str]) -> None:
    """Users asked for by object id, or while nothing is protected, cost no call more."""
    world = World(protected=protected)
    await world.start(*names)
    [(queue, message, _), *_] = world.outbox.take()
    world.graph_users.read_scripts |= {name: [GraphAnswer(status=403)] for name in names}
    await world.deliver(queue, message)

    assert 20 == len(world.graph_users.revoked)


async def test_an_entry_that_is_no_user_yet_has_users_read(world: World) -> None:
    """Within the five minutes of the list's life an account may get the protected name."""
    world = World(protected=("emergency@contoso.com",))
    run = await world.start(ALICE.id, *(user.id for user in CROWD[:201]))
    rename(world, ALICE, "emergency@contoso.com")
    await world.step()

    assert "protected" == await outcome(world, run, ALICE.id)


async def test_after_a_clock_was_set_back_the_list_is_looked_up_anew(world: World) -> None:
    """Else the answer would be believed until the clock is past it again: here for ten minutes more."""
    await world.protection.current()
    world.clock.moment -= timedelta(minutes=10)
    rename(world, BREAKGLASS, NEW)
    rename(world, ALICE, OLD)
    run = await world.start(ALICE.id)
    await world.play()

    assert {ALICE.id: "protected"} == await world.outcomes(run)


async def test_two_instances_that_resolve_at_once_remember_one_account(world: World) -> None:
    """Both see the same account, and neither loses the other's."""
    await world.protection.current()
    new_instance(world)
    await world.protection.current()

    assert {OLD: (BREAKGLASS.id,)} == world.ledger.protected


async def test_a_name_that_passes_on_while_two_instances_resolve_it_is_remembered_once(world: World) -> None:
    """The slower one saw another account under the name, and adds it to no memory."""
    remembered, first = world.ledger.protected_ids, world.protection

    async def slow() -> Mapping[str, tuple[str, ...]]:
        found = await remembered()
        world.ledger.protected_ids = remembered  # type: ignore[method-assign]
        await first.current()
        rename(world, BREAKGLASS, NEW)
        rename(world, ALICE, OLD)
        return found

    world.ledger.protected_ids = slow  # type: ignore[assignment,method-assign]
    new_instance(world)
    run = await world.start(BREAKGLASS.id, NEW)
    await world.play()

    assert {OLD: (BREAKGLASS.id,)} == world.ledger.protected
    assert {"protected"} == set((await world.outcomes(run)).values())


async def test_an_account_made_anew_under_the_protected_name_is_protected_too(world: World) -> None:
    """The first is deleted: the new one is remembered as well, and a rename of it is of no use either."""
    await world.protection.current()
    delete(world, BREAKGLASS)
    second = person(77, OLD)
    put(world, second)
    new_instance(world)
    await world.protection.current()
    rename(world, second, NEW)
    new_instance(world)
    run = await world.start(NEW)
    await world.play()

    assert {OLD: (BREAKGLASS.id, second.id)} == world.ledger.protected
    assert {NEW: "protected"} == await world.outcomes(run)


async def test_a_name_lent_to_other_accounts_protects_none_of_them_for_good(world: World) -> None:
    """While the first account lives, another is left alone only as long as it has the name, and that is said."""
    await world.protection.current()
    rename(world, BREAKGLASS, NEW)
    rename(world, ALICE, OLD)
    new_instance(world)
    lent = await world.start(ALICE.id, NEW)
    await world.play()
    assert {ALICE.id: "protected", NEW: "protected"} == await world.outcomes(lent)
    assert any("another account" in sentence for sentence in lent.warnings)

    rename(world, replace(ALICE, user_principal_name=OLD), "alice@contoso.com")
    new_instance(world)
    given_back = await world.start(ALICE.id, NEW)
    await world.play()
    assert {ALICE.id: "verified", NEW: "protected"} == await world.outcomes(given_back)
    assert any("renamed" in sentence for sentence in given_back.warnings)


async def test_preflight_shows_what_is_remembered_and_what_became_of_it(world: World) -> None:
    """A rename is seen before an emergency, and not in it."""

    async def shown() -> tuple[object, ...]:
        found = await preflight(Compromise(None), world.protected, world.tools)
        [one] = found["protected"]  # type: ignore[misc]
        return one["userPrincipalName"], one["rememberedIds"], one["reason"]

    assert (OLD, [BREAKGLASS.id], None) == await shown()
    rename(world, BREAKGLASS, NEW)
    assert (NEW, [BREAKGLASS.id], "renamed") == await shown()
    rename(world, ALICE, OLD)
    assert (OLD, [BREAKGLASS.id], "name_taken") == await shown()
