"""A table that gives its rows in pieces, as the service may and the emulator never does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from azure.core.credentials import AzureNamedKeyCredential
from azure.data.tables.aio import TableClient

from revoker.adapters.tables import table

NEXT = "x-ms-continuation-Next"
ROW = {"odata.etag": 'W/"1"', "PartitionKey": "run", "RowKey": "b-1"}


@asynccontextmanager
async def serving(pages: list[list[dict[str, str]]]) -> AsyncIterator[TableClient]:
    """Serve pages of rows one after the other, each but the last with a continuation."""
    left = list(pages)

    async def query(_request: web.Request) -> web.Response:
        rows = left.pop(0)
        headers = {f"{NEXT}PartitionKey": "run", f"{NEXT}RowKey": "b-0"} if left else {}
        return web.json_response({"value": rows}, headers=headers)

    app = web.Application()
    app.router.add_get("/{tail:.*}", query)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    credential = AzureNamedKeyCredential("made", "bWFkZQ==")
    async with TableClient(f"http://127.0.0.1:{runner.addresses[0][1]}", "batches", credential=credential) as client:
        yield client
    await runner.cleanup()


async def test_an_empty_answer_with_a_continuation_is_no_end() -> None:
    """The service may stop after five seconds with no row yet found: the rows behind it are read all the same."""
    async with serving([[], [], [ROW], []]) as client:
        rows = await table.first(client, "PartitionKey eq @run", {"run": "run"}, None)

    assert ["b-1"] == [row["RowKey"] for row in rows]
