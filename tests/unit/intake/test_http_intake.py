"""The body of ``POST /api/runs``: every field's good and bad values, with the path of each error."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st
from support.strategies import JSON

from local.tenant.certificates import certificate
from revoker.core.problems import InvalidError
from revoker.core.request import DisplayName, Incident, Person, Priority, Request, Scope, Target, Trigger
from revoker.intake.certificate_key import key_digest
from revoker.intake.http import parse_run

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RITA = Person("o-1", "Rita")
ID = "2a9f6c31-5e48-4d70-b3c9-f61e8a07d254"
MINIMUM = {"users": ["a@b"], "reason": "r"}
THUMB = "0123456789abcdef0123456789abcdef01234567"


def parsed(**fields: object) -> Request:
    """Return the request in the smallest good body and these fields."""
    return parse_run(MINIMUM | fields, RITA, NOW)


def paths(body: object) -> list[str]:
    """Return the paths of the errors in a body."""
    try:
        parse_run(body, RITA, NOW)
    except InvalidError as error:
        return [path for path, _ in error.errors]
    return []


def test_the_smallest_body() -> None:
    """Users and a reason; everything else is decided later."""
    assert Request(
        trigger=Trigger.HTTP, requested_by=RITA, reason="r", targets=(Target(requested_as="a@b", name="a@b"),)
    ) == parse_run(MINIMUM, RITA, NOW)


def test_the_largest_body() -> None:
    """Every field of the contract, in its place."""
    body = {
        "users": [f" {ID.upper()}", "Alice@Contoso.com"],
        "groups": [ID],
        "roles": [ID, "Privileged"],
        "filter": "accountEnabled eq true",
        "allUsers": True,
        "exclude": {"users": ["Ben@contoso.com", ID], "groups": [ID]},
        "issuedBefore": "2026-03-01T00:00:00Z",
        "compromisedAt": "2026-02-01T00:00:00+01:00",
        "rotatedSince": "2026-02-01T00:00:00Z",
        "compromisedThumbprints": [":".join(THUMB.upper()[i : i + 2] for i in range(0, 40, 2))],
        "compromisedCertificates": [certificate("contoso.com", NOW)],
        "trustedThumbprints": [f"\u200e{THUMB[:20]} {THUMB[20:]}", "ab" * 32],
        "guests": "include",
        "priority": "bulk",
        "dryRun": True,
        "reason": " INC-7 ",
        "incident": {"id": "/x", "number": 7, "title": "T", "url": "https://portal.azure.com/x"},
        "acknowledge": ["federation_not_rotated", "federation_unchecked"],
    }

    assert Request(
        trigger=Trigger.HTTP,
        requested_by=RITA,
        reason="INC-7",
        targets=(
            Target(requested_as=ID.upper(), name=ID),
            Target(requested_as="Alice@Contoso.com", name="alice@contoso.com"),
        ),
        scope=Scope(groups=(ID,), roles=(ID, "privileged"), filter="accountEnabled eq true", all_users=True),
        exclude_users=frozenset({"ben@contoso.com", ID}),
        exclude_groups=(ID,),
        issued_before=datetime(2026, 3, 1, tzinfo=UTC),
        compromised_at=datetime(2026, 1, 31, 23, tzinfo=UTC),
        rotated_since=datetime(2026, 2, 1, tzinfo=UTC),
        compromised_thumbprints=(THUMB,),
        compromised_keys=(key_digest(certificate("contoso.com", NOW)),),
        trusted_thumbprints=(THUMB, "ab" * 32),
        include_guests=True,
        priority=Priority.BULK,
        dry_run=True,
        incident=Incident(id="/x", number=7, title="T", url="https://portal.azure.com/x"),
        acknowledge=("federation_not_rotated", "federation_unchecked"),
    ) == parse_run(body, RITA, NOW)


@pytest.mark.parametrize(
    ("fields", "attribute", "value"),
    [
        ({"guests": "skip"}, "include_guests", False),
        ({"guests": None}, "include_guests", None),
        ({"priority": "urgent"}, "priority", Priority.URGENT),
        ({"dryRun": False}, "dry_run", False),
        ({"dryRun": None}, "dry_run", False),
        ({"issuedBefore": "2026-03-02T09:01:00Z"}, "issued_before", NOW + timedelta(minutes=1)),
        ({"users": None, "allUsers": True}, "targets", ()),
        ({"users": [], "filter": "x"}, "scope", Scope(filter="x")),
        ({"exclude": {}}, "exclude_users", frozenset()),
        ({"exclude": None}, "exclude_groups", ()),
        ({"incident": {}}, "incident", Incident()),
        ({"incident": {"number": None}}, "incident", Incident()),
        ({"reason": "x" * 500}, "reason", "x" * 500),
    ],
    ids=repr,
)
def test_good_values(fields: dict[str, object], attribute: str, value: object) -> None:
    """Null is the same as absent, and the edges of what is allowed are allowed."""
    assert value == getattr(parsed(**fields), attribute)


@pytest.mark.parametrize(
    ("field", "values", "path"),
    [
        ("users", ["a@b", {"a@b": 1}, 5, True, ["a@b"] * 10_001], "users"),
        ("users", [["a@b", "c@d", "e@f", v] for v in ("a@", "", None, 5, [], {}, "a@b@c", "a b@c")], "users[3]"),
        ("users", [["00000000-0000-0000-0000-000000000000"], ["a" * 317 + "@b.c"], ["a@b/c"]], "users[0]"),
        ("groups", [ID, {}, [ID] * 101], "groups"),
        ("groups", [[ID, v] for v in ("", "7", f"{{{ID}}}", None, 1, "x" * 257, "a\u200bb")], "groups[1]"),
        ("roles", ["privileged", [ID] * 101], "roles"),
        ("roles", [[v] for v in ("", "62", None, 1, ID.replace("-", ""))], "roles[0]"),
        ("filter", ["", " ", 5, ["x"], "x" * 1001, "a\x00"], "filter"),
        ("allUsers", ["true", 1, 0, [], {}], "allUsers"),
        ("exclude", [[], "a@b", 5, True], "exclude"),
        ("exclude", [{"users": v} for v in ("a@b", {}, ["a@b"] * 10_001)], "exclude.users"),
        ("exclude", [{"users": [v]} for v in ("ben@", None, 5, '"ben@contoso.com"')], "exclude.users[0]"),
        ("exclude", [{"groups": [ID, v]} for v in ("1", None)], "exclude.groups[1]"),
        ("exclude", [{"user": ["a@b"]}], "exclude.user"),
        ("issuedBefore", ["2026-03-02T09:01:01Z", "2026-03-01", "yesterday", "", 5, {}], "issuedBefore"),
        ("compromisedAt", ["2027-01-01T00:00:00Z", "2026-03-01T00:00:00", 0], "compromisedAt"),
        ("rotatedSince", ["2027-01-01T00:00:00Z", "2026-03-01T00:00:00", 0], "rotatedSince"),
        ("trustedThumbprints", [THUMB, [THUMB] * 501], "trustedThumbprints"),
        ("trustedThumbprints", [[v] for v in (THUMB[1:], THUMB + "0" * 23, None, 5)], "trustedThumbprints[0]"),
        ("compromisedCertificates", ["AAAA", ["AAAA"] * 101], "compromisedCertificates"),
        ("compromisedCertificates", [[v] for v in ("", "AAAA", THUMB, None, 5)], "compromisedCertificates[0]"),
        ("compromisedThumbprints", [THUMB, [THUMB] * 101], "compromisedThumbprints"),
        (
            "compromisedThumbprints",
            [[v] for v in (THUMB[1:], THUMB + "0", "g" * 40, None, 5)],
            "compromisedThumbprints[0]",
        ),
        ("guests", ["Skip", "both", True, [], {}], "guests"),
        ("priority", ["Urgent", "high", 1, [], {}], "priority"),
        ("dryRun", ["true", "false", 1, 0, []], "dryRun"),
        ("reason", [None, "", " ", 5, ["r"], "x" * 501], "reason"),
        ("incident", ["INC-7", 7, []], "incident"),
        ("incident", [{"id": v} for v in ("", 5, "x" * 1001)], "incident.id"),
        ("incident", [{"number": v} for v in ("7", -1, 1.5, True, 10**18)], "incident.number"),
        ("incident", [{"title": v} for v in ("", 5, "x" * 501)], "incident.title"),
        (
            "incident",
            [{"url": v} for v in ("http://x", "javascript:alert(1)", "x", 5, "https://" + "x" * 2000)],
            "incident.url",
        ),
        ("incident", [{"severity": "High"}], "incident.severity"),
        ("acknowledge", ["federation_not_rotated", ["federation_unchecked"] * 11], "acknowledge"),
        ("acknowledge", [[v] for v in ("everything", None, True)], "acknowledge[0]"),
        ("dryrun", [True, None], "dryrun"),
        ("Users", [["a@b"]], "Users"),
        ("", [1], ""),
    ],
)
def test_bad_values(field: str, values: list[object], path: str) -> None:
    """Each wrong value is one error, at its own path."""
    assert [[path]] * len(values) == [paths(MINIMUM | {field: value}) for value in values]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, ["reason"]),
        ({"reason": "r"}, ["users"]),
        ({"reason": "r", "users": []}, ["users"]),
        ({"reason": "r", "users": None, "groups": [], "allUsers": False}, ["users"]),
        ({"reason": "r", "exclude": {"users": ["a@b"]}}, ["users"]),
        ([], ["", "reason"]),
        (None, ["", "reason"]),
        ("text", ["", "reason"]),
        (
            {"users": ["x@", "a@b", "@y"], "dryRun": "yes", "incident": {"url": "x", "z": 1}, "extra": 1},
            ["users[0]", "users[2]", "dryRun", "incident.url", "incident.z", "reason", "extra"],
        ),
    ],
    ids=repr,
)
def test_several_errors_at_once(body: object, wrong: list[str]) -> None:
    """Everything wrong is said in one answer; nobody asked for is an error of its own."""
    assert wrong == paths(body)


def test_ten_thousand_users() -> None:
    """The most that one run takes."""
    assert len(parsed(users=[f"u{number}@contoso.com" for number in range(10_000)]).targets) == 10_000


FIELDS = ["users", "groups", "roles", "filter", "allUsers", "exclude", "issuedBefore", "compromisedAt", "guests"]
MORE_FIELDS = ["priority", "dryRun", "reason", "incident", "acknowledge"]
TRUST_FIELDS = ["compromisedThumbprints", "rotatedSince", "compromisedCertificates", "trustedThumbprints"]
BODIES = st.dictionaries(st.sampled_from([*FIELDS, *MORE_FIELDS, *TRUST_FIELDS]), JSON | st.just(["a@b"]))


@given(JSON | BODIES)
def test_only_an_invalid_error_leaves(body: object) -> None:
    """Whatever JSON comes in, it is a request, or an error with at least one path."""
    try:
        request = parse_run(body, RITA, NOW)
    except InvalidError as error:
        told = len(error.errors)
    else:
        told = len(request.targets) or len(request.display_names) or bool(request.scope)

    assert told


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"user": "ben@contoso.com"}, "unknown field; did you mean users? known are: acknowledge, allUsers,"),
        ({"allusers": True}, "did you mean allUsers?"),
        ({"dry_run": True}, "did you mean dryRun?"),
        ({"hello": 1}, "unknown field; known are: acknowledge"),
        ({"users": "ben@contoso.com"}, "write a list of at most 10,000 items, as in [item, item]"),
        ({"dryRun": "true"}, "write true or false, without quotes"),
        ({"compromisedAt": "2026-02-01T15:00:00"}, "'2026-02-01T15:00:00' has no offset: write 2026-02-01T15:00:00Z"),
        ({"compromisedAt": "2026-02-01"}, "'2026-02-01' has no time of day: write 2026-02-01T00:00:00Z"),
        ({"compromisedAt": "02/01/2026 3pm"}, "'02/01/2026 3pm' is no time: write an RFC 3339 time"),
        ({"compromisedAt": "2027-11-25T15:00:00Z"}, "2027-11-25T15:00:00Z lies ahead, it is 2026-03-02T09:00:00Z"),
        ({"acknowledge": ["gate"]}, "'gate' is no code; known are: federation_not_rotated (a certificate is"),
        ({"trustedThumbprints": ["ab" * 19]}, "has 38 hex digits: write a thumbprint: 40 hex digits (SHA-1) or 64"),
        ({"users": ['"ben@contoso.com"']}, "'\"ben@contoso.com\"' holds a quotation mark (U+0022 QUOTATION MARK)"),
    ],
    ids=repr,
)
def test_an_error_names_what_was_wrong_with_this_value(body: dict[str, object], said: str) -> None:
    """The answer shows the value, says why it is wrong, and what to write instead."""
    with pytest.raises(InvalidError) as raised:
        parse_run(MINIMUM | body, RITA, NOW)
    [(_, message)] = raised.value.errors

    assert said in message


def test_a_rotation_begins_after_the_compromise() -> None:
    """A date before the compromise would let the intruder's certificates pass."""
    times = {"compromisedAt": "2026-02-02T00:00:00Z", "rotatedSince": "2026-02-01T00:00:00Z"}

    assert ["rotatedSince"] == paths(MINIMUM | times)


