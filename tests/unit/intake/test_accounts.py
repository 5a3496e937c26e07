"""One account entity becomes one target, or says why it cannot: a row or more for each of the thirteen rules."""

import struct
import uuid

import pytest
from hypothesis import given, strategies as st
from support.strategies import JSON

from revoker.core.names import LONGEST_NAME, object_id
from revoker.core.outcome import Outcome
from revoker.core.request import Search
from revoker.intake.accounts import entra_id, target
from revoker.intake.entities import flat

HOME = "3f8a1c52-6b7d-4e90-9a41-0c5d2e7f8b13"
AWAY = "9b1f0e2d-7c43-4a58-86d1-2f0e9c7a5b34"
ID = "2a9f6c31-5e48-4d70-b3c9-f61e8a07d254"
WORKSPACE = "0e6d9b3f-47a1-4c58-8e2d-b15f7c90a364"
ZERO = "00000000-0000-0000-0000-000000000000"
ENTRA_SID = "S-1-12-1-715090993-1299209800-519489971-1423050634"
DOMAIN_SID = "S-1-5-21-1004336348-1177238915-682003330-5120"
GUEST = "dana_fabrikam.com#EXT#@contoso.onmicrosoft.com"

type Entity = dict[str, object]


def verdict(entity: Entity, home: str | None = HOME) -> tuple[str, str]:
    """Return what becomes of an account: how it is asked for and as whom, or the outcome and its reason."""
    made = target(flat(entity), 0, home, {WORKSPACE})
    if made.settled:
        return made.settled
    if made.search:
        return made.search.attribute, made.search.otherwise
    return "id" if object_id(made.name or "") else "upn", made.name or ""


