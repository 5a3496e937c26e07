"""`make load`: 200 callers with one user each while the whole tenant is swept; nothing may be lost.

python bench/load.py [--callers 200] [--users 20000]

Ends by itself, after ten minutes at the latest; with 1 on anything lost, and on a 5xx that is no 503 with Retry-After.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from support.live import Api, Tenant  # noqa: E402 - the checkout is put on the path first

from local.serve import Options, serving  # noqa: E402
from local.tenant.directory import Directory  # noqa: E402

SEED = 1
SECONDS = 600
_HEAD = 20  # the users with names and the role holders stand at the head
SETTINGS = {"REVOKER_AUTH": "easyauth", "REVOKER_VERIFY_DELAYS": "5,10,30"}


class Callers:
    """The callers, and what they were answered."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.told: Counter[int] = Counter()
        self.waits: list[float] = []
        self.wrong: list[str] = []

    async def ask(self, body: dict[str, Any], key: str) -> str:
        """Start a run as a patient caller does, and return its id."""
        began = time.monotonic()
        while True:
            answer = await self.api.ask("POST", "runs", {"reason": "load", **body}, Idempotency_Key=key)
            self.told[answer.status] += 1
            if answer.status == 202:
                self.waits.append(time.monotonic() - began)
                return str(answer.body["runId"])
            if answer.status != 503 or "Retry-After" not in answer.headers:
                self.wrong.append(f"{answer.status} {answer.body}")
                return ""
            await asyncio.sleep(min(float(answer.headers["Retry-After"]), 5))

    async def end_of(self, run: str) -> dict[str, Any]:
        """Wait until a run has ended."""
        while True:
            answer = await self.api.ask("GET", f"runs/{run}/result")
            if answer.status == 200:
                return answer.body
            if answer.status >= 500 and "Retry-After" not in answer.headers:
                self.wrong.append(f"{answer.status} {answer.body}")
            await asyncio.sleep(0.5)


async def load(callers: int, users: int, log: Path) -> int:
    """Run it and return the command's status."""
    directory = Directory(users, SEED, 0.0)
    people: list[str] = []  # by object id
    guests = 0
    for place in range(users):
        person = directory.person(place)
        guests += person.external
        if place >= _HEAD and not person.external and len(people) < callers:
            people.append(person.id)
    options = Options(users=users, seed=SEED, write_burst=users * 2, write_rate=1000, settings=SETTINGS, log=log)
    async with (
        asyncio.timeout(SECONDS),
        serving(options) as running,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client,
    ):
        asking, began = Callers(Api(running.api, client)), time.monotonic()
        jobs = [asking.ask({"allUsers": True}, "everybody")]
        jobs += [asking.ask({"users": [name]}, name) for name in people]
        runs = await asyncio.gather(*jobs)
        accepted = time.monotonic() - began
        ends = await asyncio.gather(*(asking.end_of(run) for run in runs if run))
        took = time.monotonic() - began
        journal = await Tenant(running.root, client).journal()
    counts: Counter[str] = Counter()
    lost = users + len(people)
    for end in ends:
        counts.update(end["counts"])
        lost -= end["total"]
    behind = users - guests - journal["revokedUsers"]
    print(f"{len(runs)} POSTs at once: {dict(asking.told)}; all accepted after {accepted:.1f} s, each within", end=" ")
    print(f"{max(asking.waits):.1f} s; all {len(ends)} runs ended after {took:.0f} s: {dict(counts)}")
    print(f"lost: {lost} users not accounted for, {behind} not revoked in the tenant; wrong: {asking.wrong[:5]}")
    return 1 if lost or behind or asking.wrong or len(ends) < len(runs) else 0


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="make load", description="Many callers during a sweep of the whole tenant.")
    parser.add_argument("--callers", type=int, default=200)
    parser.add_argument("--users", type=int, default=20_000)
    given = parser.parse_args()
    log = ROOT / ".local" / "load.log"
    log.parent.mkdir(exist_ok=True)
    return asyncio.run(load(given.callers, given.users, log))


if __name__ == "__main__":
    sys.exit(main())
