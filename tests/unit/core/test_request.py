"""Names by which a user can be asked for."""

import pytest
from hypothesis import given, strategies as st

from revoker.core.names import LONGEST_NAME, object_id, upn, user_name
from revoker.core.request import Scope

ID = "2a9f6c31-5e48-4d70-b3c9-f61e8a07d254"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (ID, ID),
        (ID.upper(), ID),
        (f"  {ID}\n", ID),
        (ID.replace("-", ""), None),
        (f"{{{ID}}}", None),
        ("00000000-0000-0000-0000-000000000000", None),
        ("alice@contoso.com", "alice@contoso.com"),
        (" Alice@Contoso.COM ", "alice@contoso.com"),
        ("dana_fabrikam.com#EXT#@contoso.onmicrosoft.com", "dana_fabrikam.com#ext#@contoso.onmicrosoft.com"),
        ("$service@contoso.com", "$service@contoso.com"),
        ("o'neil+x.y-z_1!&*@contoso.com", "o'neil+x.y-z_1!&*@contoso.com"),
        ("josé@contoso.com", "josé@contoso.com"),
        ("alice@", None),
        ("@contoso.com", None),
        ("alice", None),
        ("a@b@c", None),
        ("alice smith@contoso.com", None),
        ("alice@contoso.com/revokeSignInSessions", None),
        ("../alice@contoso.com", None),
        ("alice@contoso.com?$select=id", None),
        ("alice@contoso.com#x", None),
        ("alice%40x@contoso.com", None),
        ("CONTOSO\\alice@contoso.com", None),
        ("alice@contoso.com\x00", None),
        ("al\nice@contoso.com", None),
        ("\ud800@contoso.com", None),
        ("a" * (LONGEST_NAME - 4) + "@b.c", "a" * (LONGEST_NAME - 4) + "@b.c"),
        ("a" * (LONGEST_NAME - 3) + "@b.c", None),
        ("", None),
    ],
)
def test_what_is_a_name(text: str, name: str | None) -> None:
    """An object id or a UPN, in lower case; whatever could leave its place in a URL is none."""
    assert name == user_name(text)


@given(st.text())
def test_a_name_is_a_fixed_point(text: str) -> None:
    """No text raises, and a name read again is itself."""
    name = user_name(text)

    assert name is None or name == user_name(name)


@given(st.uuids())
def test_every_guid_but_zero_is_an_object_id(guid: object) -> None:
    """Object ids are GUIDs, and no UPN is one."""
    assert str(guid) == object_id(str(guid).upper())
    assert upn(str(guid)) is None


@pytest.mark.parametrize(
    ("scope", "asks"),
    [
        (Scope(), False),
        (Scope(groups=(ID,)), True),
        (Scope(roles=("privileged",)), True),
        (Scope(filter="accountEnabled eq true"), True),
        (Scope(all_users=True), True),
    ],
)
def test_a_scope_asks_for_users_nobody_named(scope: Scope, asks: bool) -> None:  # noqa: FBT001 - a table
    """Any part of a scope asks the directory for users."""
    assert asks is bool(scope)
