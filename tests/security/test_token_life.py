"""The setting that says how long an access token may live reaches the status that a responder reads."""

import json
from datetime import datetime, timedelta

from support.company import ALICE
from support.in_process import Front

from revoker.settings import load


async def test_the_setting_reaches_the_status() -> None:
    """A tenant with day-long tokens reads a day, not the default."""
    front = Front(settings=load({"REVOKER_ACCESS_TOKEN_MINUTES": "1440"}))
    body = json.dumps({"users": [ALICE.id], "reason": "r"}).encode()
    started = await front.ask("start_run", headers=front.headers(), body=body)
    await front.world.play()
    shown = (await front.ask("get_run", params={"id": started.json["runId"]}, headers=front.headers())).json
    created, until = (datetime.fromisoformat(shown[name]) for name in ("createdAt", "residualAccessUntil"))

    assert timedelta(hours=24) <= until - created < timedelta(hours=25)
