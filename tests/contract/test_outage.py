"""Storage that does not answer is told apart from a defect of ours."""

import pytest
from azure.core.exceptions import ResourceNotFoundError
from support.gatekeeper import gatekeeper

from local.azurite.process import ACCOUNT, KEY
from revoker.core.outage import SILENT
from revoker.settings import Storage, load
from revoker.wiring import build, outage

DOWN = (
    f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={KEY};"
    f"QueueEndpoint=http://127.0.0.1:9/{ACCOUNT};TableEndpoint=http://127.0.0.1:9/{ACCOUNT};"
)


@pytest.mark.timeout(30)
@pytest.mark.parametrize("part", ["ledger", "outbox"])
async def test_a_closed_port_is_an_outage(part: str) -> None:
    """Tables and queues that refuse connections end in the answer 503, in seconds rather than minutes."""
    app = build(load({"AzureWebJobsStorage": DOWN}))
    with pytest.raises(Exception) as caught:  # noqa: PT011 - its kind is what the test asks about
        await getattr(app.tools, part).ping()
    await app.close()

    assert SILENT == outage(caught.value)


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("x"), ResourceNotFoundError("x")])
def test_a_defect_is_not_an_outage(error: Exception) -> None:
    """What storage answered, and what we did wrong ourselves, stays a 500 that somebody looks at."""
    assert outage(error) is None


@pytest.mark.filterwarnings("ignore:Testing an element's truth value:DeprecationWarning")  # azure-data-tables
@pytest.mark.timeout(60)
@pytest.mark.parametrize(("part", "service"), [("ledger", "Table"), ("outbox", "Queue")])
async def test_a_refusal_is_an_outage_with_a_role(storage: str, part: str, service: str) -> None:
    """A 403 of the real clients, as while a role is missing: the caller may ask again, and the role has a name."""
    async with gatekeeper(storage) as gate:
        gate.refused.add(service)
        app = build(load({"AzureWebJobsStorage": gate.connection_string}))
        with pytest.raises(Exception) as caught:  # noqa: PT011 - its kind is what the test asks about
            await getattr(app.tools, part).ping()
        await app.close()

    found = outage(caught.value)
    assert found is not None
    assert f"Storage {service} Data Contributor" in str(found.role)


def test_storage_is_a_value() -> None:
    """The settings carry the connection string and nothing else on a laptop."""
    assert Storage(connection=DOWN) == load({"AzureWebJobsStorage": DOWN}).storage
