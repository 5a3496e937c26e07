"""A scenario is played: asked for, broken, mended, waited out; what was seen is returned as a value."""

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Any

import aiohttp
from scenario import Ask, Scenario, Who
from stage import Stage
from strike import strike
from support.live import Answer

from local.serve import ROOT

_EVENT = json.loads((ROOT / "tests" / "events" / "sentinel" / "incident.json").read_bytes())
_PATIENCE = 45.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What there was to see at the end.

    ``reports`` are the runs' JSON reports, users included; ``journal`` is the tenant's own truth by object id;
    ``refusals`` are answers that nobody should ever get; ``left`` counts what is still in queues; ``kept`` are the
    messages that the ledger keeps.
    """

    reports: tuple[dict[str, Any], ...]
    journal: dict[str, dict[str, Any]]
    accepted: dict[int, set[str]]
    refusals: tuple[str, ...]
    left: dict[str, int]
    kept: frozenset[str]
    seconds: float


class Play:
    """One scenario on the stage."""

    def __init__(self, scenario: Scenario, stage: Stage) -> None:
        self._scenario, self._stage = scenario, stage
        self._tag = f"canary-{scenario.seed}-{time.time_ns()}"  # in every reason, and in no log line
        self._accepted: dict[int, set[str]] = {ask.number: set() for ask in scenario.asks}
        self._refusals: list[str] = []

    async def run(self) -> Seen:
        """Play it."""
        scenario, stage, began = self._scenario, self._stage, time.time()
        await stage.begin(scenario.doom, scenario.mail, scenario.skew, has_pool=scenario.has_pool)
        try:
            async with asyncio.timeout(_PATIENCE), asyncio.TaskGroup() as group:
                for misfortune in scenario.misfortunes:
                    group.create_task(strike(misfortune, stage))
                for ask in scenario.asks:
                    group.create_task(self._ask(ask))
        except TimeoutError:
            self._refusals.append(f"nobody got an answer within {_PATIENCE:g} s")
        await stage.soothe()
        runs = await self._ended()
        if scenario.has_pool:
            runs = await self._retried(runs)
        await stage.pardon()
        left = await self._emptied()
        reports = tuple([await self._patient("GET", f"runs/{run}/report?format=json") for run in runs])
        return Seen(
            reports=tuple(report.body for report in reports),
            journal=await self._journal(),
            accepted=self._accepted,
            refusals=tuple(self._refusals),
            left=left,
            kept=frozenset(await stage.poison_kept()),
            seconds=time.time() - began,
        )

    async def _ask(self, ask: Ask) -> None:
        """Ask as callers do: again after no answer and after a 503."""
        await asyncio.sleep(ask.at)
        path, body = _request(f"{self._tag}-{ask.number}.", ask)
        headers = {"Idempotency_Key": f"{self._tag}-{ask.number}"} if ask.key else {}
        answer = await self._patient("POST", path, body, **headers)
        if answer.status not in (200, 202):
            self._refusals.append(f"ask {ask.number}: {answer.status} {answer.body}")
            return
        self._accepted[ask.number].add(answer.body["runId"])
        if ask.cancel_after is not None:
            await asyncio.sleep(ask.cancel_after)
            await self._patient("POST", f"runs/{answer.body['runId']}/cancel")

    async def _patient(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        while True:
            try:
                answer = await self._stage.api.ask(method, path, body, **headers)
            except (aiohttp.ClientError, ConnectionError):
                await asyncio.sleep(0.2)
                continue
            if answer.status == 503 and "Retry-After" in answer.headers:
                await asyncio.sleep(0.5)
                continue
            if answer.status >= 500:
                self._refusals.append(f"{method} {path.partition('?')[0]}: {answer.status} {answer.body}")
            return answer

    async def _ended(self) -> list[str]:
        """Wait for every run that was accepted, known to us or not, and return their ids."""
        end = time.time() + _PATIENCE
        while True:
            mine = [run for run in await self._listed() if self._tag in run["reason"]]
            if all(run["finishedAt"] for run in mine) or time.time() > end:
                return [run["runId"] for run in mine]
            await asyncio.sleep(0.25)

    async def _retried(self, runs: list[str]) -> list[str]:
        """Retry runs as a responder does once an identity works again; a run that has nothing to retry says 409."""
        for run in runs:
            answer = await self._patient("POST", f"runs/{run}/retry")
            if answer.status not in (200, 202, 409):
                self._refusals.append(f"retry of {run}: {answer.status} {answer.body}")
        return await self._ended()

    async def _listed(self) -> list[dict[str, Any]]:
        answer = await self._patient("GET", "runs?limit=30")
        return list(answer.body["runs"])

    async def _emptied(self) -> dict[str, int]:
        end = time.time() + _PATIENCE
        while True:
            left = await self._stage.left()
            if not left or time.time() > end:
                return left
            await asyncio.sleep(0.25)

    async def _journal(self) -> dict[str, dict[str, Any]]:
        people = {who.user.id for ask in self._scenario.asks for who in ask.people if who.user}
        tenant = self._stage.tenant
        async with tenant.client.get(f"{tenant.root}/_journal/users?limit=1000") as response:
            touched = {user["id"]: user for user in (await response.json())["users"]}
        return {name: touched.get(name) or await tenant.user(name) for name in people | touched.keys()}


def _request(reason: str, ask: Ask) -> tuple[str, object]:
    before = None if ask.hours is None else time.gmtime(time.time() - 3600 * ask.hours)
    cutoff = time.strftime("%Y-%m-%dT%H:%M:%SZ", before) if before else None
    if ask.sentinel:
        return f"sentinel{f'?issuedBefore={cutoff}' if cutoff else ''}", _event(reason, ask.people)
    body: dict[str, object] = {
        "users": [who.name for who in ask.people if not who.listed],
        "reason": reason,
        "exclude": {"users": [who.name for who in ask.people if who.part == "excluded"]},
    }
    body |= {"issuedBefore": cutoff} if cutoff else {}
    body |= {ask.scope.field: ask.scope.value} if ask.scope else {}
    return "runs", body | ({"priority": "bulk"} if ask.bulk else {})


def _event(title: str, people: tuple[Who, ...]) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(json.dumps(_EVENT))
    properties = event["object"]["properties"]
    properties["title"] = title
    properties["relatedEntities"] = [{"kind": "Account", "properties": _account(who)} for who in people]
    return event


def _account(who: Who) -> dict[str, str]:
    name, at, suffix = who.name.rpartition("@")
    return {"accountName": name, "upnSuffix": suffix} if at else {"aadUserId": who.name}


async def play(scenario: Scenario, stage: Stage) -> Seen:
    """Play a scenario and return what was seen."""
    return await Play(scenario, stage).run()
