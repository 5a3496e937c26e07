"""Where the app's CPU goes, stage by stage: py-spy samples the worker during a run and its reports."""

import asyncio
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from local.package import app_folder
from local.serve import Options, serving

from .service_api import Api
from .service_options import VERIFY, tenant_settings
from .stage import LOG

USERS = 5_000
_RATE = 100  # samples a second
_MOST, _LEAST = 6, 0.05  # functions of ours that are named for a stage; share from which a package is
# The first of these that a stack names is the stage that it belongs to.
STAGES = {
    "verify page": "verify_by_listing",
    "plan page": "respond/scan",
    "revoke batch": "respond/revoke",
    "report": "get_report",
    "status": "get_run",
}
_PACKAGES = (
    "azure/data",
    "azure/core",
    "azure/storage",
    "kiota",
    "msgraph",
    "httpx",
    "msgspec",
    "aiohttp",
    "json",
    "email",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiled:
    """A stage: its share of all samples, and the functions in which most of it is spent, with their share of it."""

    stage: str
    share: float
    spent: tuple[tuple[str, float], ...]


def read(lines: Iterable[str]) -> list[Profiled]:
    """Take py-spy's collapsed stacks apart: `outer (file:line);inner (file:line) 17`."""
    total: Counter[str] = Counter()
    spent: dict[str, Counter[str]] = {}
    for line in lines:
        stack, _, count = line.rpartition(" ")
        frames = stack.split(";")
        stage = _stage(stack)
        total[stage] += int(count)
        spent.setdefault(stage, Counter()).update(dict.fromkeys(map(_place, frames), int(count)))
    every = total.total()
    return [
        Profiled(stage=stage, share=samples / every, spent=_shares(spent[stage], samples))
        for stage, samples in total.most_common()
    ]


def _shares(spent: Counter[str], whole: int) -> tuple[tuple[str, float], ...]:
    """Return the share of our own functions, the first six of them, then of each package with 5 % or more."""
    ours: list[tuple[str, float]] = []
    theirs: list[tuple[str, float]] = []
    for place, times in spent.most_common():
        share = times / whole
        if place.startswith("["):
            if share >= _LEAST:
                theirs.append((place, share))
        elif place:
            ours.append((place, share))
    return (*ours[:_MOST], *theirs)


def _stage(stack: str) -> str:
    for stage, sign in STAGES.items():
        if sign in stack:
            return stage
    return "everything else"


def _place(frame: str) -> str:
    """Return the function and the module of a frame of ours or of a package that we call; empty for the loop's own."""
    function, _, where = frame.partition(" (")
    path = where.rpartition(":")[0]
    if path.startswith("revoker/") or "/revoker/" in path:
        return f"{path.rpartition('revoker/')[2]} {function}"
    for package in _PACKAGES:
        if f"/{package}" in path or path.startswith(package):
            return f"[{package}]"
    return ""


async def profiled() -> list[Profiled] | str:
    """Sample one run over 5,000 users with its reports; a sentence where the sampler cannot be had or may not look."""
    sampler = shutil.which("py-spy", path=str(Path(sys.executable).parent))
    if sampler is None:
        return "py-spy is not installed: `make setup`"
    options = Options(
        users=USERS,
        write_burst=USERS * 2,
        write_rate=USERS,
        settings={"REVOKER_VERIFY_DELAYS": VERIFY} | tenant_settings(USERS * 2, USERS),
        app=app_folder(),
        log=LOG,
    )
    with tempfile.TemporaryDirectory(prefix="compare-") as folder:
        raw = Path(folder) / "stacks"
        async with serving(options) as running, aiohttp.ClientSession() as client:
            api = Api(running, client)
            await api.ended(await api.start(users=["alice@contoso.com"]))
            process = await _sample(sampler, str(running.worker_pid), raw)
            await _run_with_reports(api)
            process.send_signal(2)  # it writes its file when interrupted
            await process.wait()
        if not raw.exists():
            return "py-spy may not look into another process here (ptrace)"
        return read(raw.read_text(encoding="utf-8").splitlines())


async def _sample(sampler: str, pid: str, raw: Path) -> asyncio.subprocess.Process:
    """Start py-spy on a process; it samples until it is interrupted."""
    options = ["--pid", pid, "--rate", str(_RATE), "--nonblocking", "--format", "raw", "--output", str(raw)]
    with LOG.open("ab") as log:
        return await asyncio.create_subprocess_exec(
            sampler, "record", *options, "--duration", "unlimited", stdout=log, stderr=log
        )


async def _run_with_reports(api: Api) -> None:
    """Play what is sampled: a run over all users to its end, and its report in every format."""
    run = await api.start(allUsers=True)
    await api.ended(run)
    for kind in ("json", "csv", "html"):
        async with api.client.get(f"{api.running.api}/runs/{run}/report?format={kind}") as response:
            await response.read()
