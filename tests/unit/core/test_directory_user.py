"""A user as the directory shows it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st
from support.strategies import JSON

from revoker.core.directory_user import SELECT, DirectoryUser, directory_user
from revoker.core.external import is_external_upn

ID = "2a9f6c31-5e48-4d70-b3c9-f61e8a07d254"
MEMBER = {"id": ID, "userPrincipalName": "Alice@contoso.com"}


HOME, NO_HOME = "external_user", "external_no_home"


def signs_in_at(*issuers: str | None) -> dict[str, object]:
    """Return the identities of a user that other identity providers know, beside one of this tenant."""
    own = {"signInType": "userPrincipalName", "issuer": "contoso.onmicrosoft.com", "issuerAssignedId": "a@contoso.com"}
    return {"identities": [own, *({"signInType": "federated", "issuer": issuer} for issuer in issuers)]}


@pytest.mark.parametrize(
    ("signs", "reason"),
    [
        ({}, None),
        ({"userType": "Member", "creationType": None, "externalUserState": None}, None),
        ({"creationType": "LocalAccount"}, None),
        ({"userType": "Guest"}, None),
        ({"userType": "Guest", **signs_in_at()}, None),
        ({"@odata.type": "#microsoft.graph.agentUser"}, None),
        ({"userType": "Member", **signs_in_at("ExternalAzureAD")}, HOME),
        (signs_in_at("fabrikam.com"), HOME),
        (signs_in_at("mail"), NO_HOME),
        (signs_in_at("google.com"), NO_HOME),
        (signs_in_at("MicrosoftAccount"), NO_HOME),
        (signs_in_at("Microsoft account"), NO_HOME),
        (signs_in_at("http://idp.partner.example/adfs/services/trust"), NO_HOME),
        (signs_in_at("google.com", "ExternalAzureAD"), HOME),
        ({"userPrincipalName": "d_gmail.com#EXT#@contoso.com", **signs_in_at("google.com")}, NO_HOME),
        (signs_in_at(None), HOME),
        ({"externalUserState": "Accepted"}, HOME),
        ({"externalUserState": "PendingAcceptance", **signs_in_at()}, HOME),
        ({"creationType": "Invitation"}, HOME),
        ({"creationType": "SelfServiceSignUp"}, HOME),
        ({"userPrincipalName": "d_fabrikam.com#EXT#@contoso.com"}, HOME),
        ({"userPrincipalName": "d_fabrikam.com#ext#@contoso.com"}, HOME),
        ({"identities": "none"}, None),
        ({"identities": [None, 7, {}]}, None),
    ],
    ids=repr,
)
def test_each_sign_of_an_external_user_decides(signs: dict[str, object], reason: str | None) -> None:
    """One sign is enough, userType is none, and the issuer tells whether there is a home tenant."""
    seen = directory_user(MEMBER | signs)

    assert seen
    assert (reason, reason is not None) == (seen.external_reason, seen.external)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": ID},
        {"id": None, "userPrincipalName": "a@b"},
        {"id": "", "userPrincipalName": "a@b"},
        {"id": ID, "userPrincipalName": ""},
        {"id": 5, "userPrincipalName": []},
    ],
    ids=repr,
)
def test_what_is_no_user(body: dict[str, object]) -> None:
    """Without both names it is not a user."""
    assert directory_user(body) is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-03-02T09:00:00Z", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("2026-03-02T10:00:00+01:00", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("2026-03-02T09:00:00.1234567Z", datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)),
        ("2026-03-02T09:00:00", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("yesterday", None),
        (17, None),
        (None, None),
    ],
)
def test_the_moment_sessions_are_valid_from(written: object, read: datetime | None) -> None:
    """A moment without its zone, or beyond all calendars, is none: it must not prove a revocation."""
    seen = directory_user(MEMBER | {"signInSessionsValidFromDateTime": written})

    assert seen
    assert read == seen.sessions_valid_from


def test_names_compare_without_case() -> None:
    """The id is kept in lower case, the UPN as shown, and both compare in lower case."""
    seen = directory_user(
        {"id": ID.upper(), "userPrincipalName": "Alice@contoso.com", "onPremisesDomainName": "corp.contoso"}
    )

    assert (
        DirectoryUser(
            ID, "Alice@contoso.com", external_reason=None, sessions_valid_from=None, on_premises_domain="corp.contoso"
        )
        == seen
    )
    assert {ID, "alice@contoso.com"} == seen.names
    assert is_external_upn("X#Ext#@y")


@given(st.dictionaries(st.sampled_from(SELECT), JSON))
def test_no_body_raises(body: dict[str, object]) -> None:
    """Whatever the fields hold, the answer is a user or None."""
    seen = directory_user(body)

    assert seen is None or (seen.id and seen.user_principal_name)
