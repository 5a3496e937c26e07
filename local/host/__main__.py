"""`python -m local.host`: serve an app's triggers until told to stop."""

import argparse
import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from azure.core.exceptions import AzureError

from local.host import log
from local.host.invocation import AppError
from local.host.lifetime import Lifetime
from local.host.settings import HostSettings
from local.host.worker import Worker

LEASE_SECONDS = 600  # azure-sdk-for-net: QueueListener's own visibility time-out
LOCK_SECONDS = 60  # webjobs-sdk: SingletonOptions.ListenerLockPeriod, and how often a host without the lock asks
CANNOT_SERVE, GAVE_UP = 1, 3  # exit statuses


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
    parser.add_argument(
        "--lock-seconds",
        type=float,
        default=LOCK_SECONDS,
        help="how long a host that died keeps others from firing its timers; Azure's is 60",
    )
    return parser.parse_args()


async def _serve(options: argparse.Namespace, announce: int) -> int:
    app = options.app.resolve()
    settings, lifetime = HostSettings.read(app), Lifetime()
    worker = Worker(app, settings.timeout, lifetime)
    try:
        await worker.launch()
        # The clients of storage and HTTP take a second to import: here, while the worker imports the app.
        from local.host import host  # noqa: PLC0415

        given = host.Given(
            port=options.port,
            create_queues=options.create_queues != "no",
            lease=options.lease_seconds,
            lock=options.lock_seconds,
        )
        async with host.running(given, settings, worker, lifetime) as api:
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, lifetime.stop)
            os.write(announce, json.dumps({"ready": True, "api": api, "worker": worker.pid}).encode() + b"\n")
            if options.create_queues != "only":
                await lifetime.ended()
    finally:
        await worker.stop()
    return GAVE_UP if lifetime.failure else 0


def main() -> int:
    """Run the command: exit status 1 when the app cannot be served, 3 when the host stopped by itself."""
    options = _arguments()
    # What libraries print is log: only the ready line goes to the real output.
    announce = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    log.begin(log.HOST_QUIET)
    try:
        return asyncio.run(_serve(options, announce))
    except AppError as error:
        print(f"The app cannot be served: {error}", file=sys.stderr)
        return CANNOT_SERVE
    except AzureError as error:  # while it started: the real host stops as well, and is started again
        print(f"The host cannot use its storage: {error}", file=sys.stderr)
        return GAVE_UP


if __name__ == "__main__":
    sys.exit(main())
