"""Headers hold bytes of every kind; none breaks anything, and none comes back as a header."""

import asyncio
import base64
import json
from collections.abc import Iterator

import pytest
from hypothesis import given, strategies as st
from support.company import ALICE
from support.hostile import HOSTILE
from support.in_process import EVERY_ROLE, Front
from support.strategies import JSON

BODY = json.dumps({"users": [ALICE.id], "reason": "r", "dryRun": True}).encode()
# A header is bytes that the host reads as latin-1.
RAW = st.binary(max_size=200).map(lambda raw: raw.decode("latin-1"))
CLAIM = st.fixed_dictionaries({"typ": st.sampled_from(["oid", "name", "roles", "azp"]) | JSON, "val": JSON})
PRINCIPALS = st.fixed_dictionaries({"claims": st.lists(CLAIM | JSON, max_size=5) | JSON}, optional={"role_typ": JSON})
ENCODED = (PRINCIPALS | JSON).map(lambda said: base64.b64encode(json.dumps(said).encode()).decode())
DOUBTFUL = st.binary(max_size=200).map(lambda raw: base64.b64encode(raw).decode())
VALUES = RAW | ENCODED | DOUBTFUL | st.sampled_from(HOSTILE) | st.just(EVERY_ROLE)
NAMES = ["x-ms-client-principal", "idempotency-key", "content-type", "host", "x-forwarded-for", "accept"]
LEAKS = "\r\n\x00"


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """Return one event loop for all inputs."""
    with asyncio.Runner() as made:
        yield made


@given(
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4), st.sampled_from(["start_run", "sentinel", "list_runs"])
)
def test_no_header_breaks_a_route(runner: asyncio.Runner, headers: dict[str, str], operation: str) -> None:
    """Whatever the headers hold, the answer is one of ours, and what goes out as a header has no line break in it."""
    answer = runner.run(Front().ask(operation, headers={"x-ms-client-principal": EVERY_ROLE, **headers}, body=BODY))

    assert answer.status < 500
    assert answer.status < 400 or answer.status == answer.json["status"]
    assert not any(leak in name + value for name, value in answer.headers.items() for leak in LEAKS)


@given(RAW | DOUBTFUL)
def test_a_header_of_bytes_is_nobody(runner: asyncio.Runner, header: str) -> None:
    """Bytes that name nobody let nobody in: 401, or 403 where by some chance they name somebody without a role."""
    answer = runner.run(Front().ask("list_runs", headers={"x-ms-client-principal": header}))

    assert answer.status in {401, 403}
