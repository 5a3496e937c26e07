"""Compile the package: an instance of Flex Consumption starts from bare files, and would compile 900 modules first.

Measured from a cold page cache to the first use of the app (`bench/cold_start.py`): 3.5 to 5.3 s for everything
installed and no byte code, 1.5 to 2.0 s for the package.
"""

import os
import subprocess
import sys
from pathlib import Path

from infra.package.errors import PackageError
from infra.package.install import PYTHON


def compile_all(package: Path) -> None:
    """Compile every module of a folder; raises PackageError on another Python than Azure's.

    The files are named as in Azure in tracebacks, and no time stamp is in them: the archive has none to compare with.
    """
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    if here != PYTHON:
        raise PackageError(f"This is Python {here}, and Azure runs {PYTHON}: build with `make package`.")
    command = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(package), "-p", "/home/site/wwwroot", str(package)]
    # One process, fresh and unseeded: what a process has done before may change which constants byte code shares.
    env = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, capture_output=True, check=False, text=True, env=env)  # noqa: S603 - ours
    if done.returncode:
        raise PackageError(f"A module does not compile:\n{done.stdout[-1000:]}")
