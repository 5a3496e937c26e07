"""What every tenant promises about roles and groups, held against the stand-in and against the real adapter."""

import pytest
from support.live import Tenant as Live
from support.tenant_truth import GRANTED, Truth

from local.tenant import catalogue, memberships
from revoker.adapters.graph.listings import MsGraphListings
from revoker.adapters.graph.transport import GraphTransport
from revoker.core.graph_answer import GraphAnswer
from revoker.ports.graph import GraphListings, Group, RoleHolders

NOWHERE = "b0e1c5a4-1d3f-4a68-9c27-5e8f0d1a2bff"


async def test_holders_are_active_eligible_and_in_groups(listings: GraphListings, truth: Truth) -> None:
    """Custom roles, every scope, users in groups that hold a role, and users that may join such a group."""
    found = await listings.role_holders(None)

    assert isinstance(found, RoleHolders)
    assert truth.holders() == found.ids
    assert (True, True) == (found.complete, found.joiners_known)


@pytest.mark.parametrize(
    "role",
    [
        catalogue.GLOBAL_ADMINISTRATOR,
        catalogue.PRIVILEGED_ROLE_ADMINISTRATOR,
        catalogue.PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
        catalogue.SECURITY_ADMINISTRATOR,
        catalogue.USER_ADMINISTRATOR,
        catalogue.APPLICATION_ADMINISTRATOR,
        catalogue.CUSTOM_ROLE,
        catalogue.DIRECTORY_READERS,
        "45d8d3c5-c802-45c6-b32a-1d70b5e1e86e",
        NOWHERE,
    ],
)
async def test_holders_of_one_role(listings: GraphListings, truth: Truth, role: str) -> None:
    """A role that is not held is empty, and so is one that the tenant does not define: `resolve` refuses that."""
    found = await listings.role_holders(frozenset({role}))

    assert isinstance(found, RoleHolders)
    assert truth.holders(role=role) == found.ids


async def test_roles_have_names(listings: GraphListings, truth: Truth) -> None:
    """Built-in and custom ones, so that a caller may give a name instead of an id."""
    found = await listings.defined_roles()

    assert isinstance(found, tuple)
    assert set(truth.roles) == set(found)


async def test_groups_say_whether_their_members_are_hidden(listings: GraphListings, truth: Truth) -> None:
    """Each group asked for has its own answer, and one that is not there is a 404."""
    asked = [*truth.groups, NOWHERE]
    found = await listings.read_groups(asked)

    assert asked == list(found)
    assert truth.groups == {name: group for name, group in found.items() if name != NOWHERE}
    assert Group(memberships.HIDDEN, "Works council", hidden=True) == found[memberships.HIDDEN]
    missing = found[NOWHERE]
    assert isinstance(missing, GraphAnswer)
    assert 404 == missing.status


@pytest.mark.parametrize(("state", "paused"), [("On", False), ("Paused", True)])
async def test_groups_say_whether_a_rule_decides(
    tenant: Live,
    transport: GraphTransport,
    state: str,
    paused: bool,  # noqa: FBT001
) -> None:
    """Its members are those of hours ago, and older where it is paused."""
    made = {"id": NOWHERE, "displayName": "Everybody in Sales", "membershipRuleProcessingState": state}
    await tenant.control(roles=list(GRANTED), addGroups=[made])
    found = await MsGraphListings(transport).read_groups([NOWHERE, memberships.FINANCE])

    assert Group(NOWHERE, "Everybody in Sales", computed=True, paused=paused) == found[NOWHERE]
    assert Group(memberships.FINANCE, "Finance") == found[memberships.FINANCE]


@pytest.mark.parametrize(
    ("name", "most", "number"),
    [
        ("Project Aurora", 6, 6),
        ("Project Aurora", 2, 2),
        ("finance", 6, 1),
        ("O'Nobody", 6, 0),
        ("x' or displayName eq 'Finance", 6, 0),
    ],
)
async def test_groups_are_found_by_name(listings: GraphListings, name: str, most: int, number: int) -> None:
    """Names are not unique; a quote in one stays inside it."""
    found = await listings.find_groups(name, most)

    assert isinstance(found, tuple)
    assert number == len({group.id for group in found})
    assert all(group.name.lower() == name.lower() for group in found)
