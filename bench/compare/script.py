"""Run a contestant that is a script: a process of its own, timed from its first call, measured when it ends."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .contestant import SCRIPTS, Contestant
from .judgement import ContestantRun
from .stage import LOG, Stage, names_file

_PAUSE = 1.0  # between a kill and the next start
_REST = 1.0  # between two urgent requests


@dataclass(frozen=True, slots=True)
class Told:
    """What a process printed, and the seconds of CPU that it used after its first call."""

    lines: tuple[dict[str, Any], ...]
    cpu: float
    ended: float

    def word(self, name: str) -> Any:  # noqa: ANN401 - JSON
        """Return a word that it printed, None where it did not."""
        for line in self.lines:
            if name in line:
                return line[name]
        return None


class Script:
    """One running process."""

    def __init__(self, contestant: Contestant, stage: Stage, names: Path | None) -> None:
        env = {
            **os.environ,
            "GRAPH": f"{stage.root}/v1.0",
            "IDENTITY_ENDPOINT": f"{stage.root}/msi/token",
            "IDENTITY_HEADER": "local",
            "LOG": str(LOG),
        }
        if names is not None:
            env["NAMES"] = str(names)
        with LOG.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - ours
                [sys.executable, str(SCRIPTS / contestant.script)],
                env=env,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )

    async def end(self) -> Told:
        """Wait until it has ended."""
        return await asyncio.to_thread(self._reap)

    def kill(self) -> None:
        """End it, and whatever it started, without warning."""
        os.killpg(self._process.pid, signal.SIGKILL)

    def _reap(self) -> Told:
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        with self._process.stdout as pipe:
            text = pipe.read().decode()
        # wait4 tells what this one child used; `subprocess` would reap it without asking.
        _, status, used = os.wait4(self._process.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        lines = tuple(json.loads(line) for line in text.splitlines() if line.startswith("{"))
        told = Told(lines, used.ru_utime + used.ru_stime, time.time())
        return replace(told, cpu=told.cpu - float(told.word("cpu") or 0))


async def run_script(contestant: Contestant, stage: Stage, folder: Path) -> ContestantRun:
    """Play the scenario with a script, and return what it says and used."""
    names = None if stage.names is None else names_file(folder, stage.names)
    first = Script(contestant, stage, names)
    ending = asyncio.create_task(first.end())
    if stage.scenario.kill:
        return await _killed(contestant, stage, names, first, ending)
    waits: tuple[float, ...] = ()
    if stage.scenario.urgent:
        waits = await _urgent(contestant, stage, folder, ending)
    told = await ending
    return _ran([told], waits)


async def _killed(
    contestant: Contestant, stage: Stage, names: Path | None, first: Script, ending: asyncio.Task[Told]
) -> ContestantRun:
    await stage.half_done()
    first.kill()
    before = await ending
    revoked = (await stage.journal())["revokedUsers"]
    await asyncio.sleep(_PAUSE)
    after = await Script(contestant, stage, names).end()
    left = "no record; begins again with the first user"
    if before.word("done") is not None:
        left = "its report; it had ended before"
    return replace(_ran([before, after], ()), left=left, at_kill=revoked)


async def _urgent(contestant: Contestant, stage: Stage, folder: Path, ending: asyncio.Task[Told]) -> tuple[float, ...]:
    """Ask for one user after another while the rest goes on, each by a process of its own."""
    waits = []
    for name in sorted(stage.truth.urgent):
        if ending.done():
            break
        told = await Script(contestant, stage, names_file(folder, (name,))).end()
        began = float(told.word("began") or told.ended)
        try:
            waits.append(await stage.receipt(name, began) - began)
        except TimeoutError:
            waits.append(float("inf"))
        await asyncio.sleep(_REST)
    return tuple(waits)


def _ran(told: Iterable[Told], waits: tuple[float, ...]) -> ContestantRun:
    """Put together what one process, or one before and one after a kill, did."""
    every = list(told)
    last = every[-1]
    done = last.word("done")
    note = ""
    if last.word("began") is None:
        note = "did not start"
    elif done is None:
        note = "ended with an error"
    return ContestantRun(
        began=float(every[0].word("began") or every[0].ended),
        ended=last.ended,
        done=None if done is None else frozenset(done),
        failed=frozenset(last.word("failed") or ()),
        cpu=sum(each.cpu for each in every),
        megabytes=float(last.word("megabytes") or 0),
        waits=waits,
        note=note,
    )
