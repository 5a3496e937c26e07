"""The contract as a document: valid, in the words of the code, and true of what we render.

That its routes are those declared is held in the real worker (``tests/integration/test_app_in_worker.py``).
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate
from support.strategies import MOMENTS, RUNS, TALLIES, plain, users
from support.sweeping import SWEEPS

from revoker.core.federation import CODES
from revoker.core.outcome import Outcome, User
from revoker.core.pacing import Quota
from revoker.core.pool import Pool
from revoker.core.problems import InvalidError, ProblemError, UnavailableError
from revoker.core.request import MOST_USERS, Person, Priority, Trigger
from revoker.core.run import Run, State
from revoker.core.sweep import Sweep, SweepState
from revoker.core.tally import Tally
from revoker.intake.call import Call, Reply
from revoker.intake.http import parse_run
from revoker.intake.sentinel import OPTIONS
from revoker.intake.sweep import parse_sweep
from revoker.views.status import StatusBasis, status, user
from revoker.views.sweep_status import sweep_status
from revoker.web import boundary, contract

DOCUMENT = plain(contract.document())
SCHEMAS = DOCUMENT["components"]["schemas"]
POOL = Pool(Quota(burst=3000, rate=20, reserve=0.1), Quota(burst=16_200, rate=54, reserve=0))
RECKONING = StatusBasis(POOL)


def schema(name: str) -> Draft202012Validator:
    """Return a validator for one of the contract's schemas."""
    reference = {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]}
    return Draft202012Validator(reference, format_checker=FormatChecker())


