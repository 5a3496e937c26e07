"""The body of ``POST /api/runs``: every field's good and bad values, with the path of each error."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st
from support.strategies import JSON

from revoker.core.errors import InvalidError
from revoker.core.request import Incident, Person, Priority, Request, Scope, Target, Trigger
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
        "roles": [ID, "privileged"],
        "filter": "accountEnabled eq true",
        "allUsers": True,
        "exclude": {"users": ["Ben@contoso.com", ID], "groups": [ID]},
        "issuedBefore": "2026-03-01T00:00:00Z",
        "compromisedAt": "2026-02-01T00:00:00+01:00",
        "compromisedThumbprints": [":".join(THUMB.upper()[i : i + 2] for i in range(0, 40, 2))],
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
        compromised_thumbprints=(THUMB,),
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
        ("users", [["a@b", "c@d", "e@f", v] for v in ("alice", "", None, 5, [], {}, "a@b@c", "a b@c")], "users[3]"),
        ("users", [["00000000-0000-0000-0000-000000000000"], ["a" * 317 + "@b.c"], ["a@b/c"]], "users[0]"),
        ("groups", [ID, {}, [ID] * 101], "groups"),
        ("groups", [[ID, v] for v in ("Admins", "a@b", None, 1)], "groups[1]"),
        ("roles", ["privileged", [ID] * 101], "roles"),
        ("roles", [[v] for v in ("Privileged", "Global Administrator", None, 1)], "roles[0]"),
        ("filter", ["", " ", 5, ["x"], "x" * 1001, "a\x00"], "filter"),
        ("allUsers", ["true", 1, 0, [], {}], "allUsers"),
        ("exclude", [[], "a@b", 5, True], "exclude"),
        ("exclude", [{"users": v} for v in ("a@b", {}, ["a@b"] * 10_001)], "exclude.users"),
        ("exclude", [{"users": [v]} for v in ("ben", None, 5)], "exclude.users[0]"),
        ("exclude", [{"groups": [ID, v]} for v in ("Admins", None)], "exclude.groups[1]"),
        ("exclude", [{"user": ["a@b"]}], "exclude.user"),
        ("issuedBefore", ["2026-03-02T09:01:01Z", "2026-03-01", "yesterday", "", 5, {}], "issuedBefore"),
        ("compromisedAt", ["2027-01-01T00:00:00Z", "2026-03-01T00:00:00", 0], "compromisedAt"),
        ("compromisedThumbprints", [THUMB, [THUMB] * 101], "compromisedThumbprints"),
        (
            "compromisedThumbprints",
            [[v] for v in (THUMB[1:], THUMB + "0", "g" * 40, None, 5)],
            "compromisedThumbprints[0]",
        ),
        ("guests", ["Skip", "both", True, [], {}], "guests"),
        ("priority", ["Urgent", "high", 1, [], {}], "priority"),
        ("dryRun", ["true", "false", 1, 0, []], "dryRun"),
        ("reason", [None, "", " ", 5, ["r"], "x" * 501, "\x1b[31m"], "reason"),
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
            {"users": ["x", "a@b", "y"], "dryRun": "yes", "incident": {"url": "x", "z": 1}, "extra": 1},
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
MORE_FIELDS = ["compromisedThumbprints", "priority", "dryRun", "reason", "incident", "acknowledge"]
BODIES = st.dictionaries(st.sampled_from([*FIELDS, *MORE_FIELDS]), JSON | st.just(["a@b"]))


@given(JSON | BODIES)
def test_only_an_invalid_error_leaves(body: object) -> None:
    """Whatever JSON comes in, it is a request, or an error with at least one path."""
    try:
        request = parse_run(body, RITA, NOW)
    except InvalidError as error:
        told = len(error.errors)
    else:
        told = len(request.targets) or bool(request.scope)

    assert told
