"""The command: measures the parts that are asked for, keeps each at once, and writes the page from all that is kept."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence

from .arguments import arguments
from .grown import Grown
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
    began = time.monotonic()
    if options.app == "package":
        _build()
    kept = latest(folder)
    if "scenarios" in options.parts:
        async for row in play_all(options):
            kept = with_rows(kept, [row])
            save(kept, folder)  # what is measured is kept, whatever comes after
    if "growth" in options.parts:
        sizes = [size for size in options.sizes if size <= options.users]
        kept = with_sizes(kept, await _grown(sizes))
    if "profile" in options.parts:
        kept = with_profile(kept, await profiled())
    kept["took"] = time.monotonic() - began
    path = save(kept, folder)
    publish(latest(folder), options.into)
    print(f"compare  {kept['took']:.0f} s; {path}", flush=True)


async def _grown(sizes: Sequence[int]) -> list[Grown]:
    """Measure tenants of these sizes, one after another."""
    found = []
    for size in sizes:
        grown = await grow(size)
        found.append(grown)
        print(f"growth   {grown}", flush=True)
    return found


def _build() -> None:
    """Build the package, as `make package` does, and have it served."""
    subprocess.run([sys.executable, "-m", "infra.package"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    os.environ["PACKAGE"] = "1"
