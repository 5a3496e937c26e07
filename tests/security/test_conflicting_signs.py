"""No sign that an intruder can set keeps an account from being called in silence."""

import pytest
from hypothesis import given, strategies as st
from support.company import ALICE, World

from revoker.core.directory_user import directory_user
from revoker.core.federation import Compromise, Domain
from revoker.core.graph_answer import GraphAnswer
from revoker.core.outcome import Outcome
from revoker.core.request import Scope
from revoker.intake.accounts import target
from revoker.respond.show.conflicting import conflicting
from revoker.respond.show.preflight import preflight
from revoker.views.warnings import CONFLICTING

UPN = "mallory_fabrikam.com#EXT#@contoso.com"
HERE = {"signInType": "userPrincipalName", "issuer": "contoso.onmicrosoft.com", "issuerAssignedId": UPN}
AWAY = {"signInType": "federated", "issuer": "ExternalAzureAD", "issuerAssignedId": None}
ID = "00000000-0000-4000-8000-000000000666"
BODY = {"id": ID, "userPrincipalName": UPN, "userType": "Member", "identities": [HERE]}


@pytest.mark.parametrize(
    ("changes", "external", "conflicts"),
    [
        ({}, None, "conflicting"),
        ({"userType": "member", "creationType": None, "externalUserState": None}, None, "conflicting"),
        ({"userType": "Guest"}, "external_user", ""),
        ({"identities": [HERE, AWAY]}, "external_user", ""),
        ({"identities": []}, "external_user", ""),
        ({"identities": None}, "external_user", ""),
        ({"creationType": "Invitation"}, "external_user", ""),
        ({"externalUserState": "Accepted"}, "external_user", ""),
        ({"userPrincipalName": "mallory@contoso.com"}, None, ""),
    ],
)
def test_a_name_alone_makes_no_member_external(
    changes: dict[str, object], external: str | None, conflicts: str
) -> None:
    """All other signs must say so too: identities elsewhere, an invitation, the type."""
    seen = directory_user({**BODY, **changes})

    assert seen is not None
    assert (external, bool(conflicts)) == (seen.external_reason, seen.conflicting)


PLAIN = {**BODY, "userPrincipalName": "mallory@contoso.com"}
ADDRESS = {"signInType": "emailAddress", "issuer": "contoso.onmicrosoft.com", "issuerAssignedId": "m@mail.example"}
NAME = {"signInType": "userName", "issuer": "contoso.onmicrosoft.com", "issuerAssignedId": "mallory"}


def by(issuer: str) -> dict[str, str]:
    """Return an identity that another provider holds."""
    return {"signInType": "federated", "issuer": issuer, "issuerAssignedId": "5eecb0cd"}


@pytest.mark.parametrize(
    ("changes", "external", "conflicts"),
    [
        ({"identities": [by("google.com"), HERE]}, None, "conflicting"),
        ({"identities": [by("mail"), HERE]}, None, "conflicting"),
        ({"identities": [by("http://idp.evil.example/saml"), HERE]}, None, "conflicting"),
        ({"identities": [by("google.com"), HERE], "creationType": "LocalAccount"}, None, "conflicting"),
        (
            {"identities": [by("google.com"), HERE], "userType": None, "onPremisesDomainName": "a.b"},
            None,
            "conflicting",
        ),
        ({"identities": [by("facebook.com"), ADDRESS], "userType": None}, None, "conflicting"),
        ({"identities": [by("facebook.com"), NAME], "userType": "Guest"}, None, "conflicting"),
        ({"identities": [AWAY, ADDRESS], "externalUserState": "Accepted"}, None, "conflicting"),
        ({"identities": [ADDRESS]}, None, ""),
        ({"identities": [by("google.com")]}, "external_no_home", ""),
        ({"identities": [by("google.com"), HERE], "userType": "Guest"}, "external_no_home", ""),
        ({"identities": [by("google.com"), HERE], "creationType": "Invitation"}, "external_no_home", ""),
        ({"identities": [by("google.com"), HERE], "externalUserState": "Accepted"}, "external_no_home", ""),
        ({"identities": [by("google.com"), HERE], "userPrincipalName": UPN}, "external_no_home", ""),
        ({"identities": [AWAY, HERE]}, "external_user", ""),
        ({"identities": [by("google.com"), {"signInType": None}]}, "external_no_home", ""),
    ],
    ids=repr,
)
def test_an_identity_that_was_added_makes_no_account_external(
    changes: dict[str, object], external: str | None, conflicts: str
) -> None:
    """An account with a password of this tenant is called; one that an invitation made is another provider's."""
    seen = directory_user({**PLAIN, **changes})

    assert seen is not None
    assert (external, bool(conflicts)) == (seen.external_reason, seen.conflicting)


