"""The version is one: what answers, what describes the API, and what a run was accepted by."""

import json

from support.company import ALICE
from support.in_process import Front

from revoker.version import VERSION


async def test_the_version_is_told_alike() -> None:
    """Health and the contract say it to any caller, a run's status keeps the version that accepted it."""
    front = Front()
    health, contract = await front.ask("health", headers={}), await front.ask("openapi", headers={})
    body = json.dumps({"users": [ALICE.id], "reason": "r"}).encode()
    run = await front.ask("start_run", body=body)

    assert VERSION == health.json["version"] == contract.json["info"]["version"] == run.json["version"]
