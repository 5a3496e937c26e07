"""Requests made from our own document by schemathesis: such as fit it, and such as do not."""

import json
from datetime import timedelta
from typing import Any

import schemathesis
from hypothesis import strategies as st
from properties import DOCUMENT
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi import checks
from support.company import ALICE, BEN, BREAKGLASS, GUEST
from support.fakes import START
from support.strategies import JSON

from local.tenant.certificates import certificate
from revoker.adapters.graph.certificates import trust
from revoker.core.federation import CODES, Domain

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
MORE += [{"reason": "a\r\nb\x1b[2J\u202ec\x9b", "incident": {"title": "d\u2028e\ud800"}}, {"guests": "skip"}]
# The domains that the gate reads here: one rotated an hour ago, one of a provider that nothing tells.
_FRESH = [START - timedelta(minutes=minutes) for minutes in (60, 50, 40)]
_OURS, _NEXT, _THEIRS = (certificate("contoso.com", issued) for issued in _FRESH)
_TRUST = trust(
    {"issuerUri": "http://contoso.com/adfs/services/trust", "signingCertificate": _OURS}
    | {"nextSigningCertificate": _NEXT}
)
FEDERATED = (
    Domain("contoso.com", federated=True, trusts=(_TRUST,)),
    Domain("other.example", federated=True, trusts=(trust({"issuerUri": "urn:x", "signingCertificate": _THEIRS}),)),
)
PRINTS = [one.thumbprint for domain in FEDERATED for trusted in domain.trusts for one in trusted.certificates]
# What a caller tells of the compromise and acknowledges: each field, each code, right, useless and wrong.
TOLD = [
    *({"compromisedAt": when} for when in ("2026-03-01T00:00:00Z", "2026-03-02T08:30:00Z", "2027-01-01T00:00:00Z")),
    *({"compromisedAt": "2026-03-01T00:00:00Z", "rotatedSince": at} for at in ("2026-03-02T08:05:00Z", "2026-02-01")),
    {"rotatedSince": "2026-03-01T00:00:00Z"},
    *({"compromisedThumbprints": some} for some in (PRINTS[:1], ["0" * 64], [PRINTS[0].upper(), "x"])),
    *({"trustedThumbprints": some} for some in (PRINTS, PRINTS[:2], [":".join(["ab"] * 20)], [])),
    *({"compromisedCertificates": [text]} for text in (_OURS, "MII=", "-----BEGIN CERTIFICATE-----")),
    *({"acknowledge": [code]} for code in [*CODES, "federation_forgotten"]),
    {"acknowledge": list(CODES)},
]
KNOWN = st.builds(
    lambda one, other, more, told, also: {"reason": "fuzzed", **one, **other, **more, **told, **also},
    *(st.sampled_from(ASKED), st.sampled_from(ASKED), st.sampled_from(MORE)),
    *(st.sampled_from([{}, *TOLD]), st.sampled_from([{}, *TOLD])),
)


def is_sendable(value: object) -> bool:
    """Whether a client can write the value as JSON, which knows no NaN and no infinity."""
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True


SWEPT = st.builds(
    lambda one, told, cutoff, tick, until: {
        "name": "n",
        "reason": "fuzzed",
        "until": until,
        **one,
        **told,
        **cutoff,
        **tick,
    },
    st.sampled_from(ASKED),
    st.sampled_from([{}, *TOLD]),
    st.sampled_from([{"issuedBefore": "2026-03-01T00:00:00Z"}, {"maxSessionAgeHours": 24}, {}]),
    st.sampled_from([{"everyMinutes": 60}, {"schedule": "0 0 * * * *"}, {"schedule": "0 * * * * *"}, {}]),
    st.sampled_from(
        ["2026-03-20T00:00:00Z", "2026-03-20T00:00:00+02:00", "2027-01-01T00:00:00Z", "2026-03-01T00:00:00Z"]
    ),
)
BODIES = {"start_run": ("RunRequest", KNOWN), "create_sweep": ("SweepRequest", SWEPT)}


def odd_fields(schema: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return at most one field, of the schema's or of none, with anything in it."""
    names = sorted(DOCUMENT["components"]["schemas"][schema]["properties"])
    return st.dictionaries(
        st.sampled_from(names) | st.text(max_size=5), JSON.filter(is_sendable) | st.sampled_from(TEMPTING), max_size=1
    )


# What a parser of times or schedules may trip over.
TEMPTING = [
    *(
        "0 0 * * *",
        "0 0 0 31 2 *",
        "*/0 * * * * *",
        "0 0 0 * * 8",
        "99999999999 * * * * *",
        "0 0 0 1-0 * *",
        "-1 * * * * *",
    ),
    *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-03-01T00:00:00", "2026-02-30T00:00:00Z", 1e308),
]


def cases(name: str) -> st.SearchStrategy[Case]:
    """Return requests that fit the document and that do not; of what starts something also all but right ones."""
    positive = OPERATIONS[name].as_strategy(generation_mode=GenerationMode.POSITIVE)
    if name in WITHOUT_INPUT:
        return positive
    drawn = positive | OPERATIONS[name].as_strategy(generation_mode=GenerationMode.NEGATIVE)
    if name not in BODIES:
        return drawn
    schema, known = BODIES[name]
    return drawn | st.builds(with_people, drawn, known) | st.builds(with_body, positive, known, odd_fields(schema))


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
