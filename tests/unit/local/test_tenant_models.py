"""What the simulated tenant models of real tenants' oddities: at the start and while it runs, as the document says."""

import json
import re
import sys

import aiohttp
import pytest
from support.live import Tenant

from local.children import Child
from local.options import parse
from local.serve import ROOT
from local.tenant.controls.table import CONTROLS
from local.tenant.domain_states import STATES
from local.tenant.population import POPULATIONS

TEXT = (ROOT / "docs" / "development.md").read_text(encoding="utf-8")
ROWS = TEXT.partition("| what | at the start |")[2].partition("\n\n")[0].splitlines()[2:]
STARTS = {"always", "`--control`"} | {f"`--federation {state}`" for state in STATES}
STARTS |= {f"`--population {name}`" for name in POPULATIONS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2:30])
def test_each_oddity_has_its_ways(row: str) -> None:
    """An option at the start and a control, both of which there are, and a test that uses it."""
    _, start, control, test = row.strip("| ").split(" | ")
    outside = re.sub(r"\([^)]*\)", "", control)

    assert set(start.split(", ")) <= STARTS
    assert set(re.findall(r"`(\w+)`", outside)) <= CONTROLS.keys()
    assert test.startswith("`tests/")


def test_the_list_is_whole() -> None:
    """Twenty oddities, each once."""
    assert 20 == len(ROWS) == len({row.split(" | ")[0] for row in ROWS})


async def test_controls_are_carried_out_at_the_start() -> None:
    """For the tenant alone, and for all parts together."""
    wanted = json.dumps({"addUsers": [{"userPrincipalName": "zoe@contoso.com", "linked": "google.com"}]})
    command = [sys.executable, "-m", "local.tenant", "--users=30", f"--control={wanted}"]
    child = await Child.start("The tenant", command, cwd=ROOT, log=None)
    root = str((await child.announced())["graph"]).removesuffix("/v1.0")
    async with aiohttp.ClientSession() as client:
        zoe = await Tenant(root, client).user("zoe@contoso.com")
    await child.stop()

    assert "zoe@contoso.com" == zoe["userPrincipalName"]
    assert [f"--control={wanted}"] == parse(["--control", wanted]).tenant_flags()
