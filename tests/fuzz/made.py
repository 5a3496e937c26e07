"""Requests made from our own document by schemathesis: such as fit it, and such as do not."""

import json
from typing import Any

import schemathesis
from company import ALICE, BEN, BREAKGLASS, GUEST
from hypothesis import strategies as st
from properties import DOCUMENT
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi import checks
from strategies import JSON

# Who asks is the business of tests/security; here it would only draw inputs to the Authorization header.
SCHEMA = schemathesis.openapi.from_dict({**json.loads(json.dumps(DOCUMENT)), "security": []})
FOUND = [found.ok() for found in SCHEMA.get_all_operations()]
OPERATIONS = {operation.definition.raw["operationId"]: operation for operation in FOUND}
WITHOUT_INPUT = {
    name
    for name, operation in OPERATIONS.items()
    if not operation.definition.raw.get("parameters") and "requestBody" not in operation.definition.raw
}
CHECKS = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]
# A document's texts are seldom anybody's names, so that the way past the parser is shown to it now and then.
PEOPLE = [ALICE.id, BEN.user_principal_name, GUEST.user_principal_name, BREAKGLASS.user_principal_name.upper(), "x@y.z"]
GROUP = "20000000-0000-4000-8000-000000000000"
FILTER = "department eq 'Sales'"
ASKED = [
    *({"users": [name]} for name in PEOPLE),
    *({"groups": [GROUP]}, {"roles": ["privileged"]}, {"filter": FILTER}, {"allUsers": True}),
    *({"groups": [GROUP[::-1]]}, {"filter": "department eq"}, {"users": PEOPLE, "exclude": {"groups": [GROUP]}}),
]
MORE = [{}, {"dryRun": True}, {"guests": "include"}, {"acknowledge": ["federation_not_rotated"]}, {"priority": "bulk"}]
KNOWN = st.builds(
    lambda one, other, more: {"reason": "fuzzed", **one, **other, **more},
    *(st.sampled_from(ASKED), st.sampled_from(ASKED), st.sampled_from(MORE)),
)


def is_sendable(value: object) -> bool:
    """Whether a client can write the value as JSON, which knows no NaN and no infinity."""
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True


FIELDS = st.dictionaries(
    st.sampled_from(sorted(DOCUMENT["components"]["schemas"]["RunRequest"]["properties"])) | st.text(max_size=5),
    JSON.filter(is_sendable),
    max_size=1,
)


def cases(name: str) -> st.SearchStrategy[Case]:
    """Return requests that fit the document and that do not; runs also with somebody's name and one odd field."""
    positive = OPERATIONS[name].as_strategy(generation_mode=GenerationMode.POSITIVE)
    if name in WITHOUT_INPUT:
        return positive
    drawn = positive | OPERATIONS[name].as_strategy(generation_mode=GenerationMode.NEGATIVE)
    if name != "start_run":
        return drawn
    return drawn | st.builds(with_people, drawn, KNOWN) | st.builds(with_body, positive, KNOWN, FIELDS)


def with_people(case: Case, people: dict[str, Any]) -> Case:
    """Return a case whose body, if it is an object, names somebody."""
    if isinstance(case.body, dict):
        case.body = {**case.body, **people}
    return case


def with_body(case: Case, people: dict[str, Any], more: dict[str, Any]) -> Case:
    """Return a case with a body that would be accepted, but for one field."""
    case.body = {**people, **more}
    return case


SHARES = {name: 3.0 if OPERATIONS[name].method == "post" else 1.0 for name in OPERATIONS.keys() - WITHOUT_INPUT}


def share(name: str) -> float:
    """Return an operation's part of the requests: those that start something get three times as many."""
    return SHARES.get(name, 0.0) / sum(SHARES.values())