@pytest.mark.parametrize(
    ("rule", "entity", "kind", "value"),
    [
        (1, {"aadTenantId": AWAY, "aadUserId": ID}, "excluded", "foreign_tenant"),
        (1, {"aadTenantId": AWAY, "accountName": "WKS$"}, "excluded", "foreign_tenant"),
        (1, {"aadTenantId": AWAY}, "excluded", "foreign_tenant"),
        (1, {"aadTenantId": HOME.upper(), "aadUserId": ID}, "id", ID),
        (1, {"aadTenantId": " ", "aadUserId": ID}, "id", ID),
        (1, {"aadTenantId": None, "aadUserId": ID}, "id", ID),
        (1, {"aadTenantId": ZERO, "aadUserId": ID}, "id", ID),
        (1, {"aadTenantId": "N/A", "aadUserId": ID}, "id", ID),
        (1, {"aadTenantId": "fabrikam.com", "aadUserId": ID}, "id", ID),
        (1, {"aadTenantId": f"{{{HOME}}}", "aadUserId": ID}, "id", ID),
        (1, {"aadTenantId": f"{{{AWAY}}}", "aadUserId": ID}, "excluded", "foreign_tenant"),
        (1, {"aadTenantId": WORKSPACE.upper(), "aadUserId": ID}, "id", ID),
        (2, {"aadUserId": ID.upper()}, "id", ID),
        (2, {"aadUserId": ID, "accountName": "WKS-017$"}, "id", ID),
        (2, {"aadUserId": ID, "sid": "S-1-5-18", "ntDomain": "NT AUTHORITY"}, "id", ID),
        (2, {"aadUserId": ID, "UserPrincipalName": "other@contoso.com", "sid": ENTRA_SID}, "id", ID),
        (2, {"azureAdUserId": ID}, "id", ID),
        (2, {"aadUserId": ZERO, "UserPrincipalName": "a@contoso.com"}, "upn", "a@contoso.com"),
        (2, {"aadUserId": ZERO}, "unresolved", "no_usable_identifier"),
        (2, {"aadUserId": "not a guid", "Name": "a", "UPNSuffix": "contoso.com"}, "upn", "a@contoso.com"),
        (3, {"accountName": "WKS-017$"}, "excluded", "machine_account"),
        (3, {"Name": "WKS-017$", "UPNSuffix": "contoso.com"}, "excluded", "machine_account"),
        (3, {"accountName": "WKS-017$@contoso.com"}, "excluded", "machine_account"),
        (3, {"accountName": "CONTOSO\\WKS-017$", "sid": DOMAIN_SID}, "excluded", "machine_account"),
        (3, {"aadUserId": ZERO, "accountName": "gmsa$"}, "excluded", "machine_account"),
        (3, {"accountName": "mon$ey", "upnSuffix": "contoso.com"}, "upn", "mon$ey@contoso.com"),
        (3, {"accountName": "$service", "upnSuffix": "contoso.com"}, "upn", "$service@contoso.com"),
        (4, {"sid": "S-1-5-18"}, "excluded", "builtin_account"),
        (4, {"Sid": "s-1-5-19", "Name": "a", "UPNSuffix": "contoso.com"}, "excluded", "builtin_account"),
        (4, {"sid": "S-1-5-20"}, "excluded", "builtin_account"),
        (4, {"accountName": "SYSTEM", "ntDomain": "NT AUTHORITY"}, "excluded", "builtin_account"),
        (4, {"Name": "nt authority\\network service"}, "excluded", "builtin_account"),
        (4, {"Name": "LOCAL SERVICE", "NTDomain": "nt authority"}, "excluded", "builtin_account"),
        (4, {"Name": "CONTOSO\\x", "NTDomain": "NT AUTHORITY"}, "excluded", "builtin_account"),
        (4, {"sid": "S-1-5-180", "ntDomain": "CONTOSO"}, "unresolved", "no_usable_identifier"),
        (5, {"aadUserId": "Eve@contoso.com"}, "upn", "eve@contoso.com"),
        (5, {"aadUserId": "eve@contoso.com", "UserPrincipalName": "x@contoso.com"}, "upn", "eve@contoso.com"),
        (5, {"aadUserId": "eve@", "UserPrincipalName": "x@contoso.com"}, "upn", "x@contoso.com"),
        (6, {"UserPrincipalName": "X@Contoso.com", "accountName": "y@contoso.com"}, "upn", "x@contoso.com"),
        (6, {"userprincipalname": "x@contoso.com"}, "upn", "x@contoso.com"),
        (6, {"USERPRINCIPALNAME": "x@contoso.com"}, "upn", "x@contoso.com"),
        (6, {"UserPrincipalName": "x", "Name": "y", "UPNSuffix": "contoso.com"}, "upn", "y@contoso.com"),
        (7, {"accountName": "cara@contoso.com"}, "upn", "cara@contoso.com"),
        (7, {"accountName": "cara@contoso.com", "upnSuffix": "contoso.com"}, "upn", "cara@contoso.com"),
        (7, {"Name": "cara@contoso.com", "UPNSuffix": "fabrikam.com"}, "upn", "cara@contoso.com"),
        (7, {"accountName": "cara", "Name": "cara@contoso.com"}, "upn", "cara@contoso.com"),
        (7, {"accountName": "CONTOSO\\cara@contoso.com"}, "upn", "cara@contoso.com"),
        (8, {"accountName": "Ben", "upnSuffix": "Contoso.com"}, "upn", "ben@contoso.com"),
        (8, {"Name": "ben", "upnSuffix": "contoso.com"}, "upn", "ben@contoso.com"),
        (8, {"AccountName": "ben", "UPNSUFFIX": "@contoso.com"}, "upn", "ben@contoso.com"),
        (8, {"accountName": "", "Name": "ben", "upnSuffix": "contoso.com"}, "upn", "ben@contoso.com"),
        (8, {"accountName": "CONTOSO\\ben", "upnSuffix": "contoso.com"}, "upn", "ben@contoso.com"),
        (8, {"accountName": "ben", "upnSuffix": "contoso.com", "sid": ENTRA_SID}, "upn", "ben@contoso.com"),
        (8, {"accountName": "ben smith", "upnSuffix": "contoso.com"}, "unresolved", "no_usable_identifier"),
        (8, {"accountName": "ben@", "upnSuffix": "contoso.com"}, "unresolved", "no_usable_identifier"),
        (9, {"sid": ENTRA_SID}, "id", ID),
        (9, {"Sid": ENTRA_SID.lower(), "ntDomain": "AzureAD", "Name": "Alice Example"}, "id", ID),
        (9, {"userSid": ENTRA_SID}, "id", ID),
        (9, {"sid": "S-1-12-1-4294967296-1-1-1"}, "unresolved", "no_usable_identifier"),
        (9, {"sid": "S-1-12-1-1-1-1"}, "unresolved", "no_usable_identifier"),
        (9, {"sid": "S-1-12-1-1-1-1-1-1"}, "unresolved", "no_usable_identifier"),
        (9, {"sid": "S-1-12-1-0-0-0-0"}, "unresolved", "no_usable_identifier"),
        (10, {"sid": DOMAIN_SID}, "onPremisesSecurityIdentifier", "sid_only"),
        (10, {"sid": DOMAIN_SID, "Name": "x", "NTDomain": "CONTOSO"}, "onPremisesSecurityIdentifier", "sid_only"),
        (10, {"sid": "S-1-5-21"}, "unresolved", "no_usable_identifier"),
        (10, {"sid": DOMAIN_SID + "' or '1' eq '1"}, "unresolved", "no_usable_identifier"),
        (11, {"accountName": "svc", "ntDomain": "CONTOSO"}, "onPremisesSamAccountName", "onprem_name_only"),
        (11, {"Name": "CONTOSO\\svc"}, "onPremisesSamAccountName", "onprem_name_only"),
        (11, {"accountName": "Ben Smith", "domainName": "C"}, "onPremisesSamAccountName", "onprem_name_only"),
        (11, {"Name": "o'neil", "NTDomain": "CONTOSO"}, "onPremisesSamAccountName", "onprem_name_only"),
        (11, {"Name": "a*b", "NTDomain": "CONTOSO"}, "unresolved", "onprem_name_only"),
        (12, {"friendlyName": "eve@contoso.com"}, "unresolved", "friendly_name_only"),
        (12, {"friendlyName": "Eve@contoso.com", "displayName": "Eve"}, "unresolved", "friendly_name_only"),
        (13, {"friendlyName": ID}, "unresolved", "no_usable_identifier"),
        (13, {"accountName": '["cara', "upnSuffix": 'contoso.com"]'}, "unresolved", "odd_characters"),
        (13, {"UserPrincipalName": '"alice@contoso.com"'}, "unresolved", "odd_characters"),
        (13, {"accountName": "alice@contoso.com\u200b"}, "unresolved", "odd_characters"),
        (13, {"aadUserId": "mailto:alice@contoso.com"}, "unresolved", "odd_characters"),
        (13, {"accountName": "Alice Example", "upnSuffix": "contoso.com"}, "unresolved", "no_usable_identifier"),
        (13, {"friendlyName": "Alice Example"}, "unresolved", "no_usable_identifier"),
        (13, {"friendlyName": "eve@contoso.com", "accountName": "eve"}, "unresolved", "no_usable_identifier"),
        (13, {"objectGuid": ID}, "unresolved", "no_usable_identifier"),
        (13, {"accountName": "alice"}, "unresolved", "no_usable_identifier"),
        (13, {"accountName": "alice", "dnsDomain": "contoso.com"}, "unresolved", "no_usable_identifier"),
        (13, {"upnSuffix": "contoso.com"}, "unresolved", "no_usable_identifier"),
        (13, {"ntDomain": "CONTOSO"}, "unresolved", "no_usable_identifier"),
        (13, {"displayName": "alice@contoso.com"}, "unresolved", "no_usable_identifier"),
        (13, {"puid": "1003BFFD8A0E6F5C"}, "unresolved", "no_usable_identifier"),
        (13, {"aadUserId": [ID], "accountName": {"x": "a@b"}, "sid": 5}, "unresolved", "no_usable_identifier"),
        (13, {}, "unresolved", "no_usable_identifier"),
        (13, dict.fromkeys(("aadUserId", "accountName", "upnSuffix", "sid")), "unresolved", "no_usable_identifier"),
        (13, dict.fromkeys(("aadUserId", "accountName", "upnSuffix", "sid"), ""), "unresolved", "no_usable_identifier"),
    ],
    ids=repr,
)
def test_the_rules(rule: int, entity: Entity, kind: str, value: str) -> None:
    """The first rule that applies decides; keys count in any casing, null and empty as missing."""
    assert (kind, value) == verdict(entity), f"rule {rule}"


