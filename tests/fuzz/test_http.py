"""A share of it over real HTTP: the embedded host, its routing, real queues and tables."""

import asyncio
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

import aiohttp
import pytest
import requests
from azure.data.tables.aio import TableServiceClient
from azure.storage.queue.aio import QueueServiceClient
from effort import effort
from hypothesis import assume, given, strategies as st
from made import OPERATIONS, cases, share
from mutation import payloads
from properties import DOCUMENT, does_not_break, refuses_properly
from schemathesis import Case
from support.in_process import EVERY_ROLE, Answer
from support.live import SELDOM
from yarl import URL

from local.serve import Options, Running, serving

SETTINGS = {"REVOKER_AUTH": "easyauth", "REVOKER_VERIFY_DELAYS": "1,1", **SELDOM}
METHODS = st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
SEGMENTS = st.sampled_from([part for path in DOCUMENT["paths"] for part in path.strip("/").split("/")]) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=12
)
ODD = st.sampled_from(["%", "%zz", "%00", "%2e%2e", "..", "//", ";a=b", "%ff", "a" * 3000, "?a=%", "?limit=1&limit=2"])
PATHS = st.builds(
    lambda parts, odd: "/".join(quote(part, safe="") for part in parts) + odd,
    st.lists(SEGMENTS, max_size=4),
    st.just("") | ODD,
)


# Bytes of a request line, with room for the method and the version: Kestrel's MaxRequestLineSize is 8,192.
_LONGEST_LINE = 8_000

# A payload may be a megabyte, and a failure must show why, not that it is long.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")


@dataclass
class Served:
    """Everything running, and the ids of the runs it said it had started."""

    running: Running
    client: aiohttp.ClientSession
    runner: asyncio.Runner
    started: set[str] = field(default_factory=set)

    async def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """Send bytes as they are."""
        sent = {**headers, "x-ms-client-principal": EVERY_ROLE}
        async with self.client.request(
            method, URL(url, encoded=True), data=io.BytesIO(body), headers=sent, allow_redirects=False
        ) as response:
            answer = Answer(response.status, dict(response.headers), response.content_type, await response.read())
        if method == "POST" and answer.status in {200, 202}:
            self.started.add(answer.json["runId"])
        return answer

    async def runs_kept(self) -> set[str]:
        """Return the ids of all runs in the real ledger."""
        async with TableServiceClient.from_connection_string(self.running.storage) as service:
            rows = service.get_table_client("ledger").query_entities("PartitionKey eq 'run'")
            return {row["id"] async for row in rows if not row["RowKey"].startswith("key-")}

    async def poison(self) -> dict[str, int]:
        """Return what lies in the poison queues."""
        async with QueueServiceClient.from_connection_string(self.running.storage) as service:
            names = [queue.name async for queue in service.list_queues() if queue.name.endswith("-poison")]
            kept = {name: await service.get_queue_client(name).get_queue_properties() for name in names}
        return {
            name: queue.approximate_message_count for name, queue in kept.items() if queue.approximate_message_count
        }


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Run everything, on an event loop that Hypothesis's inputs can be run on one by one."""
    log = tmp_path_factory.mktemp("fuzz") / "children.log"
    options = Options(users=50, settings=SETTINGS, log=log)
    with asyncio.Runner() as runner:
        everything = serving(options)
        running = runner.run(everything.__aenter__())
        client = runner.run(_client())
        yield Served(running, client, runner)
        runner.run(client.close())
        runner.run(everything.__aexit__(None, None, None))


async def _client() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(auto_decompress=False, skip_auto_headers=["Content-Type"])


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_no_request_breaks_a_route_over_http(name: str, served: Served, count: Counter[str]) -> None:
    """No 5xx, and every refusal is a problem, with the host's own routing and decoding between."""

    @effort(0.03 * share(name))
    @given(cases(name))
    def attempt(case: Case) -> None:
        made = case.as_transport_kwargs(base_url=served.running.api)
        try:
            sent = requests.Request(**made).prepare()
        except requests.exceptions.InvalidHeader:
            assume(condition=False)  # no client can send it
        # The web server answers a longer request line itself, Kestrel in Azure as the embedded host's here (8 KiB), in
        # words of its own: such a request never comes to a route. The routes' own fuzz tests have no such limit.
        assume(len(str(sent.path_url)) < _LONGEST_LINE)
        body = sent.body.encode() if isinstance(sent.body, str) else sent.body or b""
        headers = {key: str(value) for key, value in sent.headers.items() if key.lower() != "content-length"}
        count[name] += 1
        answer = served.runner.run(served.send(str(sent.method), str(sent.url), headers, body))

        does_not_break(answer, case.operation.definition.raw)
        refuses_properly(answer)

    attempt()


@pytest.mark.timeout(600)
def test_no_payload_breaks_the_intake_over_http(served: Served, count: Counter[str]) -> None:
    """A spoilt Sentinel payload is accepted or refused, and nothing else."""

    @effort(0.01)
    @given(payloads())
    def attempt(body: bytes) -> None:
        count["sentinel"] += 1
        url = f"{served.running.api}/sentinel?dryRun=true"
        answer = served.runner.run(served.send("POST", url, {"Content-Type": "application/json"}, body))

        does_not_break(answer, DOCUMENT["paths"]["/sentinel"]["post"])
        refuses_properly(answer)

    attempt()


@pytest.mark.timeout(600)
def test_no_address_breaks_the_routing(served: Served, count: Counter[str]) -> None:
    """Whatever method and path, ours or not, the answer is ours: no 5xx, and a problem where it has a body."""

    @effort(0.02)
    @given(METHODS, PATHS)
    def attempt(method: str, path: str) -> None:
        count["addresses"] += 1
        answer = served.runner.run(served.send(method, f"{served.running.api}/{path}", {}, b""))

        does_not_break(answer, {"responses": ["503"] if path.startswith("health") else []})
        if method != "HEAD":
            refuses_properly(answer)

    attempt()


def test_nothing_was_written_that_was_not_accepted(served: Served) -> None:
    """After all of that, the ledger holds the runs that were accepted and not one more, and nothing is poison."""
    assert served.started == served.runner.run(served.runs_kept())
    assert {} == served.runner.run(served.poison())
