"""Names that stand for a user only if the directory has them, while it does not answer."""

import pytest
from support.company import ALICE, BEN, World

from revoker.core.directory_user import DirectoryUser
from revoker.core.graph_answer import GraphAnswer
from revoker.core.problems import UnavailableError
from revoker.core.request import Search, Target
from revoker.respond.lookup import look_up

AWAY, LATER, SILENT = GraphAnswer(status=503), GraphAnswer(status=429), GraphAnswer(fault="timeout")
UPN = ALICE.user_principal_name
JOINED, NAMED = Target(requested_as=UPN, name=UPN, confirm=True), Target(requested_as=UPN, name=UPN)
OTHER = Target(requested_as=BEN.id, name=BEN.id)


@pytest.fixture
def world() -> World:
    """Return a company."""
    return World()


@pytest.mark.parametrize("times", [1, 2])
async def test_a_directory_that_is_away_for_a_moment_is_asked_again(world: World, times: int) -> None:
    """An incident's account must not end unresolved for one answer that was lost."""
    world.graph_users.read_scripts[UPN] = [AWAY] * times

    assert [JOINED] == [*await look_up(world.graph_users, [JOINED])]


@pytest.mark.parametrize("answers", [[AWAY] * 3, [LATER], [SILENT]], ids=["away", "throttled", "silent"])
async def test_a_directory_that_answers_nothing_starts_nothing(world: World, answers: list[GraphAnswer]) -> None:
    """The caller hears 503 and asks again, as it does for the protected accounts."""
    world.graph_users.read_scripts[UPN] = answers
    with pytest.raises(UnavailableError):
        await look_up(world.graph_users, [JOINED])


@pytest.mark.parametrize("times", [1, 2])
async def test_a_search_is_repeated_too(world: World, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """By SID or on-premises name: one lost answer is no reason to leave the account alone."""
    answers: list[GraphAnswer | tuple[DirectoryUser, ...]] = [*[AWAY] * times, (ALICE,)]

    async def search(*_: object) -> GraphAnswer | tuple[DirectoryUser, ...]:
        return answers.pop(0)

    monkeypatch.setattr(world.graph_users, "search", search)
    target = Target(requested_as="S-1", search=Search("onPremisesSecurityIdentifier", "S-1", "sid_only"))

    assert {target: ALICE} == await look_up(world.graph_users, [target])


async def test_one_account_that_cannot_be_read_does_not_hold_up_the_others(world: World) -> None:
    """Whatever is wrong with it, the directory answers: it ends unresolved, and the others are called."""
    world.graph_users.read_scripts[UPN] = [AWAY] * 3

    assert [OTHER] == [*await look_up(world.graph_users, [JOINED, OTHER])]


async def test_names_that_need_no_confirming_are_planned_as_given(world: World) -> None:
    """They are asked for once, whatever the directory answers: the answer to their call decides."""
    world.graph_users.read_scripts[UPN] = [AWAY]

    assert {} == await look_up(world.graph_users, [NAMED])
