"""Sweeps from outside: made through the API, started by the host, judged by the tenant's journal."""

import asyncio
import dataclasses
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from support.live import SELDOM, Answer, Api, Tenant, principal

from local.serve import Options, serving

ALICE = "2a9f6c31-5e48-4d70-b3c9-f61e8a07d254"
SAM = principal("Sessions.RevokeAll", person="22222222-2222-4333-8444-555555555555", name="Sam Second")
UNKNOWN = "01a20aec-5611-7d14-9c8d-587d499924dc"


def moment(**ahead: float) -> str:
    """Return a time from now on, as the API reads it."""
    return (datetime.now(UTC) + timedelta(**ahead)).isoformat()


def body(**changes: object) -> dict[str, object]:
    """Return the body of a sweep for alice and ben, with changes; None takes a field away."""
    made = {
        "name": "after the eviction",
        "users": [ALICE, "ben@contoso.com"],
        "issuedBefore": moment(days=-1),
        "everyMinutes": 60,
        "until": moment(days=30),
        "reason": "INC-1042",
        **changes,
    }
    return {name: value for name, value in made.items() if value is not None}


@pytest_asyncio.fixture
async def made(api: Api) -> AsyncIterator[Answer]:
    """Return the answer that made a sweep; it is deleted afterwards."""
    answer = await api.ask("POST", "sweeps", body())
    yield answer
    await api.ask("DELETE", f"sweeps/{answer.body['sweepId']}")


async def test_the_life_of_a_sweep(api: Api, made: Answer) -> None:
    """201 and where it is; listed; paused, resumed, deleted: each time as it stands."""
    path = f"sweeps/{made.body['sweepId']}"
    seen, listed = await api.ask("GET", path), await api.ask("GET", "sweeps")
    paused, resumed = await api.ask("POST", f"{path}/pause"), await api.ask("POST", f"{path}/resume")
    gone, after, again = (
        await api.ask("DELETE", path),
        await api.ask("GET", path),
        await api.ask("DELETE", path),
    )

    assert (201, f"/api/{path}") == (made.status, made.headers["Location"][-len(path) - 5 :])
    assert (200, made.body) == (seen.status, seen.body)
    assert made.body in listed.body["sweeps"]
    assert ("active", {"users": 2}, "skip", 60) == (
        made.body["state"],
        {"users": made.body["scope"]["users"]},
        made.body["guests"],
        made.body["everyMinutes"],
    )
    assert made.body["nextTick"] > made.body["createdAt"]
    assert ("paused", "Rita Responder") == (paused.body["state"], paused.body["pausedBy"]["name"])
    assert ("active", None) == (resumed.body["state"], resumed.body["pausedBy"])
    assert (204, {}, 404, 404) == (gone.status, gone.body, after.status, again.status)


@pytest.mark.timeout(240)
async def test_a_tick_catches_devices_that_came_back(api: Api, tenant: Tenant) -> None:
    """After the eviction of everybody alice comes back: the tick at the schedule's minute catches her, nobody else."""
    cutoff = datetime.now(UTC) - timedelta(seconds=2)  # the directory shows whole seconds
    evicted = await api.finish((await api.ask("POST", "runs", {"allUsers": True, "reason": "x"})).body["runId"], 90)
    await tenant.control(comeBack=[ALICE])
    before = await tenant.journal()
    soon = datetime.now(UTC) + timedelta(seconds=65)
    whom = {"users": None, "allUsers": True, "issuedBefore": cutoff.isoformat()}
    sweep = await api.ask("POST", "sweeps", body(**whom, everyMinutes=None, schedule=f"0 {soon.minute} * * * *"))
    path = f"sweeps/{sweep.body['sweepId']}"
    ran = await _first_run(api, path, 150)
    status = await api.finish(ran["runId"])
    seen = await api.ask("GET", path)
    await api.ask("DELETE", path)

    members = evicted["counts"]["verified"]
    assert {**evicted["counts"], "verified": 1, "already_revoked": members - 1} == status["counts"]
    assert ("schedule", sweep.body["sweepId"], "bulk", "INC-1042") == (
        status["trigger"],
        status["sweepId"],
        status["priority"],
        status["reason"],
    )
    assert ("completed", sweep.body["nextTick"]) == (seen.body["runs"][0]["state"], seen.body["runs"][0]["tick"])
    assert seen.body["nextTick"] > sweep.body["nextTick"]
    after, alice = await tenant.journal(), await tenant.user(ALICE)
    assert (1, 1) == (after["revokes"]["accepted"] - before["revokes"]["accepted"], after["returned"])
    assert alice["acceptedAt"][-1] > alice["returnedAt"][0]


async def _first_run(api: Api, path: str, seconds: float) -> dict[str, Any]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sweep = (await api.ask("GET", path)).body
        if sweep["runs"]:
            return dict(sweep["runs"][0])
        await asyncio.sleep(0.5)
    raise TimeoutError(sweep)


