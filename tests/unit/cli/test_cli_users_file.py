"""Files of users, as portals, spreadsheets and people make them."""

import csv
from pathlib import Path

import pytest

from revoker.cli.ending import UsageError
from revoker.cli.typed.text_file import decode
from revoker.cli.typed.users_file import UsersFile, parse

BOTH = ("alice@contoso.com", "ben@contoso.com")
# The columns of the Entra portal's "Download users", in its order (recorded in April 2026).
PORTAL = (
    "userPrincipalName,displayName,surname,mail,givenName,id,userType,jobTitle,department,accountEnabled,"
    "usageLocation,streetAddress,state,country,officeLocation,city,postalCode,telephone,mobile,"
    "authenticationPhoneNumber,authenticationAlternativePhoneNumber,authenticationEmail,alternateEmailAddress,"
    "ageGroup,consentProvidedForMinor,legalAgeGroupClassification,companyName,creationType,directorySynced,"
    "invitationState,identityIssuer,createdDateTime"
)


def read(data: bytes, column: str | None = None) -> UsersFile:
    """Return what a file of these bytes names."""
    text = decode("users.csv", data)
    return parse("users.csv", text.text, column, text.encoding)


FILES = {
    "the portal's download": (
        f'\ufeff{PORTAL}\r\nalice@contoso.com,"Example, Alice",Example,a@mail.example,Alice,'
        f"2a9f6c31-5e48-4d70-b3c9-f61e8a07d254{',' * 26}\r\nben@contoso.com,Ben,,b@mail.example{',' * 28}\r\n"
    ).encode(),
    "one quoted column": b'"UserPrincipalName"\n"alice@contoso.com"\n"ben@contoso.com"\n',
    "trailing commas": b"alice@contoso.com,\nben@contoso.com,\n",
    "semicolons": b"alice@contoso.com;Alice;Member\nben@contoso.com;Ben;Member\n",
    "tabs": b"alice@contoso.com\tAlice\nben@contoso.com\tBen\n",
    "UTF-16 with a mark": "alice@contoso.com\r\nben@contoso.com\r\n".encode("utf-16"),
    "UTF-16 without a mark": "alice@contoso.com\r\nben@contoso.com\r\n".encode("utf-16-le"),
    "Windows-1252": "upn;name\nalice@contoso.com;Müller\nben@contoso.com;Ben\n".encode("cp1252"),
    "invisible characters": "alice@contoso.com\u200b\nben@contoso.com\u00a0\n".encode(),
    "comments and blank lines": b"# INC-7\n\nalice@contoso.com\n  ben@contoso.com \n",
    "a list on one line": b"alice@contoso.com,ben@contoso.com",
    "names of a mail program": b"Alice <alice@contoso.com>; Ben <ben@contoso.com>",
    "Defender's hunting export": b"Timestamp,AccountUpn,AccountSid\n1,alice@contoso.com,\n2,ben@contoso.com,\n",
    "another order of columns": b"Display name,User principal name\nAlice,alice@contoso.com\nBen,ben@contoso.com\n",
    "two columns that say the same": b"upn,upn\nalice@contoso.com,alice@contoso.com\nben@contoso.com,ben@contoso.com",
    "a comment between": b"alice@contoso.com\n# Ben, too\nben@contoso.com\n",
    "twice the same": b"alice@contoso.com\nben@contoso.com\nALICE@contoso.com\n",
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_each_kind_of_file_names_the_same_two(data: bytes) -> None:
    """Separator, encoding, header and quoting are found out; they never become part of a name."""
    assert BOTH == read(data).users


def test_how_a_file_was_read_is_said() -> None:
    """The operator sees how many users, from which column, and how often one is named twice."""
    assert "users.csv: 2 users · column userPrincipalName · comma, UTF-8" == read(FILES["the portal's download"]).told
    assert "1 named twice" in read(FILES["twice the same"]).told


@pytest.mark.parametrize("column", ["mail", "MAIL", "2"])
def test_a_column_can_be_named(column: str) -> None:
    """By header or by number."""
    data = b"name,mail\nAlice,alice@contoso.com\nBen,ben@contoso.com\n"

    assert BOTH == read(data, column).users


@pytest.mark.parametrize(
    ("data", "column", "said"),
    [
        (b"", None, "names no user"),
        (b"# nobody\n", None, "names no user"),
        (b"userPrincipalName\n", None, "names no user"),
        (b"name,mail\nAlice,alice@contoso.com\n", None, "Give --column NAME or NUMBER: 1 name, 2 mail."),
        (b"alice@contoso.com,a@mail.example\nben@contoso.com,b@mail.example\n", None, "which column"),
        (b"name,mail\nAlice,alice@contoso.com\n", "phone", "has no such column"),
        (b"alice@contoso.com\nBen Mueller\n\nC\\d\n", None, "users.csv line 2: 'Ben Mueller' is a display name"),
        (b"alice@contoso.com\nBen Mueller\n\nC\\d\n", None, "users.csv line 4: C\\d is a local"),
        (b'"alice@contoso.com\nben@contoso.com\n', None, "line 1: 'alice@contoso.com' and the lines after it"),
        (b'"' + b"alice@contoso.com\n" * 20_000, None, "and the lines after it stand in one pair of quotes"),
        (b"x" * 100_000, None, "xxx...' is neither an object id nor"),
        (b"upn,name,UPN\na@b.de,A,c@d.de\n", None, "columns 1 and 3 are both called upn: give --column NUMBER"),
        (b"mail,name,Mail\na@b.de,A,c@d.de\n", "mail", "columns 1 and 3 are both called mail: give --column NUMBER"),
        (b"PK\x03\x04zip", None, "is an Excel workbook"),
        (b"\x00\x01\x02\xff", None, "is no text"),
        (b"\xff\xfea", None, "is no text"),
    ],
)
def test_what_is_wrong_with_a_file(data: bytes, column: str | None, said: str) -> None:
    """By line and value, or with the columns to choose from."""
    with pytest.raises(UsageError) as caught:
        read(data, column)

    assert said in str(caught.value)


def test_more_than_a_run_takes() -> None:
    """The number, and the ways on."""
    with pytest.raises(UsageError, match=r"names 10,001 users; one run takes 10,000\. Split the file"):
        read("".join(f"user{number}@contoso.com\n" for number in range(10_001)).encode())


def test_a_small_file_lowers_no_limit_of_the_process() -> None:
    """What else the process reads as CSV may have longer cells."""
    before = csv.field_size_limit()
    read(b"a@b.ch\n")

    assert before <= csv.field_size_limit()


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """Missing, or a folder."""
    from revoker.cli.typed.users_file import read as read_file  # noqa: PLC0415 - the other one reads bytes

    for name, said in (
        (str(tmp_path / "nosuch.csv"), "there is no such file"),
        (str(tmp_path), "is a folder: name a file"),
    ):
        with pytest.raises(UsageError, match=said):
            read_file(name)
