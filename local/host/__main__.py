"""`python -m local.host`: serve an app's triggers until told to stop."""

import argparse
import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from local.host import host, log
from local.host.queues import LEASE_SECONDS
from local.host.worker import AppError


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.host", description=__doc__)
    parser.add_argument("--app", type=Path, default=Path(), help="the folder that holds function_app.py and host.json")
    parser.add_argument("--port", type=int, default=7071, help="0 takes a free one")
    parser.add_argument(
        "--create-queues",
        choices=("no", "yes", "only"),
        default="no",
        help="create the queues that trigger functions, as a deployment does in Azure; `only`: and end",
    )
    parser.add_argument(
        "--lease-seconds",
        type=int,
        default=LEASE_SECONDS,
        help="how long a received message stays invisible unless renewed; Azure's is 600, tests of crashes want less",
    )
    return parser.parse_args()


async def _serve(given: argparse.Namespace, announce: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    app, create = given.app.resolve(), given.create_queues != "no"
    async with host.running(app, given.port, create_queues=create, lease=given.lease_seconds) as api:
        os.write(announce, json.dumps({"ready": True, "api": api}).encode() + b"\n")
        if given.create_queues != "only":
            await stop.wait()


def main() -> int:
    """Run the command."""
    given = _arguments()
    # What the app prints is log: only the ready line goes to the real output.
    announce = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    log.begin()
    try:
        asyncio.run(_serve(given, announce))
    except AppError as error:
        print(f"The app cannot be served: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