def test_display_names_are_kept_for_later() -> None:
    """Names that people see are no errors here: they are resolved, or refused with candidates, before a run starts."""
    body = {
        "users": ["a@b", " Ben Mueller "],
        "groups": ["All hands", ID],
        "roles": ["Global Administrator"],
        "exclude": {"users": ["Break Glass"], "groups": ['"Quoted", with a comma']},
        "reason": "r",
    }
    request = parse_run(body, RITA, NOW)

    assert (
        DisplayName("users[1]", "user", "Ben Mueller"),
        DisplayName("groups[0]", "group", "All hands"),
        DisplayName("roles[0]", "role", "Global Administrator"),
        DisplayName("exclude.users[0]", "user", "Break Glass"),
        DisplayName("exclude.groups[0]", "group", '"Quoted", with a comma'),
    ) == request.display_names
    assert (("a@b",), Scope(groups=(ID,))) == (tuple(target.name for target in request.targets), request.scope)


@pytest.mark.parametrize(
    ("body", "lists"),
    [
        ({"users": ["a@b", "Ben Mueller"]}, False),
        ({"roles": ["Global Administrator"]}, True),
        ({"groups": ["All hands"]}, True),
        ({"groups": [ID]}, True),
        ({"allUsers": True}, True),
    ],
)
def test_a_display_name_of_a_scope_is_a_scope(body: dict[str, object], lists: bool) -> None:  # noqa: FBT001 - a table
    """A role by its display name needs the same right to start a run as by its id."""
    assert lists is parse_run({"reason": "r", **body}, RITA, NOW).lists_directory


def test_an_error_about_many_unknown_fields_is_quick() -> None:
    """Only the errors that are shown look for the name that was meant."""
    body = {f"{'u' * 90}{number}": 1 for number in range(20_000)}
    with pytest.raises(InvalidError) as raised:
        parse_run(body, RITA, NOW)

    assert 50 == len(raised.value.errors)
