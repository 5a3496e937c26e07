"""Every route, driven from our own document: schemathesis makes requests that fit it and requests that do not."""

import asyncio
from collections import Counter
from urllib.parse import unquote

import pytest
import requests
from effort import effort
from hypothesis import given, strategies as st
from jsonschema import Draft202012Validator
from made import CHECKS, FEDERATED, FILTER, GROUP, OPERATIONS, TOLD, cases, share
from properties import DOCUMENT, could_be_stored, does_not_break, leaves_nothing, refuses_properly
from schemathesis import Case
from schemathesis.core import NotSet
from schemathesis.core.transport import Response
from support.company import ALICE, BEN, BREAKGLASS, CROWD, GUEST, World
from support.in_process import EVERY_ROLE, ROOT, Answer, Front, query_of
from support.sweeping import a_spec

from revoker.core.federation import CODES
from revoker.core.request import Person
from revoker.intake.trust_fields import TRUST_FIELDS
from revoker.respond.sweeps import manage as sweep


def breaks_the_body(case: Case) -> bool:
    """Whether the body is one that the document does not allow; formats are left aside, and null is as if absent."""
    declared = case.operation.definition.raw.get("requestBody")
    if declared is None or isinstance(case.body, NotSet | bytes):
        return False
    schema = {**declared["content"]["application/json"]["schema"], "components": DOCUMENT["components"]}
    return not Draft202012Validator(schema).is_valid(_given(case.body))


def _given(value: object) -> object:
    if isinstance(value, dict):
        return {key: _given(inner) for key, inner in value.items() if inner is not None}
    return [_given(inner) for inner in value] if isinstance(value, list) else value


RITA = "11111111-2222-4333-8444-555555555555"
TAKEN = "taken"


async def ask(front: Front, name: str, case: Case) -> tuple[Answer, Response]:
    """Send a case as it would go over the wire, to the function of its name."""
    made = case.as_transport_kwargs(base_url=ROOT)
    sent = requests.Request(**made).prepare()
    headers = {key.lower(): _text(value) for key, value in sent.headers.items()}
    body = sent.body.encode() if isinstance(sent.body, str) else sent.body or b""
    params = {key: unquote(str(value)) for key, value in (case.path_parameters or {}).items()}
    answer = await front.ask(
        name, params=params, query=query_of(str(sent.url)), headers={**headers, "x-ms-client-principal": EVERY_ROLE},
        body=body, path=case.formatted_path,
    )  # fmt: skip
    return answer, _response(answer, sent)


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _response(answer: Answer, sent: requests.PreparedRequest) -> Response:
    headers = {key.lower(): [value] for key, value in {**answer.headers, "Content-Type": answer.media_type}.items()}
    return Response(answer.status, headers, answer.body, sent, elapsed=0.0, verify=False)


async def peopled(name: str) -> tuple[Front, list[str]]:
    """Return a front with runs and sweeps that go on, do not, and wait for a second person; and the ids of one kind."""
    front = Front(World(approval_above=10))
    front.world.graph_listings.groups = {GROUP: [ALICE.id, GUEST.id]}
    front.world.graph_listings.filters = {FILTER: [BEN.id]}
    front.world.graph_listings.verified = FEDERATED
    ended = await front.world.start(ALICE.id, GUEST.user_principal_name)
    await front.world.step()
    going = await front.world.start(BEN.id)
    front.world.outbox.take()
    waiting = await front.world.start(*(user.id for user in CROWD[:11]))
    await front.world.ledger.claim(f"{RITA}:{TAKEN}", ended.id, "another body")
    tools, sweeps = front.world.tools, front.sweeps
    swept, paused = [await sweep.create(a_spec(ALICE.id, name=name), sweeps, tools) for name in ("one", "two")]
    await sweep.pause(paused, Person("id-1", "Rita Responder"), sweeps, tools.clock.now())
    large = await sweep.create(a_spec(*(user.id for user in CROWD[:11])), sweeps, tools)
    ids = [swept.id, paused.id, large.id] if "sweep" in name else [ended.id, going.id, waiting.id]
    return front, ids


async def holds(name: str, case: Case, run: int | None, key: str | None) -> None:
    """Try one request; ``run`` says to ask about what exists instead, ``key`` to use one that is taken."""
    front, known = await peopled(name)
    if key is not None and case.method == "POST":
        case.headers["Idempotency-Key"] = key
    if run is not None and "id" in (case.path_parameters or {}):
        case.path_parameters["id"] = known[run]
    before = front.written()
    answer, response = await ask(front, name, case)

    does_not_break(answer, case.operation.definition.raw)
    refuses_properly(answer)
    case.validate_response(response, checks=CHECKS)
    assert answer.status >= 400 or not breaks_the_body(case)
    if answer.status >= 400 or case.method == "GET":
        leaves_nothing(before, front)
    could_be_stored(front)
    if answer.status == 202:
        await front.world.step()
        await front.world.step()
        assert BREAKGLASS.id not in front.world.graph_users.revoked


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_no_request_breaks_a_route(name: str, count: Counter[str], runner: asyncio.Runner) -> None:
    """No 5xx; what is refused is a problem and leaves no row and no message; answers are as the document says."""

    @effort(0.4 * share(name))
    @given(cases(name), st.none() | st.sampled_from([0, 1, 2]), st.sampled_from([None, None, None, TAKEN]))
    def attempt(case: Case, run: int | None, key: str | None) -> None:
        count[name] += 1
        runner.run(holds(name, case, run, key))

    attempt()


def test_every_field_of_the_gate_is_drawn() -> None:
    """A field or code that is new is made up too, right and wrong, for runs and for sweeps."""
    drawn = {name for told in TOLD for name in told}
    codes = {code for told in TOLD for code in told.get("acknowledge", ())}

    assert {*TRUST_FIELDS, "acknowledge"} == drawn
    assert set(CODES) < codes
    assert drawn <= set(DOCUMENT["components"]["schemas"]["RunRequest"]["properties"])
    assert drawn <= set(DOCUMENT["components"]["schemas"]["SweepRequest"]["properties"])