def enums(value: object) -> Iterator[list[str]]:
    """Yield every list of words in a document."""
    if isinstance(value, dict):
        if isinstance(value.get("enum"), list):
            yield value["enum"]
        for inner in value.values():
            yield from enums(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from enums(inner)


def known_fields(body: dict[str, object], path: str) -> list[str]:
    """Return the fields that the parser knows of, as it tells whoever sends another."""
    with pytest.raises(InvalidError) as raised:
        parse_run({"reason": "r", "users": ["a@b"], **body}, Person("o", "o"), None)

    return dict(raised.value.errors)[path].partition("known are: ")[2].split(", ")


def test_the_document_is_valid() -> None:
    """OpenAPI 3.1, by the specification's own schema."""
    validate(DOCUMENT)


VOCABULARIES = [State, Outcome, Trigger, Priority, SweepState]


@pytest.mark.parametrize("words", VOCABULARIES, ids=lambda words: words.__name__)
def test_words_are_those_of_the_code(words: type[State]) -> None:
    """Wherever the document lists states, outcomes, triggers or lanes, it lists all of them, in order."""
    theirs = {word.value for others in VOCABULARIES if others is not words for word in others}
    own = next(word.value for word in words if word.value not in theirs)
    listed = [given for given in enums(DOCUMENT) if own in given]

    assert listed
    assert all([word.value for word in words] == given for given in listed)


@given(RUNS, TALLIES)
def test_every_status_is_as_described(run: Run, counted: Tally) -> None:
    """Whatever a run has come to, its status has exactly the fields of the contract, in its forms."""
    counted = Tally(counts=counted.counts, pending=min(counted.pending, counted.total), last_called_at=run.created_at)
    shown = plain(status(run, counted, RECKONING))

    schema("Status").validate(shown)
    assert set(SCHEMAS["Status"]["properties"]) - {"replayed"} == set(shown)


@given(users())
def test_every_user_is_as_described(line: User) -> None:
    """Whatever happened to a user, the line has exactly the fields of the contract, in its forms."""
    shown = plain(user(line))

    schema("User").validate(shown)
    assert set(SCHEMAS["User"]["properties"]) == set(shown)


@given(SWEEPS, MOMENTS, st.none() | st.sampled_from(State))
def test_every_sweep_is_as_described(sweep: Sweep, now: datetime, going: State | None) -> None:
    """Whatever has become of a sweep, it has exactly the fields of the contract, in its forms."""
    shown = plain(sweep_status(sweep, now, going))

    schema("Sweep").validate(shown)
    assert set(SCHEMAS["Sweep"]["properties"]) == set(shown)


def test_a_sweep_is_asked_for_as_described() -> None:
    """What the contract lets into a sweep's body is what the parser reads."""
    with pytest.raises(InvalidError) as raised:
        parse_sweep({"?": 1}, Person("o", "o"), datetime.now(UTC))
    known = dict(raised.value.errors)["?"].partition("known are: ")[2].split(", ")

    assert sorted(SCHEMAS["SweepRequest"]["properties"]) == known


@pytest.mark.parametrize(
    ("body", "path", "properties"),
    [
        ({"?": 1}, "?", SCHEMAS["RunRequest"]["properties"]),
        ({"exclude": {"?": 1}}, "exclude.?", SCHEMAS["RunRequest"]["properties"]["exclude"]["properties"]),
        ({"incident": {"?": 1}}, "incident.?", SCHEMAS["RunRequest"]["properties"]["incident"]["properties"]),
    ],
    ids=["run", "exclude", "incident"],
)
def test_the_parser_knows_the_fields_described(
    body: dict[str, object], path: str, properties: dict[str, object]
) -> None:
    """What the contract lets in is what the parser reads, at every level."""
    assert sorted(properties) == known_fields(body, path)


def test_limits_and_options_are_those_of_the_code() -> None:
    """As many users as a run takes, every acknowledgement, and the Sentinel options."""
    fields = SCHEMAS["RunRequest"]["properties"]
    parameters = DOCUMENT["paths"]["/sentinel"]["post"]["parameters"]

    assert MOST_USERS == fields["users"]["maxItems"] == fields["exclude"]["properties"]["users"]["maxItems"]
    assert list(CODES) == fields["acknowledge"]["items"]["enum"]
    assert sorted(OPTIONS) == sorted(given["name"] for given in parameters if given["in"] == "query")


@pytest.mark.parametrize(
    "error", [InvalidError("d", [("users[3]", "write")]), UnavailableError("d"), ValueError("secret")], ids=repr
)
async def test_every_problem_is_as_described(error: Exception) -> None:
    """What is refused, and what fails, is a problem of the contract's form."""

    async def handle(_call: Call) -> Reply:
        raise error

    reply = await boundary.answer(handle, Call("GET", "http://localhost/api/runs"))

    schema("Problem").validate(plain(reply.payload))


def test_every_operation_says_how_it_can_be_refused() -> None:
    """Operations that need a role describe 401, 403 and 500; each names a role, and only two routes need none."""
    operations = {given["operationId"]: given for item in DOCUMENT["paths"].values() for given in item.values()}
    open_to_all = {name for name, given in operations.items() if given.get("security") == []}

    assert {"health", "openapi"} == open_to_all
    for name in operations.keys() - open_to_all:
        assert {"401", "403", "500"} <= operations[name]["responses"].keys()
        assert "Role: Sessions." in operations[name]["summary"]


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/runs", ["GET", "POST"]),
        ("/runs/anything", ["GET"]),
        ("/runs/x/users", ["GET"]),
        ("/health", ["GET"]),
        ("/openapi.json", ["GET"]),
        ("/", []),
        ("", []),
        ("/run", []),
        ("/runs/x/y/z", []),
    ],
)
def test_methods_of_a_path(path: str, methods: list[str]) -> None:
    """A path of ours has its methods, wherever its parameters stand; any other has none."""
    assert methods == sorted(method.upper() for method in contract.methods(path))


def test_problems_have_their_statuses_described() -> None:
    """No error of ours has a status that no operation mentions."""
    described = {
        int(code) for item in DOCUMENT["paths"].values() for given in item.values() for code in given["responses"]
    }

    assert {error.status for error in ProblemError.__subclasses__()} - described <= {404, 405}