@pytest.mark.parametrize(
    ("changes", "path", "says"),
    [
        ({"until": -1}, "until", "at most 90 days"),
        ({"until": 91}, "until", "at most 90 days"),
        ({"maxSessionAgeHours": 5}, "issuedBefore", "not both"),
        ({"issuedBefore": None}, "issuedBefore", "either"),
        ({"schedule": "0 0 * * * *"}, "everyMinutes", "not both"),
        ({"everyMinutes": None}, "everyMinutes", "either"),
        ({"everyMinutes": 14}, "everyMinutes", "15 to"),
        ({"everyMinutes": None, "schedule": "*/30 * * * *"}, "schedule", "'0 */30 * * * *'"),
        ({"everyMinutes": None, "schedule": "0 0 9 * * * Europe/Berlin"}, "schedule", "'0 0 9 * * *'"),
        ({"users": None}, "users", "no users are named"),
        ({"surprise": 1}, "surprise", "unknown field"),
    ],
    ids=repr,
)
async def test_bad_input_stores_nothing(api: Api, changes: dict[str, object], path: str, says: str) -> None:
    """400 with the path and what to write instead; a number under ``until`` is days from now."""
    if isinstance(changes.get("until"), int):
        changes = {**changes, "until": moment(days=changes["until"])}
    before = (await api.ask("GET", "sweeps")).body
    answer = await api.ask("POST", "sweeps", body(**changes))

    assert 400 == answer.status
    assert [path] == [error["path"] for error in answer.body["errors"]]
    assert says in answer.body["errors"][0]["message"]
    assert before == (await api.ask("GET", "sweeps")).body


@pytest.mark.parametrize(
    ("method", "route", "role"),
    [
        ("POST", "sweeps", "Sessions.RevokeAll"),
        ("GET", "sweeps", "Sessions.Read"),
        ("GET", f"sweeps/{UNKNOWN}", "Sessions.Read"),
        ("DELETE", f"sweeps/{UNKNOWN}", "Sessions.RevokeAll"),
        ("POST", f"sweeps/{UNKNOWN}/pause", "Sessions.RevokeAll"),
        ("POST", f"sweeps/{UNKNOWN}/resume", "Sessions.RevokeAll"),
    ],
)
async def test_who_may(api: Api, method: str, route: str, role: str) -> None:
    """Each route takes its own role and no other; nobody signed in is 401."""
    others = {"Sessions.Read", "Sessions.Revoke", "Sessions.RevokeAll"} - {role}
    without = dataclasses.replace(api, header=principal(*others))
    nobody = dataclasses.replace(api, header=None)
    asked = await without.ask(method, route, {} if method == "POST" else None)

    assert (403, True) == (asked.status, role in asked.body["detail"])
    assert 401 == (await nobody.ask(method, route)).status


async def test_what_is_not_there(api: Api) -> None:
    """404 for unknown ids and for a sweep of settings that has none, 405 for other methods, 400 for queries."""
    for route in (f"sweeps/{UNKNOWN}", "sweeps/settings", "sweeps/x", "sweeps/%2e%2e"):
        assert 404 == (await api.ask("GET", route)).status
    assert 404 == (await api.ask("POST", f"sweeps/{UNKNOWN}/pause")).status
    assert (405, "GET, POST") == ((answer := await api.ask("DELETE", "sweeps")).status, answer.headers["Allow"])
    assert 400 == (await api.ask("GET", "sweeps?state=active")).status
    assert 415 == (await api.ask("POST", "sweeps", body=None)).status


@pytest_asyncio.fixture
async def declaring(tmp_path: Path) -> AsyncIterator[Api]:
    """Run everything with a sweep in the settings, and a cap of ten users for what one person may decide."""
    settings = {
        "REVOKER_AUTH": "easyauth",
        "REVOKER_APPROVAL_ABOVE": "10",
        "SWEEP_SCHEDULE": "0 0 */6 * * *",
        "SWEEP_SCOPE": '{"allUsers": true, "reason": "INC-1042"}',
        "SWEEP_MAX_SESSION_AGE_HOURS": "12",
        "SWEEP_UNTIL": moment(days=30),
        **SELDOM,
    }
    async with (
        serving(Options(users=60, settings=settings, log=tmp_path / "children.log")) as running,
        aiohttp.ClientSession() as client,
    ):
        yield Api(running.api, client)


async def test_the_sweep_of_the_settings(declaring: Api) -> None:
    """It is listed, can be paused, and its deletion is refused with the settings to remove."""
    [listed] = (await declaring.ask("GET", "sweeps")).body["sweeps"]
    paused = await declaring.ask("POST", "sweeps/settings/pause")
    seen = await declaring.ask("GET", "sweeps/settings")
    refused = await declaring.ask("DELETE", "sweeps/settings")

    assert ("settings", "active", 12, "INC-1042", True) == (
        listed["sweepId"],
        listed["state"],
        listed["maxSessionAgeHours"],
        listed["reason"],
        listed["scope"]["allUsers"],
    )
    assert "paused" == paused.body["state"] == seen.body["state"]
    assert (409, True) == (refused.status, "remove SWEEP_SCHEDULE" in refused.body["detail"])


async def test_a_large_sweep_takes_two_people(declaring: Api) -> None:
    """Above the cap it awaits approval: 403 for its creator, then somebody else lets it go by resuming it."""
    made = await declaring.ask("POST", "sweeps", body(users=None, allUsers=True))
    path = f"sweeps/{made.body['sweepId']}/resume"
    own, other = await declaring.ask("POST", path), await dataclasses.replace(declaring, header=SAM).ask("POST", path)

    assert (201, "awaiting_approval", None) == (made.status, made.body["state"], made.body["nextTick"])
    assert made.body["approvalUntil"] > made.body["createdAt"]
    assert (403, 200) == (own.status, other.status)
    assert ("active", "Sam Second") == (other.body["state"], other.body["approvedBy"]["name"])
    assert other.body["nextTick"] is not None
