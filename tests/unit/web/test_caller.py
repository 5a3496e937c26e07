"""Who is asking, as App Service Authentication says it: fail closed."""

import base64
import json

import pytest
from hypothesis import given, strategies as st
from support.strategies import JSON, TEXTS

from revoker.core.problems import ForbiddenError, ProblemError, UnauthenticatedError, UnavailableError
from revoker.core.request import Person
from revoker.settings import load
from revoker.web.caller import Caller, Role, caller

IN_AZURE = load({"WEBSITE_SITE_NAME": "revoker", "WEBSITE_AUTH_ENABLED": "true"})
AUTH_OFF = load({"WEBSITE_SITE_NAME": "revoker", "WEBSITE_AUTH_ENABLED": "false"})
ON_LAPTOP = load({"REVOKER_AUTH": "none"})
ROLE_URI = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"
OID_URI = "http://schemas.microsoft.com/identity/claims/objectidentifier"
ALL = {"Sessions.Read", "Sessions.Revoke", "Sessions.RevokeAll"}


def encoded(principal: object) -> str:
    """Return a principal as the platform's header carries it."""
    return base64.b64encode(json.dumps(principal).encode()).decode()


def claims(*pairs: tuple[object, object], **more: object) -> str:
    """Return a header with claims."""
    return encoded({"auth_typ": "aad", "claims": [{"typ": typ, "val": val} for typ, val in pairs], **more})


def asked_with(header: str | None, settings: object = IN_AZURE) -> Caller:
    """Return who asks with a header."""
    return caller({} if header is None else {"x-ms-client-principal": header}, settings)


@pytest.mark.parametrize(
    ("header", "person", "roles"),
    [
        (claims(("oid", "o-1"), ("roles", "Sessions.Read")), Person("o-1", "o-1"), {"Sessions.Read"}),
        (claims(("oid", "o-1"), ("name", "Rita"), ("roles", "x"), ("roles", "y")), Person("o-1", "Rita"), {"x", "y"}),
        (claims((OID_URI, "o-1"), ("preferred_username", "rita@c")), Person("o-1", "rita@c"), set()),
        (claims(("oid", "o-1"), ("name", "Rita"), ("upn", "rita@c")), Person("o-1", "rita@c"), set()),
        (claims(("oid", "o-1"), (ROLE_URI, "Sessions.Read")), Person("o-1", "o-1"), {"Sessions.Read"}),
        (claims(("oid", "o-1"), ("role", "r"), role_typ="role"), Person("o-1", "o-1"), {"r"}),
        (claims(("oid", "o-1"), ("role", "r")), Person("o-1", "o-1"), set()),
        (claims(("oid", "o-1"), ("role", "r"), role_typ=None), Person("o-1", "o-1"), set()),
        (claims(("azp", "a-1"), ("roles", "Sessions.Revoke")), Person("a-1", "a-1"), {"Sessions.Revoke"}),
        (claims(("oid", "sp-1"), ("appid", "a-1")), Person("sp-1", "a-1"), set()),
        (claims(("oid", ""), ("azp", "a-1")), Person("a-1", "a-1"), set()),
        (claims(("oid", "o-1"), ("roles", ["Sessions.Read"]), (5, "x"), ("roles", 7)), Person("o-1", "o-1"), set()),
    ],
    ids=range(12),
)
def test_each_principal(header: str, person: Person, roles: set[str]) -> None:
    """Users and applications, short claim names and long ones, and the role claim by whatever name it has."""
    assert Caller(person, frozenset(roles)) == asked_with(header)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        " ",
        "garbage",
        "äöü",
        "\x00",
        "e30",
        claims(),
        claims(("name", "Rita"), ("roles", "Sessions.Read")),
        claims(("oid", ""), ("roles", "Sessions.Read")),
        claims(("oid", None)),
        claims(("OID", "o-1")),
        encoded(None),
        encoded([]),
        encoded("text"),
        encoded(5),
        encoded({}),
        encoded({"claims": None}),
        encoded({"claims": 5}),
        encoded({"claims": "oid"}),
        encoded({"claims": {"typ": "oid", "val": "o-1"}}),
        encoded({"claims": [None]}),
        encoded({"claims": ["oid"]}),
        encoded({"claims": [["oid", "o-1"]]}),
        encoded({"claims": [{"typ": "oid"}]}),
        encoded({"claims": [{"typ": "oid", "val": "o-1"}, {}]}),
        base64.b64encode(b"\xff\xfe").decode(),
        base64.b64encode(b"[" * 100_000).decode(),
        "A" * 1_000_000,
        claims(("oid", "o-1"))[:-4] + "!!!!",
    ],
    ids=lambda header: repr(header)[:50],
)
@pytest.mark.parametrize("settings", [IN_AZURE, load({})], ids=["azure", "laptop"])
def test_nobody_is_signed_in(header: str | None, settings: object) -> None:
    """Without a header that names somebody, nobody asks: 401, wherever authentication is enforced."""
    with pytest.raises(UnauthenticatedError):
        asked_with(header, settings)


@pytest.mark.parametrize("header", [None, claims(("oid", "o-1"), ("roles", "Sessions.RevokeAll")), "garbage"])
def test_a_header_that_could_be_forged(header: str | None) -> None:
    """In Azure with authentication off, the finest header opens nothing: 503."""
    with pytest.raises(UnavailableError):
        asked_with(header, AUTH_OFF)


def test_a_laptop_may_do_everything() -> None:
    """REVOKER_AUTH=none: whoever sends no header is local, with every role; a header is still read."""
    assert Caller(Person("local", "local"), frozenset(ALL)) == asked_with(None, ON_LAPTOP)
    assert Caller(Person("o-1", "o-1"), frozenset()) == asked_with(claims(("oid", "o-1")), ON_LAPTOP)


@pytest.mark.parametrize(
    ("roles", "may"),
    [
        ((), ()),
        (("Sessions.Read",), ("Sessions.Read",)),
        (("Sessions.Revoke",), ("Sessions.Revoke",)),
        (("Sessions.RevokeAll",), ("Sessions.RevokeAll", "Sessions.Revoke")),
        (("Sessions.Read", "Sessions.RevokeAll"), tuple(Role)),
        (("sessions.read", "Sessions.Revokes", "admin", "*"), ()),
    ],
    ids=repr,
)
def test_the_roles(roles: tuple[str, ...], may: tuple[str, ...]) -> None:
    """RevokeAll includes Revoke; neither includes reading; a role is its exact word."""
    allowed = set()
    for role in Role:
        try:
            Caller(Person("o", "o"), frozenset(roles)).must_have(role)
            allowed.add(role)
        except ForbiddenError as error:
            assert role in error.detail  # noqa: PT017 - the refusal names what is missing

    assert set(may) == allowed


PRINCIPALS = st.fixed_dictionaries(
    {"claims": st.lists(st.fixed_dictionaries({"typ": JSON | st.just("oid"), "val": JSON}) | JSON) | JSON},
    optional={"role_typ": JSON},
)


@given(TEXTS | st.binary().map(lambda raw: base64.b64encode(raw).decode()) | (JSON | PRINCIPALS).map(encoded))
def test_no_header_raises_anything_but_a_problem(header: str) -> None:
    """Whatever the header holds, somebody asks or a problem is raised."""
    try:
        person = asked_with(header).person
    except ProblemError:
        person = Person("nobody", "nobody")

    assert person.id
    assert person.name