def test_without_a_home_nobody_is_foreign() -> None:
    """Where the own tenant is unknown, an id of any tenant is asked for: Graph knows only its own."""
    assert ("id", ID) == verdict({"aadTenantId": AWAY, "aadUserId": ID}, home=None)


@pytest.mark.parametrize(
    ("entity", "external"),
    [
        ({"aadUserId": ID}, False),
        ({"UserPrincipalName": GUEST}, True),
        ({"accountName": GUEST.split("@", maxsplit=1)[0], "upnSuffix": "contoso.onmicrosoft.com"}, True),
        ({"accountName": GUEST.lower()}, True),
        ({"aadUserId": ID, "UserPrincipalName": GUEST}, True),
        ({"aadUserId": ID, "accountName": GUEST}, True),
        ({"aadUserId": ID, "additionalData": {"UserType": "Guest"}}, False),
        ({"aadUserId": ID, "additionalData": {"userType": "GUEST"}}, False),
        ({"aadUserId": ID, "additionalData": '{"UserType": "Guest"}'}, False),
        ({"aadUserId": ID, "additionalData": {"UserType": "Member"}}, False),
        ({"aadUserId": ID, "additionalData": '{"UserType": '}, False),
        ({"aadUserId": ID, "additionalData": "[" * 100_000}, False),
        ({"aadUserId": ID, "additionalData": '["Guest"]'}, False),
        ({"aadUserId": ID, "additionalData": None, "userType": "Guest"}, False),
        ({"aadUserId": ID, "additionalData": {"UserType": ["Guest"]}}, False),
    ],
    ids=lambda value: repr(value)[:80],
)
def test_guests_are_kept_and_marked(entity: Entity, external: bool) -> None:  # noqa: FBT001 - a table
    """A guest stays a target, known as external by its name; a user type does not tell where a user signs in."""
    made = target(flat(entity), 0, HOME)

    assert made.name
    assert external is made.external


