"""The simulated tenant as other processes meet it: a command, a socket, HTTP."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from json import JSONDecodeError, loads
from typing import Any

import pytest
from aiohttp import ClientConnectionError, ClientSession
from yarl import URL

from local.tenant import server
from local.tenant.tenant import Settings, Tenant
from local.tenant.visitor import revocation

ALICE = "alice@contoso.com"


@dataclass
class Neighbour:
    """Another process's view of a running tenant."""

    root: str
    session: ClientSession
    token: str = ""

    async def ask(
        self, method: str, path: str, json: object = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any, dict[str, str]]:
        """Send a request, exactly as encoded, and read the answer."""
        headers = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        url = URL(path if path.startswith("http") else f"{self.root}{path}", encoded=True)
        async with self.session.request(method, url, headers=headers, json=json) as answer:
            text = await answer.text()
            payload = loads(text) if "json" in answer.content_type else text
            return answer.status, payload, dict(answer.headers)

    async def log_in(self) -> None:
        """Get a token from the identity endpoint."""
        path = "/msi/token?api-version=2019-08-01&resource=https://graph.microsoft.com"
        _, answer, _ = await self.ask("GET", path, headers={"X-IDENTITY-HEADER": "x"})
        self.token = answer["access_token"]


@pytest.fixture
async def neighbour() -> AsyncIterator[Neighbour]:
    """Start a tenant on a free port and log in."""
    runner, port = await server.start(Tenant(Settings(users=200), time.time()), 0)
    async with ClientSession() as session:
        neighbour = Neighbour(f"http://127.0.0.1:{port}", session)
        await neighbour.log_in()
        yield neighbour
    await runner.cleanup()


async def test_a_revocation_over_http(neighbour: Neighbour) -> None:
    """Revoke, read back, and ask the journal whether it is true."""
    started = int(time.time())
    status, body, headers = await neighbour.ask(
        "POST", f"/v1.0/users/{ALICE}/revokeSignInSessions", json={}, headers={"client-request-id": "mine"}
    )
    _, seen, _ = await neighbour.ask("GET", f"/v1.0/users/{ALICE}?$select=signInSessionsValidFromDateTime")
    _, truth, _ = await neighbour.ask("GET", f"/_journal/users/{ALICE}")

    assert (status, body["value"]) == (200, True)
    assert {"request-id", "Date", "x-ms-resource-unit"} <= headers.keys()
    assert headers["client-request-id"] == "mine"
    assert truth["validFrom"] == seen["signInSessionsValidFromDateTime"]
    assert truth["accepted"] == 1
    assert truth["acceptedAt"][0] >= started


@pytest.mark.parametrize(
    "path",
    [
        "/v1.0/users/dana_fabrikam.com%23EXT%23%40contoso.onmicrosoft.com",
        "/v1.0/users('dana_fabrikam.com%23EXT%23@contoso.onmicrosoft.com')",
        "/v1.0/users('%24dollar%40contoso.com')",
        "/v1.0/users('o%27%27brien%40contoso.com')",
        "/v1.0/users/o'brien@contoso.com",
    ],
)
async def test_awkward_names_arrive_as_sent(neighbour: Neighbour, path: str) -> None:
    """Nothing between socket and core decodes or drops a part of the URL."""
    status, _, _ = await neighbour.ask("GET", path)

    assert status == 200


async def test_links_can_be_followed(neighbour: Neighbour) -> None:
    """They are absolute, and lead back here."""
    link, seen = "/v1.0/users?$select=id&$top=70", []
    while link:
        _, page, _ = await neighbour.ask("GET", link)
        seen += [user["id"] for user in page["value"]]
        link = page.get("@odata.nextLink", "")

    assert len(seen) == len(set(seen)) == 200


async def test_a_batch_over_http(neighbour: Neighbour) -> None:
    """The path's dollar sign may be encoded or not."""
    requests = {"requests": [revocation(str(number), f"user0001{number}@contoso.com") for number in range(20, 40)]}
    for path in ("/v1.0/$batch", "/v1.0/%24batch"):
        status, body, _ = await neighbour.ask("POST", path, json=requests)

        assert (status, len(body["responses"])) == (200, 20)

    _, journal, _ = await neighbour.ask("GET", "/_journal")

    assert journal["batches"] == 2
    assert journal["revokedUsers"] == journal["duplicates"]


async def test_broken_and_cut_answers(neighbour: Neighbour) -> None:
    """A reset is a reset on the wire; a cut answer is JSON that ends too early."""
    lines = [{"match": "POST", "reset": True}, {"match": "GET", "truncate": True}]
    await neighbour.ask("POST", "/_script", json={"requests": lines})

    with pytest.raises(ClientConnectionError):  # a GET would be tried again by the client itself
        await neighbour.ask("POST", f"/v1.0/users/{ALICE}/revokeSignInSessions")
    with pytest.raises(JSONDecodeError):
        await neighbour.ask("GET", f"/v1.0/users/{ALICE}")

    status, _, _ = await neighbour.ask("GET", f"/v1.0/users/{ALICE}")

    assert status == 200


async def test_latency_is_once_per_request(neighbour: Neighbour) -> None:
    """A batch waits as long as a call alone, and calls wait side by side."""
    await neighbour.ask("POST", "/_control", json={"latencyMs": 100})
    requests = {"requests": [revocation(str(number), ALICE) for number in range(20)]}
    started = time.perf_counter()
    await asyncio.gather(*(neighbour.ask("POST", "/v1.0/$batch", json=requests) for _ in range(5)))
    took = time.perf_counter() - started

    assert took >= 0.1
    assert took < 0.45


async def test_unknown_addresses(neighbour: Neighbour) -> None:
    """Other versions of the API are not served."""
    assert [(await neighbour.ask("GET", path))[0] for path in ("/beta/users", "/", "/_nothing")] == [404, 404, 404]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_command_says_when_it_is_ready_and_stops_when_told(number: signal.Signals) -> None:
    """One line on standard output, then service, then a clean end."""
    arguments = ["--users", "25", "--roles", "User.Read.All", "--federation", "rogue", "--replication-ms", "50"]
    arguments += ["--population", "mixed", "--tenant-burst", "60", "--tenant-rate", "6"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "local.tenant", *arguments, stdout=asyncio.subprocess.PIPE, env=dict(os.environ)
    )
    assert process.stdout is not None
    ready = loads(await process.stdout.readline())
    root = ready["graph"].removesuffix("/v1.0")
    async with ClientSession() as session:
        neighbour = Neighbour(root, session)
        await neighbour.log_in()
        statuses = [
            (await neighbour.ask("GET", ready["graph"] + "/users"))[0],
            (await neighbour.ask("GET", ready["graph"] + "/domains"))[0],
            (await neighbour.ask("GET", ready["journal"]))[0],
        ]
        process.send_signal(number)
        code = await process.wait()

    assert {
        "ready": True,
        "graph": f"{root}/v1.0",
        "identity": f"{root}/msi/token",
        "journal": f"{root}/_journal",
        "users": 25,
    } == ready
    assert statuses == [200, 403, 200]
    assert code == 0
    assert await process.stdout.read() == b""
