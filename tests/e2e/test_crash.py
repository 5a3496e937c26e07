"""The host is killed in the middle of a run, and started again: the run ends, and nobody is lost."""

import asyncio

import aiohttp
import pytest
from support.live import SELDOM, Api, Tenant

from local.serve import Options, serving

SETTINGS = {"REVOKER_HEAL_AFTER_SECONDS": "5", "REVOKER_VERIFY_DELAYS": "1,1", "REVOKER_AUTH": "easyauth"} | SELDOM


@pytest.mark.timeout(180)
async def test_a_killed_host_loses_nobody(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Batches in flight at the kill stay invisible for ten minutes; healing finds them within its own minute."""
    log = tmp_path_factory.mktemp("crash") / "children.log"
    async with (
        serving(
            Options(users=600, latency_ms=400, write_rate=400, settings=SETTINGS, lock_seconds=2, log=log)
        ) as running,
        aiohttp.ClientSession() as client,
    ):
        api, tenant = Api(running.api, client), Tenant(running.root, client)
        users = [user for n in range(20, 600) if (user := await tenant.user(f"user{n:06d}@contoso.com")).get("id")][
            :400
        ]
        run = (await api.start(*[user["id"] for user in users])).body["runId"]
        while not 0 < (await tenant.journal())["revokedUsers"] < len(users):  # noqa: ASYNC110 - in another process
            await asyncio.sleep(0.05)
        assert running.host is not None
        await running.host.kill()
        killed_at = (await tenant.journal())["revokedUsers"]
        await running.start_host()
        status = await api.finish(run, 150)

        assert killed_at < len(users)
        assert {"verified": len(users)} == status["counts"]
        assert len(users) == (await tenant.journal())["revokedUsers"]
        assert set(await api.outcomes(run)) == {user["id"] for user in users}