@pytest.mark.parametrize(
    ("entity", "shown"),
    [
        ({"aadUserId": ID.upper(), "UserPrincipalName": "a@b"}, ID.upper()),
        ({"aadUserId": "Eve@contoso.com"}, "Eve@contoso.com"),
        ({"UserPrincipalName": "Alice@contoso.com", "accountName": "alice"}, "Alice@contoso.com"),
        ({"accountName": "Ben", "upnSuffix": "contoso.com"}, "Ben@contoso.com"),
        ({"accountName": "svc", "ntDomain": "CONTOSO", "sid": DOMAIN_SID}, "CONTOSO\\svc"),
        ({"sid": DOMAIN_SID, "friendlyName": "x"}, DOMAIN_SID),
        ({"accountName": "alice", "friendlyName": "Alice"}, "alice"),
        ({"friendlyName": "Alice Example"}, "Alice Example"),
        ({"displayName": "Alice Example"}, "Alice Example"),
        ({"friendlyName": "\x01" * 400 + "x"}, "?" * 320),
        ({"friendlyName": "a\x7f\nb"}, "a??b"),
        ({"objectGuid": ID}, ID),
        ({"aadUserId": ZERO}, ZERO),
        ({}, "account entity 1"),
        ({"displayName": "\ud800"}, "\\ud800"),
        ({"displayName": "x" * 10_000}, "x" * LONGEST_NAME),
    ],
    ids=lambda value: repr(value)[:80],
)
def test_an_account_is_shown_by_its_best_name(entity: Entity, shown: str) -> None:
    """What an operator reads is what decided, or the most telling text there is."""
    assert shown == target(flat(entity), 0, HOME).requested_as


def test_a_search_asks_by_attribute() -> None:
    """The weaker identities carry what the directory is asked, and in which domain."""
    by_sid, by_name = (target(flat(entity), 0, HOME).search for entity in ({"sid": DOMAIN_SID}, {"Name": "C\\svc"}))

    assert Search("onPremisesSecurityIdentifier", DOMAIN_SID, "sid_only") == by_sid
    assert Search("onPremisesSamAccountName", "svc", "onprem_name_only", "C") == by_name


@given(st.uuids())
def test_an_entra_sid_is_an_object_id(guid: uuid.UUID) -> None:
    """The four numbers of an S-1-12-1 SID and the 16 bytes of an object id are each other, both ways."""
    numbers = struct.unpack("<4I", guid.bytes_le)
    sid = "S-1-12-1-" + "-".join(map(str, numbers))

    assert str(guid) == entra_id(sid)
    assert numbers == struct.unpack("<4I", uuid.UUID(entra_id(sid)).bytes_le)


KEYS = ["aadTenantId", "aadUserId", "UserPrincipalName", "accountName", "Name", "upnSuffix", "ntDomain", "dnsDomain"]
MORE_KEYS = ["sid", "objectGuid", "friendlyName", "displayName", "additionalData", "properties", "userType"]
TEXTS = st.sampled_from([ID, ZERO, HOME, AWAY, ENTRA_SID, DOMAIN_SID, GUEST, "a@b", "x$", "NT AUTHORITY\\SYSTEM", "é"])


@given(st.dictionaries(st.sampled_from([*KEYS, *MORE_KEYS]), TEXTS | JSON), st.none() | st.just(HOME))
def test_every_account_becomes_one_target(entity: Entity, home: str | None) -> None:
    """Whatever the fields hold, one of name, search and settled is set, and a label that can be stored."""
    made = target(flat(entity), 0, home)

    assert sum(part is not None for part in (made.name, made.search, made.settled)) == 1
    assert 1 <= len(made.requested_as) <= LONGEST_NAME
    assert made.settled is None or made.settled[0] in {Outcome.EXCLUDED, Outcome.UNRESOLVED}


@pytest.mark.parametrize(
    ("entity", "confirm"),
    [
        ({"accountName": "ben", "upnSuffix": "contoso.com"}, True),
        ({"Name": "ben", "UPNSuffix": "contoso.com", "sid": ENTRA_SID}, True),
        ({"Name": "ben", "UPNSuffix": "contoso.com", "UserPrincipalName": "ben@contoso.com"}, False),
        ({"Name": "ben@contoso.com", "UPNSuffix": "contoso.com"}, False),
        ({"Name": "ben", "UPNSuffix": "contoso.com", "aadUserId": ID}, False),
        ({"sid": ENTRA_SID}, False),
    ],
    ids=repr,
)
def test_a_joined_name_waits_for_the_directory(entity: Entity, confirm: bool) -> None:  # noqa: FBT001 - a table
    """Only a name that was joined with a suffix may be a display name."""
    assert confirm is target(flat(entity), 0, HOME).confirm
