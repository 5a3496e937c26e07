"""The command: measures the parts that are asked for, keeps each at once, and writes the page from all that is kept."""

import os
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .arguments import arguments
from .calls import Call, call_now, with_call
from .growth import grow
from .play import play_all
from .profile_run import profiled
from .publish import publish
from .results import RESULTS, ROOT, latest, save, with_profile, with_rows, with_sizes


async def bench_compare(given: Sequence[str] = ()) -> None:
    """Run the command."""
    options = arguments(given)
    folder = options.into / RESULTS.relative_to(ROOT)
    if options.parts == ["none"]:
        publish(latest(folder), options.into)
        return
    began, call = time.monotonic(), call_now(given)
    if options.app == "package":
        _build()
    kept = await _measured(options, folder, call)
    ended = call.ended(time.monotonic() - began)
    path = save(with_call(kept, ended), folder)
    publish(latest(folder), options.into)
    print(f"compare  {ended.took:.0f} s; {path}", flush=True)


async def _measured(options: Namespace, folder: Path, call: Call) -> dict[str, Any]:
    """Measure the parts that are asked for; what is measured is kept, whatever comes after."""
    kept = with_call(latest(folder), call)
    if "scenarios" in options.parts:
        async for row in play_all(options):
            kept = with_rows(kept, [row], call)
            save(kept, folder)
    if "growth" in options.parts:
        for size in options.sizes:
            if size <= options.users:
                grown = await grow(size)
                print(f"growth   {grown}", flush=True)
                kept = with_sizes(kept, [grown], call)
                save(kept, folder)
    if "profile" in options.parts:
        kept = with_profile(kept, await profiled(), call)
    return kept


def _build() -> None:
    """Build the package, as `make package` does, and have it served."""
    subprocess.run([sys.executable, "-m", "infra.package"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    os.environ["PACKAGE"] = "1"
