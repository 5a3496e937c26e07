"""Why a text is no user name: what is shown, and what to write instead."""

import unicodedata

import pytest
from hypothesis import given, strategies as st

from revoker.core.name_faults import (
    NameFaultError,
    has_odd_character,
    is_display_name,
    name_fault,
    names_in_list,
    visible,
)
from revoker.core.names import object_id, upn, user_name

ID = "2a9f6c31-5e48-4d70-b3c9-f61e8a07d254"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"alice@contoso.com"', "holds a quotation mark (U+0022 QUOTATION MARK): write the name without quotes"),
        ("\u201calice@contoso.com\u201d", "holds a quotation mark (U+201C LEFT DOUBLE QUOTATION MARK)"),
        ("o\u2019neil@contoso.com", "holds a quotation mark (U+2019 RIGHT SINGLE QUOTATION MARK)"),
        ("alice@contoso.com,", "holds a separator (U+002C COMMA): write one name an item"),
        ("alice@contoso.com;Alice;Member", "holds a separator (U+003B SEMICOLON)"),
        ("Alice <alice@contoso.com>", "write only the address that stands between < and >"),
        ('["alice@contoso.com"]', "holds a square bracket (U+005B LEFT SQUARE BRACKET): write each name as an item"),
        ("alice (alice@contoso.com)", "holds a character that no UPN has (U+0028 LEFT PARENTHESIS)"),
        (f"{{{ID}}}", "holds a curly bracket (U+007B LEFT CURLY BRACKET): write the id without brackets"),
        ("alice@contoso.com bob@contoso.com", "more than one @"),
        ("alice @contoso.com", "'alice @contoso.com' holds white space (U+0020 SPACE)"),
        ("alice@contoso\xa0.com", "'alice@contoso<U+00A0 NO-BREAK SPACE>.com' holds white space (U+00A0 NO-BREAK"),
        ("alice@contoso.com\u200b", "'alice@contoso.com<U+200B ZERO WIDTH SPACE>' holds an invisible character"),
        ("\ufeffalice@contoso.com", "'<U+FEFF ZERO WIDTH NO-BREAK SPACE>alice@contoso.com' holds an invisible"),
        ("ali\xadce@contoso.com", "U+00AD SOFT HYPHEN"),
        ("alice\u202e@contoso.com", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("alice\x00@contoso.com", "'alice<U+0000>@contoso.com' holds an invisible character (U+0000)"),
        ("mailto:alice@contoso.com", "begins with 'mailto:': write the name without it"),
        ("SMTP:alice@contoso.com", "begins with 'SMTP:'"),
        ("CONTOSO\\alice", "is a name of Active Directory (DOMAIN\\name): write the UPN (name@domain)"),
        ("alice%40contoso.com", "holds a character of addresses (U+0025 PERCENT SIGN)"),
        ("\u212aim@contoso.com", "U+212A KELVIN SIGN"),
        ("\U0001f600@contoso.com", "U+1F600 GRINNING FACE"),
        (ID.replace("-", ""), f"is an object id without its dashes: write {ID}"),
        ("a" * 400 + "@b", "has 402 characters, and a UPN at most 320"),
        ("Ben Mueller", "'Ben Mueller' looks like a display name"),
        ("alice@", "'alice@' names no user: write an object id (GUID) or a UPN (name@domain)"),
        (" ", "is empty: write an object id"),
    ],
)
def test_each_fault_is_shown_with_its_remedy(text: str, said: str) -> None:
    """The text is no user name, and the sentence shows the character and what to write."""
    assert user_name(text) is None
    assert said in name_fault(text)


@pytest.mark.parametrize(
    "name", ["o'neil@contoso.com", "a_b-c.d!#^~`@contoso.com", "jürgen@contoso.com", ID.upper(), " a@b "]
)
def test_what_is_a_name_has_no_odd_character(name: str) -> None:
    """Apostrophes, accents and the signs that Entra allows are no faults."""
    assert user_name(name)
    assert not has_odd_character(name)


@given(st.text(max_size=40))
def test_no_name_has_an_odd_character(text: str) -> None:
    """A text with an odd character, or with white space inside, is never a name, and every text can be told."""
    if has_odd_character(text) or len(text.split()) > 1:
        assert user_name(text) is None
    assert name_fault(text)
    assert "\u200b" not in visible(text)


@given(st.characters(categories=["Cf", "Cc", "Zl", "Zp", "Cs", "Co"]))
def test_no_invisible_character_is_in_a_name(character: str) -> None:
    """Format, control and separator characters of all of Unicode make a text no name, and are shown by code point."""
    text = f"ali{character}ce@contoso.com"

    assert upn(text) is None
    assert f"U+{ord(character):04X}" in visible(text) or ord(character) > 0xFFFF
    assert unicodedata.category(character) != "Ll"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ben Mueller", True),
        ("alice", True),
        ("Müller", True),
        ("Müller, Anna", False),
        ("ben@contoso.com", False),
        ("CONTOSO\\ben", False),
        (ID, False),
        (ID.replace("-", ""), False),
        ("42", False),
        ("", False),
        ("x" * 257, False),
        ("a\u200bb", False),
    ],
)
def test_what_may_be_a_display_name(text: str, expected: bool) -> None:  # noqa: FBT001 - a table
    """A text with letters, without @ and without odd characters, that is no id."""
    assert expected is is_display_name(text)


def test_a_list_of_names() -> None:
    """Commas, semicolons and white space separate names; each comes once, in lower case."""
    assert ("alice@contoso.com", ID) == names_in_list(f" Alice@contoso.com;{ID.upper()},\n alice@contoso.com ")
    assert () == names_in_list(" ,; ")


@pytest.mark.parametrize("text", ['"alice@contoso.com"', "alice@contoso.com\u200b", "a@b, Break Glass", "<a@b>"])
def test_a_list_with_what_is_no_name(text: str) -> None:
    """One entry that is no name spoils the list: a protected account must not be missed."""
    with pytest.raises(NameFaultError):
        names_in_list(text)


def test_an_object_id_is_read_in_any_case() -> None:
    """White space around it does not count."""
    assert ID == object_id(f" {ID.upper()}\xa0")