def member(world: World) -> None:
    """Let the directory hold a member that looks external."""
    seen = directory_user(BODY)
    assert seen is not None
    world.graph_users._users |= dict.fromkeys(seen.names, seen)
    world.graph_users._valid_from[seen.id] = None
    show = world.graph_users.show

    def shown(name: str) -> GraphAnswer:
        answer = show(name)
        if name.lower() not in seen.names:
            return answer
        moment = answer.body["signInSessionsValidFromDateTime"]
        return GraphAnswer(status=200, body={**BODY, "signInSessionsValidFromDateTime": moment})

    world.graph_users.show = shown  # type: ignore[method-assign]


MANY = tuple(f"user{number}@contoso.com" for number in range(100, 301))


@pytest.mark.parametrize("names", [(UPN,), (UPN, *MANY), ()], ids=["one", "many", "everybody"])
async def test_such_a_member_is_called_and_warned_of(names: tuple[str, ...]) -> None:
    """By name, among more names than are looked up, and in a run over all users that leaves guests alone."""
    world = World()
    member(world)
    run = await world.start(*names, scope=Scope(all_users=not names))
    await world.play()
    [user] = [user for user in await world.users(run) if user.id == ID]

    assert ID in world.graph_users.revoked
    assert ("verified", None) == (user.outcome.value, user.external_reason)
    assert CONFLICTING in (await world.ended(run)).warnings


async def test_a_list_that_skips_guests_looks_at_names_that_look_external() -> None:
    """Among more names than are looked up, too: the name alone settles no user."""
    world = World()
    member(world)
    run = await world.start(UPN, *MANY, include_guests=False)
    await world.play()

    assert "verified" == (await world.outcomes(run))[UPN]


async def test_preflight_counts_them() -> None:
    """So that they are looked at before an emergency; not told where nothing can be told."""
    world = World()
    member(world)
    world.graph_listings.filters["userType eq 'Member' and (endsWith(userPrincipalName,'#EXT#@contoso.com'))"] = [
        ID,
        ALICE.id,
    ]

    assert 1 == await conflicting((Domain("contoso.com"),), world.graph_listings)
    assert await conflicting((Domain("fabrikam.com"),), world.graph_listings) is None
    assert await conflicting(GraphAnswer(status=403), world.graph_listings) is None
    assert "conflicting" in (await preflight(Compromise(None), (), world.tools))["users"]  # type: ignore[operator]


@pytest.mark.parametrize(
    "entity",
    [
        {"userPrincipalName": "alice@contoso.com", "name": "alice$"},
        {"userPrincipalName": "alice@contoso.com", "accountName": "CONTOSO\\alice$"},
        {"userPrincipalName": "alice@contoso.com", "ntDomain": "NT AUTHORITY"},
        {"userPrincipalName": "alice@contoso.com", "name": "NT AUTHORITY\\SYSTEM", "sid": "S-1-5-18"},
        {"aadUserId": "alice@contoso.com", "name": "alice$"},
        {"name": "alice@contoso.com", "ntDomain": "NT AUTHORITY"},
    ],
)
def test_a_full_upn_wins_over_what_stands_beside_it(entity: dict[str, str]) -> None:
    """The user is called; before, the account was `excluded` as a machine's or a built-in one."""
    found = target({name.lower(): value for name, value in entity.items()}, 0, None)

    assert "alice@contoso.com" == found.name


BESIDE = st.dictionaries(
    st.sampled_from(["name", "accountname", "ntdomain", "domainname", "sid", "usersid", "upnsuffix", "friendlyname"]),
    st.sampled_from(["alice$", "NT AUTHORITY", "NT AUTHORITY\\SYSTEM", "S-1-5-18", "x$@contoso.com", "S-1-5-21-1-2-3"]),
)


@given(BESIDE, st.sampled_from(["userprincipalname", "aaduserid"]))
def test_nothing_beside_a_full_upn_excludes_the_user(beside: dict[str, str], field: str) -> None:
    """Whatever a rule maps into the other fields."""
    assert "alice@contoso.com" == target({**beside, field: "alice@contoso.com"}, 0, None).name


@pytest.mark.parametrize("entity", [{"name": "wks-017$@contoso.com"}, {"name": "wks-017$", "upnsuffix": "contoso.com"}])
def test_a_machine_is_still_one(entity: dict[str, str]) -> None:
    """Its own name is no user's: no UPN has a dollar sign."""
    found = target(entity, 0, None)

    assert (Outcome.EXCLUDED, "machine_account") == found.settled
