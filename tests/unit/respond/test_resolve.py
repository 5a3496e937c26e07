"""What a request names is looked up before anything is measured, and refused where the directory does not know it."""

import pytest
from support.company import ALICE, BEN, CROWD, World
from support.fakes import START

from revoker.core.graph_answer import GraphAnswer
from revoker.core.problems import InvalidError
from revoker.core.request import DisplayName, Scope
from revoker.ports.graph import Group, Role

GROUP, OTHER = "0a0a0a0a-1111-4222-8333-444444444444", "0b0b0b0b-1111-4222-8333-444444444444"
ADMINS, HELPDESK = "62e90394-69f5-4237-9190-012177145e10", "729827e3-9c14-49f7-bb1b-9608f156bbb8"
CUSTOM, NAMESAKE = "c0c0c0c0-1111-4222-8333-444444444444", "c1c1c1c1-1111-4222-8333-444444444444"
ROLES = (
    Role(ADMINS, "Global Administrator"),
    Role(HELPDESK, "Helpdesk Administrator"),
    Role(CUSTOM, "Key keeper"),
    Role(NAMESAKE, "Key keeper"),
)


@pytest.fixture
def world() -> World:
    """Return a company with four roles, two of one name, and one hidden group."""
    made = World()
    made.graph_listings.known_roles = ROLES
    made.graph_listings.roles = {ADMINS: [BEN.id], HELPDESK: [CROWD[0].id]}
    made.graph_listings.groups = {GROUP: [ALICE.id], OTHER: []}
    made.graph_listings.known_groups = {OTHER: Group(OTHER, "Board", hidden=True)}
    return made


async def errors(world: World, **options: object) -> dict[str, str]:
    """Return the errors of a request that is refused; nothing is started."""
    with pytest.raises(InvalidError) as caught:
        await world.start(**options)
    assert [] == world.outbox.sent
    return dict(caught.value.errors)


async def test_a_role_may_be_given_by_its_display_name(world: World) -> None:
    """Exactly as it is written; the status shows the id that it stands for."""
    name = DisplayName("roles[0]", "role", "Helpdesk Administrator")
    run = await world.start(display_names=(name,))
    await world.play()

    assert [CROWD[0].id] == world.graph_users.revoked
    assert [HELPDESK] == run.scope["roles"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("helpdesk administrator", "did you mean 'Helpdesk Administrator'"),
        ("Nonsense", "this tenant has no role 'Nonsense'"),
        ("Helpdesk", "this tenant has no role 'Helpdesk'"),
        ("Global Administrator and others", "did you mean 'Global Administrator'"),
        ("Key keeper", f"2 roles have this name: write an id, {CUSTOM}, {NAMESAKE}"),
    ],
)
async def test_a_role_name_that_means_no_one_role_is_refused(world: World, text: str, said: str) -> None:
    """A run over a role that does not exist would end completed over no user."""
    found = await errors(world, display_names=(DisplayName("roles[0]", "role", text),))

    assert ["roles[0]"] == list(found)
    assert said in found["roles[0]"]


async def test_a_role_id_that_no_role_has_is_refused(world: World) -> None:
    """As is one beside a role that exists; a role without holders is a role."""
    found = await errors(world, scope=Scope(roles=(ADMINS, GROUP)))

    assert f"this tenant has no role {GROUP}" in found["roles"]
    assert (await world.start(scope=Scope(roles=(CUSTOM,)))).scans


@pytest.mark.parametrize(
    ("options", "path"),
    [({"scope": Scope(groups=(GROUP, OTHER))}, "groups[1]"), ({"exclude_groups": (OTHER,)}, "exclude.groups[0]")],
)
async def test_a_group_whose_members_are_hidden_is_refused(world: World, options: dict[str, object], path: str) -> None:
    """Without Member.Read.Hidden it looks empty: as scope and as exclusion the group and the permission are named."""
    found = await errors(world, **options)

    assert [path] == list(found)
    assert f"Board ({OTHER})" in found[path]
    assert "Member.Read.Hidden" in found[path]


@pytest.mark.parametrize(
    ("group", "said"),
    [
        (Group(GROUP, "Sales", computed=True), f"who is in the group Sales ({GROUP}): it takes hours"),
        (Group(GROUP, "Sales", computed=True, paused=True), f"who is in the group Sales ({GROUP}): it is paused"),
        (Group(GROUP, "Sales"), ""),
    ],
)
@pytest.mark.parametrize("options", [{"scope": Scope(groups=(GROUP,))}, {"exclude_groups": (GROUP,)}])
async def test_a_group_by_rule_is_said(world: World, group: Group, said: str, options: dict[str, object]) -> None:
    """As scope and as exclusion: its members are those of hours ago, and no listing shows it."""
    world.graph_listings.known_groups = {GROUP: group}
    run = await world.start(**{"scope": Scope(all_users=True), **options})
    sentences = [sentence for sentence in run.warnings if "A rule decides" in sentence]

    assert bool(said) == bool(sentences)
    assert all(said in sentence for sentence in sentences)


async def test_a_hidden_group_is_listed_with_the_permission(world: World) -> None:
    """With Member.Read.Hidden it is a group like any other."""
    world.graph_listings.granted |= {"Member.Read.Hidden"}

    assert (await world.start(scope=Scope(groups=(OTHER,)))).scans


async def test_a_group_given_by_its_display_name_is_refused_with_candidates(world: World) -> None:
    """Display names are not unique, so five candidates are listed by id, and that there are others."""
    ids = [f"{number}0000000-1111-4222-8333-444444444444" for number in range(1, 8)]
    world.graph_listings.known_groups = {name: Group(name, "Finance") for name in ids}
    found = await errors(world, display_names=(DisplayName("groups[0]", "group", "Finance"),))

    assert f"this name is that of {', '.join(ids[:5])} and others" in found["groups[0]"]
    assert "write the group's object id" in found["groups[0]"]


@pytest.mark.parametrize("answer", [(ALICE, BEN), (), GraphAnswer(status=403)])
async def test_a_user_given_by_a_display_name_is_refused_with_candidates(world: World, answer: object) -> None:
    """Whether or not the directory tells who has the name, what to write instead is said."""
    world.graph_users.searches["Alice"] = answer  # type: ignore[assignment]
    found = await errors(world, display_names=(DisplayName("exclude.users[3]", "user", "Alice"),))

    assert "write the user's object id or UPN" in found["exclude.users[3]"]
    named = f"{ALICE.user_principal_name} ({ALICE.id}), {BEN.user_principal_name} ({BEN.id})"
    assert (answer == (ALICE, BEN)) == (named in found["exclude.users[3]"])
    assert (answer == ()) == ("no user of this tenant is called 'Alice': check the name" in found["exclude.users[3]"])


async def test_every_error_is_said_at_once(world: World) -> None:
    """Names, groups and roles together, so that one answer mends them all."""
    names = (DisplayName("users[0]", "user", "Alice"), DisplayName("roles[0]", "role", "Nonsense"))
    found = await errors(world, display_names=names, scope=Scope(groups=(OTHER, CUSTOM)))

    assert ["users[0]", "groups[0]", "groups[1]", "roles[0]"] == list(found)


async def test_a_run_without_names_asks_nothing(world: World) -> None:
    """A run over named users or over everybody costs no question about groups or roles."""
    await world.start(ALICE.id, issued_before=START)
    await world.start(scope=Scope(all_users=True))

    assert not {"read_groups", "defined_roles"} & {question[0] for question in world.graph_listings.asked}
