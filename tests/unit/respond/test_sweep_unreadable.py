"""A sweep that cannot be kept is refused; one that cannot be read again stands in nobody's way."""

import json
from datetime import timedelta

import pytest
from support.company import ALICE
from support.fakes import START
from support.in_process import Front
from support.sweeping import UNFOLDED, a_spec, long_names, spoil

from revoker.adapters.tables import sweep_rows
from revoker.core.sweep import SETTINGS_ID, Sweep
from revoker.respond.sweeps import manage as use
from revoker.respond.sweeps.settings_sweep import sync_settings_sweep
from revoker.respond.sweeps.tick import tick

HOUR = timedelta(hours=1)


@pytest.fixture
def front() -> Front:
    """Return an API without sweeps."""
    return Front()


async def made(front: Front) -> Sweep:
    """Return a sweep that was created."""
    return await use.create(a_spec(ALICE.id), front.sweeps, front.world.tools)


def a_body(*names: str) -> bytes:
    """Return the body of a request for a sweep of users."""
    asked = {"users": names, "maxSessionAgeHours": 24, "everyMinutes": 60, "until": (START + 30 * HOUR).isoformat()}
    return json.dumps({"name": "n", "reason": "r", **asked}, ensure_ascii=False, separators=(",", ":")).encode()


async def test_a_sweep_that_is_too_large_is_refused(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    """400 with the path and what to write instead, should a body ever hold more than a row; nothing is stored."""
    monkeypatch.setattr(sweep_rows, "_MOST_BYTES", 700_000)
    answer = await front.ask("create_sweep", body=a_body(*long_names(UNFOLDED)))

    assert 400 == answer.status
    [error] = answer.json["errors"]
    assert "users" == error["path"]
    assert error["message"].endswith("name them by object id, or make several sweeps")
    assert {"sweeps": []} == (await front.ask("list_sweeps")).json


async def test_one_unreadable_sweep_stops_no_other(front: Front) -> None:
    """The list, the timer and a new sweep go on without it."""
    broken, whole = await made(front), await made(front)
    await spoil(front.sweeps, broken.id)
    front.world.clock.moment += HOUR
    await tick(None, front.sweeps, front.world.protection, front.world.tools)
    listed = (await front.ask("list_sweeps")).json["sweeps"]

    assert [(whole.id, 1)] == [(sweep["sweepId"], len(sweep["runs"])) for sweep in listed]
    await made(front)


async def test_an_unreadable_sweep_says_so_and_can_be_deleted(front: Front) -> None:
    """A 500 with the way out of it; deleted once, it is unknown."""
    broken = await made(front)
    await spoil(front.sweeps, broken.id)
    params = {"id": broken.id}
    shown = await front.ask("get_sweep", params=params)
    deleted = [(await front.ask("delete_sweep", params=params)).status for _ in range(2)]

    assert (500, "Unreadable") == (shown.status, shown.json["title"])
    assert f"The row of sweep {broken.id} cannot be read. Delete the sweep and create it anew." == shown.json["detail"]
    assert [204, 404] == deleted


@pytest.mark.parametrize("still", [True, False])
async def test_an_unreadable_sweep_of_the_settings_begins_anew(front: Front, *, still: bool) -> None:
    """The settings say what it is; where they do no more, it goes like any other."""
    spec, tools = a_spec(), front.world.tools
    await sync_settings_sweep(spec, front.sweeps, tools.clock.now())
    await spoil(front.sweeps, SETTINGS_ID)
    await sync_settings_sweep(spec if still else None, front.sweeps, tools.clock.now())

    assert [spec] * still == [sweep.spec for sweep in await front.sweeps.all()]
    assert (SETTINGS_ID in front.sweeps._rows) is still
