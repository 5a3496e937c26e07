"""Large bodies: refused by their announced length, before they are read, on every route and by the app once more."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from support.hosting import Host, hosting
from support.in_process import Front

from infra.bicep import KEPT
from local.azurite.process import azurite
from local.host.settings import BODY_LIMIT, DEFAULT_BODY_LIMIT, body_limit
from local.options import Options
from local.serve import Running
from revoker.intake.call import MOST_BYTES

HUGE = 99_000_000


def deployed() -> int:
    """Return the limit in the kept template."""
    [value] = re.findall(rf"'{BODY_LIMIT}', '(\d+)'", KEPT.read_text(encoding="utf-8"))
    return int(value)


def test_the_deployment_and_the_laptop_have_one_limit() -> None:
    """2 MiB: above what the app itself takes, so that a body a little too long is answered with a problem."""
    here = Running(Options()).environment()[BODY_LIMIT]

    assert 2_097_152 == deployed() == int(here)
    assert MOST_BYTES < deployed()


@pytest.mark.parametrize(("text", "limit"), [("1024", 1024), ("", DEFAULT_BODY_LIMIT), ("two", DEFAULT_BODY_LIMIT)])
def test_a_limit_that_is_no_number_is_none(text: str, limit: int) -> None:
    """As in the host's HttpRequestBodySizeMiddleware; then its own 100 MiB hold."""
    assert limit == body_limit({BODY_LIMIT: text})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    """Return a host with the deployment's limit."""
    log = tmp_path_factory.mktemp("bodies") / "host.log"
    settings = {"TICKS": "0 0 0 1 1 *", BODY_LIMIT: str(deployed())}
    flags = ("--create-queues=yes",)
    async with (
        azurite() as storage,
        hosting(storage.connection_string, "bodies", log, *flags, settings=settings) as made,
    ):
        yield made


async def announced(host: Host, method: str, path: str, length: int) -> bytes:
    """Announce a body, send none of it, and return the first line of the answer."""
    place = urlsplit(host.api)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    head = f"{method} {path} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Length: {length}\r\n\r\n"
    writer.write(head.encode())
    async with asyncio.timeout(5):
        line = await reader.readline()
    writer.close()
    return line


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("method", "path"), [("POST", "/api/echo/x"), ("GET", "/api/seen"), ("DELETE", "/api/none")])
async def test_a_huge_body_is_refused_before_it_is_sent(host: Host, method: str, path: str) -> None:
    """No route waits for it, whether it takes a body or not: there is nothing to keep."""
    assert b" 500 " in await announced(host, method, path, HUGE)
    assert b" 500 " in await announced(host, method, path, deployed() + 1)


@pytest.mark.parametrize("operation", ["start_run", "sentinel", "create_sweep"])
async def test_a_body_below_the_hosts_limit_is_measured_by_the_app(operation: str) -> None:
    """413, with a sentence; nothing of it is parsed."""
    answer = await Front().ask(operation, body=json.dumps({"x": "y" * MOST_BYTES}).encode())

    assert (413, "Body too large") == (answer.status, answer.json["title"])
