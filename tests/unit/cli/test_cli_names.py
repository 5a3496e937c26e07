"""Users, roles and groups as they are typed and pasted."""

import pytest
from hypothesis import given, strategies as st

from revoker.cli.ending import UsageError
from revoker.cli.typed.names import clean, users
from revoker.cli.typed.roles import ROLES, role_ids

ID = "2a9f6c31-5e48-4d70-b3c9-f61e8a07d254"


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("ben@contoso.com", ["ben@contoso.com"]),
        ("Ben <ben@contoso.com>", ["ben@contoso.com"]),
        ("mailto:ben@contoso.com", ["ben@contoso.com"]),
        ('"ben@contoso.com"', ["ben@contoso.com"]),
        ("\u201cben@contoso.com\u201d", ["ben@contoso.com"]),
        ("ben@contoso.com;alice@contoso.com", ["ben@contoso.com", "alice@contoso.com"]),
        ("Ben <ben@contoso.com>, Alice <alice@contoso.com>", ["ben@contoso.com", "alice@contoso.com"]),
        ("ben@contoso.com ", ["ben@contoso.com"]),
        ("ben@contoso.com\u00a0", ["ben@contoso.com"]),
        ("\u200bben@contoso.com", ["ben@contoso.com"]),
        (f"{{{ID}}}", [ID]),
        (ID.replace("-", ""), [ID]),
        (ID.upper(), [ID]),
        ("o'brien@contoso.com", ["o'brien@contoso.com"]),
        ("dana_fabrikam.com#EXT#@contoso.onmicrosoft.com", ["dana_fabrikam.com#EXT#@contoso.onmicrosoft.com"]),
    ],
)
def test_a_name_is_freed_of_what_surrounds_it(typed: str, named: list[str]) -> None:
    """What mail programs, portals and keyboards add is no part of a name; an apostrophe may be."""
    assert named == users("--user", [typed])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["Ben", "Mueller"], "'Ben Mueller' is a display name"),
        (["Ben Mueller"], "'Ben Mueller' is a display name"),
        (["CONTOSO\\ben"], "is a local (domain\\user) name"),
        (["exportUsers_2026-11-25.csv"], "is a file: write --users-file exportUsers_2026-11-25.csv"),
        (["@onecol_bom.csv"], "is a file: write --users-file onecol_bom.csv"),
        (["ben@"], "'ben@' is neither an object id nor a UPN"),
    ],
)
def test_what_is_no_name_is_explained(typed: list[str], said: str) -> None:
    """The answer shows the value, what it is, and what to write."""
    with pytest.raises(UsageError) as caught:
        users("--user", typed)

    assert said in str(caught.value)


def test_every_wrong_name_is_shown_up_to_five() -> None:
    """All at once, and no page of them."""
    with pytest.raises(UsageError) as caught:
        users("--user", [f"x{number} y" for number in range(8)])

    assert 6 == len(str(caught.value).splitlines())
    assert "and 3 more" in str(caught.value)


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    """A clean name stays as it is."""
    assert clean(clean(text)) == clean(clean(clean(text)))


def test_a_role_by_its_name() -> None:
    """A full name is its template's id, in any case; ids and privileged pass."""
    named = role_ids(["global administrator", "privileged", ID])

    assert ["62e90394-69f5-4237-9190-012177145e10", "privileged", ID] == named
    assert len(set(ROLES.values())) == len(ROLES)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("Global Admin", "Did you mean 'Global Administrator'"), ("nonsense", "write privileged, a role's full name")],
)
def test_a_role_is_never_guessed(typed: str, said: str) -> None:
    """What comes close is shown, not taken."""
    with pytest.raises(UsageError) as caught:
        role_ids([typed])

    assert said in str(caught.value)
