from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, strategies as st

from local.tenant.answers.user_filter import FILTERABLE
from local.tenant.exchange import Refusal
from local.tenant.odata import filters

ROWS: list[dict[str, Any]] = [
    {"id": "1", "userPrincipalName": "ann@contoso.com", "displayName": "Ann O'Neil", "accountEnabled": True,
     "department": "Sales", "userType": "Member", "onPremisesSamAccountName": "ann"},
    {"id": "2", "userPrincipalName": "bob@contoso.com", "displayName": "Bob", "accountEnabled": False,
     "department": "Legal", "userType": "Member", "onPremisesSamAccountName": None},
    {"id": "3", "userPrincipalName": "cy_x#EXT#@contoso.com", "displayName": "Cy", "accountEnabled": True,
     "department": None, "userType": "Guest", "onPremisesSamAccountName": None},
]  # fmt: skip


def matches(text: str, *, advanced: bool = False) -> str:
    """Apply a filter to the rows and name those that match."""
    condition = filters.parse(text, FILTERABLE, advanced=advanced)
    return "".join(row["id"] for row in ROWS if condition.holds(row.__getitem__))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id eq '2'", "2"),
        ("userPrincipalName eq 'ANN@contoso.com'", "1"),
        ("userPrincipalName eq 'cy_x#EXT#@contoso.com'", "3"),
        ("displayName eq 'Ann O''Neil'", "1"),
        ("id in ('1','3')", "13"),
        ("userPrincipalName in ('bob@contoso.com')", "2"),
        ("startswith(displayName,'b')", "2"),
        ("startsWith(userPrincipalName, 'a')", "1"),
        ("accountEnabled eq false", "2"),
        ("userType eq 'Guest'", "3"),
        ("userType eq 'Member' and accountEnabled eq true", "1"),
        ("department eq 'Sales' or department eq 'Legal'", "12"),
        ("(department eq 'Sales' or department eq 'Legal') and accountEnabled eq true", "1"),
        ("department eq 'Sales' or department eq 'Legal' and accountEnabled eq true", "1"),
        ("id eq '1'  AND  accountEnabled  EQ  TRUE", "1"),
    ],
)
def test_plain_filters(text: str, expected: str) -> None:
    """The forms in use, without the index of advanced queries."""
    assert expected == matches(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("not userType eq 'Guest'", "12"),
        ("not(userType eq 'Guest') and accountEnabled eq true", "1"),
        ("not (startswith(displayName,'a') or startswith(displayName,'b'))", "3"),
        ("userType ne 'Guest'", "12"),
        ("accountEnabled ne true", "2"),
        ("department eq null", "3"),
        ("endswith(userPrincipalName,'#EXT#@contoso.com')", "3"),
        ("onPremisesSamAccountName eq 'ANN'", "1"),
    ],
)
def test_advanced_filters_need_to_be_asked_as_such(text: str, expected: str) -> None:
    """Without ConsistencyLevel and $count they are refused; with them they are answered."""
    with pytest.raises(Refusal) as refused:
        matches(text)

    assert (refused.value.status, refused.value.code) == (400, "Request_UnsupportedQuery")
    assert expected == matches(text, advanced=True)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("signInSessionsValidFromDateTime lt 2026-01-01T00:00:00Z", "Request_UnsupportedQuery"),
        ("shoeSize eq '42'", "Request_UnsupportedQuery"),
        ("id gt '1'", "Request_UnsupportedQuery"),
        ("startswith(id,'1')", "Request_UnsupportedQuery"),
        ("contains(displayName,'x')", "Request_UnsupportedQuery"),
        (" or ".join(f"id eq '{n}'" for n in range(16)), "Request_UnsupportedQuery"),
        ("id in (" + ",".join(f"'{n}'" for n in range(16)) + ")", "Request_UnsupportedQuery"),
        ("", "BadRequest"),
        ("id eq", "BadRequest"),
        ("id eq 1", "BadRequest"),
        ("id eq 'unfinished", "BadRequest"),
        ("(id eq '1'", "BadRequest"),
        ("id eq '1' id eq '2'", "BadRequest"),
        ("id in ()", "BadRequest"),
        ("accountEnabled eq 'true'", "BadRequest"),
    ],
)
def test_other_filters_are_refused(text: str, code: str) -> None:
    """What the directory would not answer is not answered here either."""
    with pytest.raises(Refusal) as refused:
        matches(text, advanced=True)

    assert (400, code) == (refused.value.status, refused.value.code)


def test_fifteen_alternatives_are_allowed() -> None:
    """The limit itself is within the limit."""
    assert matches("id in (" + ",".join(f"'{n}'" for n in range(15)) + ")") == "123"


@given(st.text(min_size=1))
def test_any_text_survives_quoting(text: str) -> None:
    """A doubled quote is a quote, whatever else is in the text."""
    quoted = text.replace("'", "''")
    condition = filters.parse(f"displayName eq '{quoted}'", FILTERABLE, advanced=False)

    assert condition.holds({"displayName": text}.__getitem__)
    assert ("displayName", (text,)) == condition.lookup


@given(st.text(max_size=30))
def test_no_filter_breaks_the_reader(text: str) -> None:
    """Anything is either a filter or refused; nothing else happens."""
    with suppress(Refusal):
        filters.parse(text, FILTERABLE, advanced=True)
