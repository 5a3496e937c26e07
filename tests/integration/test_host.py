"""What the embedded host does with requests, messages and timers, on the real worker library and Azurite."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
import yarl
from support.hosting import LEASE_SECONDS, Host, hosting, until

from local.azurite.process import azurite

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    """Return one host for all tests here."""
    log = tmp_path_factory.mktemp("host") / "host.log"
    async with azurite() as storage, hosting(storage.connection_string, "work", log, "--create-queues=yes") as running:
        yield running


async def test_a_request_reaches_the_function_as_it_was_sent(host: Host) -> None:
    """Route parameters, repeated query names, headers and body arrive, and the whole answer returns."""
    url = f"{host.api}/echo/Ada%20L?x=1&x=2"
    async with host.client.post(url, data=b"caf\xc3\xa9", headers={"X-Colour": "red"}) as answer:
        assert (201, "echo", "application/json") == (answer.status, answer.headers["X-From"], answer.content_type)
        expected = {"name": "Ada L", "url": url, "query": {"x": "1,2"}, "header": "red", "body": "café"}
        assert expected == await answer.json()


async def test_empty_query_values_are_gone_from_all_but_the_url(host: Host) -> None:
    """The function cannot tell `?dryRun=` from no query at all, unless it reads the URL."""
    url = f"{host.api}/echo/x?dryRun=&bare&mixed=&mixed=1&kept=0"
    async with host.client.post(yarl.URL(url, encoded=True)) as answer:
        said = await answer.json()

    assert ({"mixed": "1", "kept": "0"}, url) == (said["query"], said["url"])


async def test_a_chunked_body_arrives_empty(host: Host) -> None:
    """Only a body whose length was announced is read."""

    async def chunks() -> AsyncIterator[bytes]:
        yield b"some"
        yield b"thing"

    async with host.client.post(f"{host.api}/echo/x", data=chunks()) as answer:
        assert (201, "") == (answer.status, (await answer.json())["body"])


async def test_an_encoded_slash_stays_encoded(host: Host) -> None:
    """Everything else in a route value is decoded."""
    async with host.client.post(yarl.URL(f"{host.api}/echo/a%2Fb%40c", encoded=True)) as answer:
        assert (await answer.json())["name"] == "a%2Fb@c"


async def test_the_body_of_a_message_overwrites_its_properties(host: Host) -> None:
    """Its top-level keys are merged into the metadata, so that it can claim another count of tries."""
    await host.send('{"dequeueCount": 7}')

    async def done() -> bool:
        return bool([entry for entry in (await host.seen())["work"] if entry.startswith("{")])

    await until(done)
    assert '{"dequeueCount": 7} 7' in (await host.seen())["work"]


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/api/echo/fixed", 200, "GET"),
        ("DELETE", "/api/echo/fixed", 405, "no DELETE echo/fixed"),
        ("GET", "/api/no/such", 405, "no GET no/such"),
        ("GET", "/api/no%0Asuch", 405, "no GET no\nsuch"),
        ("GET", "/api", 405, "no GET path"),
        ("GET", "/api/early/fixed", 200, "all {'rest': 'fixed'}"),
        ("GET", "/api/early", 200, "all {}"),
        ("GET", "/api/no-content/-", 204, ""),
        ("GET", "/api/no-content/text", 500, ""),
        ("GET", "/api/broken", 500, ""),
        ("GET", "/elsewhere", 404, ""),
    ],
)
async def test_every_request_gets_one_answer(host: Host, method: str, path: str, status: int, body: str) -> None:
    """A thread function answers, a catch-all takes what comes behind its name, a raised exception stays inside."""
    async with host.client.request(method, host.api.removesuffix("/api") + path) as answer:
        assert (status, body) == (answer.status, await answer.text())


async def test_what_a_function_raised_is_in_the_log(host: Host) -> None:
    """The caller gets an empty 500; the operator gets the trace."""
    async with host.client.get(f"{host.api}/broken"):
        pass

    lines = [json.loads(line) for line in host.log.read_text().splitlines()]
    failure = next(line for line in lines if line.get("function") == "broken")
    assert ("error", "invocation_failed") == (failure["level"], failure["message"])
    assert "secret detail" in failure["trace"]


async def test_messages_are_done_once_and_deleted(host: Host) -> None:
    """More messages than a batch are all handed over, and none is left."""
    texts = [f"good-{number}" for number in range(20)]
    await host.send(*texts)

    async def done() -> bool:
        return await host.left() == 0

    await until(done)
    assert sorted(f"{text} 1" for text in texts) == sorted(
        entry for entry in (await host.seen())["work"] if entry.startswith("good")
    )


async def test_a_failing_message_is_poison_after_its_last_try(host: Host) -> None:
    """Five tries, then the poison queue, whose own function gets it as it was."""
    await host.send("bad")

    async def poisoned() -> bool:
        return "bad" in (await host.seen())["poison"]

    await until(poisoned)
    entries = [entry for entry in (await host.seen())["work"] if entry.startswith("bad")]
    assert [f"bad {count}" for count in range(1, 6)] == entries
    assert await host.left() == 0


async def test_a_message_that_is_not_base64_reaches_no_function(host: Host) -> None:
    """It goes to the poison queue at once and stays there: not even the poison function can be given it."""
    await host.queue.send_message("{plain text}")

    async def moved() -> bool:
        return (await host.left(), await host.left("-poison")) == (0, 1)

    await until(moved)
    seen = await host.seen()
    assert not [entry for entry in seen["work"] + seen["poison"] if "plain" in entry]


async def test_a_long_function_keeps_its_message_and_blocks_nobody(host: Host) -> None:
    """The lease is renewed, so nobody else gets the message; meanwhile HTTP answers."""
    await host.send(f"slow{1.75 * LEASE_SECONDS}")

    async def begun() -> bool:
        return bool([entry for entry in (await host.seen())["work"] if entry.startswith("slow")])

    async def done() -> bool:
        return await host.left() == 0

    await until(begun)
    await until(done)
    entries = [entry for entry in (await host.seen())["work"] if entry.startswith("slow")]
    assert [f"slow{1.75 * LEASE_SECONDS} 1"] == entries


async def test_the_timer_fires_every_second(host: Host) -> None:
    """Three ticks take between two and four seconds, and none fires twice."""
    before = len((await host.seen())["tick"])
    begun = asyncio.get_running_loop().time()

    async def ticked() -> bool:
        return len((await host.seen())["tick"]) >= before + 3

    await until(ticked)
    assert 1.9 <= asyncio.get_running_loop().time() - begun <= 4
