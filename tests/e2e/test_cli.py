"""The operator's command as a process, over a door that signs callers in, judged by the tenant's own journal."""

import asyncio
import hashlib
import json
import os
import re
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from support.live import Tenant, principal
from support.typed_along import Line, Reader, is_among, lines

from local.serve import ROOT, Running
from revoker.cli.table import TABLE

TOKEN = "rita.has.every-role"  # opens the door below and nothing else
REASON = ("--reason", "INC-1042")


@dataclass
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass
class Command:
    """The command, as somebody types it who is signed in."""

    api: str
    env: dict[str, str] = field(default_factory=dict)

    async def __call__(self, *argv: str, before: tuple[str, ...] = (), **env: str) -> Ended:
        """Run it to its end; ``before`` is a command that runs it."""
        process = await asyncio.create_subprocess_exec(
            *(*before, sys.executable, "-m", "revoker.cli", *argv),
            cwd=ROOT,
            # What must stay on this machine goes to no proxy: there is none at this address.
            env={**os.environ, "HTTP_PROXY": "http://127.0.0.1:9", "REVOKE_API": self.api, **self.env, **env},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await asyncio.wait_for(process.communicate(), 60)
        return Ended(process.returncode or 0, out.decode(), err.decode())


@pytest.fixture
async def revoker(running: Running) -> AsyncIterator[Command]:
    """Return the command before a stand-in for App Service Authentication: a bearer token becomes a principal."""
    rita = principal("Sessions.Read", "Sessions.Revoke", "Sessions.RevokeAll")

    async def door(request: web.Request) -> web.Response:
        if not request.headers.get("Authorization", "").startswith("Bearer "):
            return web.Response(status=401)
        headers = {name: value for name, value in request.headers.items() if name not in {"Host", "Authorization"}}
        headers["X-MS-CLIENT-PRINCIPAL"] = rita
        url = running.api.removesuffix("/api") + request.path_qs
        async with client.request(request.method, url, data=await request.read(), headers=headers) as said:
            kept = {"Content-Type": said.headers["Content-Type"], "Retry-After": "1"}  # sooner than the API wishes
            if "Content-Disposition" in said.headers:
                kept["Content-Disposition"] = said.headers["Content-Disposition"]
            return web.Response(status=said.status, body=await said.read(), headers=kept)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", door)
    runner = web.AppRunner(app)
    await runner.setup()
    async with ClientSession() as client:
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield Command(f"http://127.0.0.1:{runner.addresses[0][1]}/api", {"REVOKE_TOKEN": TOKEN})
        finally:
            await runner.cleanup()


def run_id(text: str) -> str:
    """Return the run that a command speaks of."""
    return next(iter(re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", text)))


async def test_from_the_call_to_the_evidence_folder(revoker: Command, tenant: Tenant, tmp_path: Path) -> None:
    """Run, wait, users and report tell one story, and it is the journal's."""
    names = tmp_path / "users.txt"
    names.write_text("alice@contoso.com\nghost@contoso.com\n")
    started = await revoker("run", "--users-file", str(names), "--no-wait", *REASON)
    run = started.out.strip()
    waited = await revoker("wait", run)
    file = tmp_path / "evidence.json"
    reported = await revoker("report", run, "--format", "json", "--output", str(file))
    evidence = json.loads(file.read_bytes())
    page, table = tmp_path / "evidence.html", tmp_path / "evidence.csv"
    for form in (page, table):
        await revoker("report", run, "--format", form.suffix[1:], "--output", str(form))

    assert hashlib.sha256(table.read_bytes()).hexdigest() in page.read_text()
    assert "1 of 2 members signed out and confirmed" in page.read_text()
    assert (0, 1, 0) == (started.code, waited.code, reported.code)
    assert "Not done: 1\n" in waited.out
    assert "\nghost@contoso.com  not_found  no_such_user" in waited.out
    assert ["not_found", "verified"] == sorted(user["outcome"] for user in evidence["users"])
    assert (run, "Rita Responder") == (evidence["runId"], evidence["requestedBy"]["name"])
    assert 1 == (await tenant.user("alice@contoso.com"))["accepted"]
    assert f"\n{run[:13]}  " in (await revoker("runs", "--limit", "1")).out


async def test_a_whole_tenant_behind_the_gate(revoker: Command, tenant: Tenant) -> None:
    """Unasked nothing starts; the gate lists certificates and the way on; acknowledged, everybody is evicted."""
    await tenant.control(federation="stale")
    try:
        everybody = ("run", "--all-users", *REASON)
        unasked = await revoker(*everybody)
        gated = await revoker(*everybody, "--yes")
        ahead = await revoker("preflight", "--compromised-at", "2026-01-01T00:00:00Z")
        before = (await tenant.journal())["revokes"]["accepted"]
        swept = await revoker(*everybody, "--yes", "--acknowledge", "federation_not_rotated")
    finally:
        await tenant.control(federation="managed")
    journal = await tenant.journal()

    assert (2, 2, 0, 1, 0) == (unasked.code, gated.code, before, ahead.code, swept.code), swept.err
    assert "--yes" in unasked.err
    assert "corp.contoso.com" in gated.err
    assert "--acknowledge federation_not_rotated" in gated.err
    assert "Federation is not_rotated" in ahead.out
    assert "Acknowledged by Rita Responder" in swept.out
    assert f"verified {journal['revokedUsers']:,} " in " ".join(swept.out.split())
    assert f"total {journal['users']:,}" in " ".join(swept.out.split())


async def test_who_may_not_is_told_what_to_do(revoker: Command, running: Running) -> None:
    """Without a token the way to sign in; with an identity that azure-identity finds, in."""
    nobody = await revoker("runs", REVOKE_TOKEN="")
    identity = {"IDENTITY_ENDPOINT": f"{running.root}/msi/token", "IDENTITY_HEADER": "local", "HTTP_PROXY": ""}
    found = await revoker("runs", "--audience", "https://graph.microsoft.com", REVOKE_TOKEN="", **identity)

    assert (2, 0) == (nobody.code, found.code), found.err
    assert "REVOKE_TOKEN" in nobody.err
    assert "eyJ" not in found.out + found.err


async def test_a_second_person_is_asked_for(revoker: Command, tenant: Tenant, tmp_path: Path) -> None:
    """Above the cap the command ends held; approving one's own run is refused; cancelled, nobody was touched."""
    names = tmp_path / "users.txt"
    names.write_text("".join(f"ghost{number}@contoso.com\n" for number in range(1001)))
    held = await revoker("run", "--users-file", str(names), "--yes", *REASON)
    run = run_id(held.out)
    own = await revoker("approve", run, "--yes")
    cancelled = await revoker("cancel", run)
    waited = await revoker("wait", run)
    first = await revoker("users", run, before=("bash", "-o", "pipefail", "-c", '"$@" | head -n 1', "bash"))

    assert (0, 1, "") == (first.code, len(first.out.splitlines()), first.err)
    assert (3, 2, 0, 3) == (held.code, own.code, cancelled.code, waited.code)
    assert f"revoker approve {run[:13]}" in held.out
    assert "A second person must approve" in own.err
    assert "Not done: 1,001" in waited.out
    assert "and 951 more" in waited.out
    assert 0 == (await tenant.journal())["revokes"]["accepted"]


async def typed_along(page: str, reader: Reader, tenant: Tenant) -> list[str]:
    """Type each command of a page in its order; return what does not end, or print, as the page says."""
    wrong: list[str] = []
    for line in lines(ROOT / "docs" / page):
        if line.text.startswith("revoker") and "--install-completion" not in line.text:
            refused = "# refused" in line.text or "would refuse" in "".join(line.printed)
            await tenant.control(federation="stale" if line.printed and refused else "managed")
            code, printed = await asyncio.to_thread(reader.types, line)
            if refused != (code == 2) or code > 3:
                wrong.append(f"{line.text} ended with {code}: {printed[-3:]}")
            wrong += [f"{line.text} does not print: {one}" for one in line.printed if not is_among(one, printed)]
    await tenant.control(federation="managed")
    return wrong


@pytest.fixture
async def reader(running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """Return a reader whose whole-tenant runs wait: with this first one they are more than the cap of these tests."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "400")  # the pages do not break their lines
    made = Reader({"REVOKE_API": running.api})
    await asyncio.to_thread(made.types, Line("revoker run --all-users --yes --no-wait --reason before", ()))
    return made


async def test_the_runbook_can_be_typed_as_it_stands(reader: Reader, tenant: Tenant) -> None:
    """Each command of docs/eviction.md in its order, against one tenant: it ends as the page says, and prints that."""
    await tenant.control(restricted=["ben@contoso.com"])  # a user that is not done: step 6 tries again
    wrong = await typed_along("eviction.md", reader, tenant)

    # Where the cap is 100, as on the page, the plan says so; here it is the caller's sum that passes the cap of 1,000.
    assert ["more than 100 users"] == [one[-len("more than 100 users") :] for one in wrong], wrong


async def test_the_commands_page_can_be_typed_as_it_stands(reader: Reader, tenant: Tenant) -> None:
    """So can docs/cli.md, whose blocks show an incident, a whole tenant, and the gate."""
    wrong = await typed_along("cli.md", reader, tenant)

    # As above: in this tenant of 600 it is the sum of two runs that passes the cap, which the plan does not know.
    assert ["more than 1,000 users"] == [one[-len("more than 1,000 users") :] for one in wrong], wrong


# How each command of the table ends after one run of two users, one of them unknown; those that end with 2 need more
# words, or another run: one that is going, that failed, that was cancelled, or that another person asked for.
ENDS = {
    **dict.fromkeys(("status", "wait", "watch", "not-done"), 1),
    **dict.fromkeys(("cancel", "retry", "resume", "approve"), 2),
    **dict.fromkeys(("run", "sweeps", "sweeps create"), 2),
}


async def test_each_command_of_the_table_can_be_typed(
    running: Running, tenant: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table of docs/cli.md, with a run, a sweep and a body of this tenant in the places it names."""
    await tenant.control(federation="managed")
    monkeypatch.chdir(tmp_path)
    reader = Reader({"REVOKE_API": running.api})
    sweep = f"--every 1h --for 14d --max-age 24h --all-users --name after {' '.join(REASON)} -o json"
    _, ran = await asyncio.to_thread(
        reader.types, Line(f"revoker run --user alice@contoso.com ghost@b.c {REASON[0]} x", ())
    )
    _, swept = await asyncio.to_thread(reader.types, Line(f"revoker sweeps create {sweep}", ()))
    body = ROOT / "tests" / "events" / "sentinel" / "incident.json"
    real = {"RUN": run_id("\n".join(ran)), "SWEEP": json.loads("\n".join(swept))["sweepId"], "FILE": str(body)}
    rows = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8").partition("## Commands")[2].partition("\nRUN is")[0]

    ended: dict[str, int] = {}
    for typed in re.findall(r"`revoker ([a-z][^`]*)`", rows):
        words = [real.get(word, word) for word in typed.split()]
        name = typed.removesuffix(" RUN").removesuffix(" SWEEP").removesuffix(" FILE")
        ended[name], _ = await asyncio.to_thread(reader.types, Line(f"revoker {' '.join(words)}", ()))

    assert {one.name for one in TABLE} == set(ended) - {"sweeps"}
    assert {name: ENDS.get(name, 0) for name in ended} == ended


async def test_the_call_of_the_readme(revoker: Command) -> None:
    """The README's own curl, as it stands, starts a run of its two users."""
    [call] = [line.text for line in lines(ROOT / "README.md") if line.text.startswith("curl")]
    env = {**os.environ, "API": revoker.api, "TOKEN": TOKEN}
    process = await asyncio.create_subprocess_exec("bash", "-c", call, env=env, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    status = json.loads(out)

    assert ("http", 0) == (status["trigger"], process.returncode)
    assert 1 == status["total"]
