"""How long an instance takes from a cold page cache to the first use of the app: the package, and everything installed.

    .venv/bin/python bench/cold_start.py

It needs Linux (`posix_fadvise`) and a built package (`make package`). Each number is a process of its own.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from infra.package.install import install  # noqa: E402 - the checkout comes onto the path above
from infra.package.layout import SITE, target  # noqa: E402 - see above
from infra.package.lock import runtime_pins  # noqa: E402 - see above
from local.package import surroundings, unzipped  # noqa: E402 - see above

TIMES = 3
STORAGE = (
    "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;"
    "QueueEndpoint=http://127.0.0.1:1/a;TableEndpoint=http://127.0.0.1:1/a;BlobEndpoint=http://127.0.0.1:1/a"
)
PROGRAM = """
import asyncio, function_app
async def first_use():
    await function_app.PARTS.app()
asyncio.run(first_use())
"""


def main() -> None:
    """Measure both, print a line for each."""
    package = unzipped(target())
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole"
        shutil.copytree(ROOT / "revoker", whole / "revoker", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copyfile(ROOT / "function_app.py", whole / "function_app.py")
        sources = [(ROOT / f"requirements.{kind}").read_text(encoding="utf-8") for kind in ("txt", "lock")]
        install(runtime_pins(*sources), whole / SITE)
        for app in (whole, package):
            print(f"{app.name}: {_size(app)}; cold: {', '.join(f'{_cold(app):.2f} s' for _ in range(TIMES))}")


def _size(app: Path) -> str:
    files = size = 0
    for path in app.rglob("*"):
        if path.is_file():
            files += 1
            size += path.stat().st_size
    return f"{files:,} files, {size / 1e6:.0f} MB"


def _cold(app: Path) -> float:
    """Return the seconds of one start after the kernel has forgotten every file of the app."""
    for path in app.rglob("*"):
        if path.is_file():
            handle = os.open(path, os.O_RDONLY)
            os.fsync(handle)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(handle)
    place = surroundings(app)
    env = {**place.environment, "AzureWebJobsStorage": STORAGE, "PYTHONDONTWRITEBYTECODE": "1"}
    begun = time.monotonic()
    subprocess.run(  # noqa: S603 - ours
        [place.python, "-W", "ignore", "-c", PROGRAM], check=True, cwd=place.folder, env=env
    )
    return time.monotonic() - begun


if __name__ == "__main__":
    main()
