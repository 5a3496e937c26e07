"""`python -m local.tenant`: start a tenant, say where it is, serve until told to stop."""

import argparse
import asyncio
import json
import signal
import time

from local.tenant import server
from local.tenant.control import carry_out
from local.tenant.domain_states import STATES
from local.tenant.faults import PROFILES
from local.tenant.population import POPULATIONS
from local.tenant.tenant import Settings, Tenant
from local.tenant.tokens import DEFAULT_ROLES


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.tenant", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--users", type=int, default=3000)
    parser.add_argument("--population", choices=POPULATIONS, default="mixed", help="plain: no agents …")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--latency-ms", type=float, default=0)
    parser.add_argument("--write-burst", type=float, default=3000)
    parser.add_argument("--write-rate", type=float, default=20, help="writes a second, once the burst is used up")
    parser.add_argument("--tenant-burst", type=float, help="of all applications; by default six times --write-burst")
    parser.add_argument("--tenant-rate", type=float, help="of all applications; by default three times --write-rate")
    parser.add_argument("--faults", choices=PROFILES, default="none")
    parser.add_argument("--replication-ms", type=float, default=0, help="until reads show a revocation")
    parser.add_argument("--token-seconds", type=int, default=3600)
    parser.add_argument("--roles", default=",".join(DEFAULT_ROLES), help="application permissions, comma separated")
    parser.add_argument("--federation", choices=STATES, default="managed")
    parser.add_argument("--returning-share", type=float, default=0, help="of the revoked users, that comes back (0-1)")
    parser.add_argument("--returning-seconds", type=float, default=3600, help="how often that share comes back")
    parser.add_argument("--control", default="{}", help="what POST /_control takes, in JSON: done at the start")
    return parser.parse_args()


def _settings(given: argparse.Namespace) -> Settings:
    return Settings(
        users=given.users,
        population=given.population,
        seed=given.seed,
        latency=given.latency_ms / 1000,
        write_burst=given.write_burst,
        write_rate=given.write_rate,
        tenant_burst=given.tenant_burst,
        tenant_rate=given.tenant_rate,
        faults=given.faults,
        replication=given.replication_ms / 1000,
        token_seconds=given.token_seconds,
        roles=tuple(role.strip() for role in given.roles.split(",") if role.strip()),
        federation=given.federation,
        returning_share=given.returning_share,
        returning_seconds=given.returning_seconds,
    )


async def _serve(tenant: Tenant, port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runner, bound = await server.start(tenant, port)
    root = f"http://127.0.0.1:{bound}"
    ready = {
        "ready": True,
        "graph": f"{root}/v1.0",
        "identity": f"{root}/msi/token",
        "journal": f"{root}/_journal",
        "users": tenant.settings.users,
    }
    print(json.dumps(ready), flush=True)
    await stop.wait()
    await runner.cleanup()


def main() -> None:
    """Run the command."""
    given = _arguments()
    tenant = Tenant(_settings(given), time.time())
    carry_out(tenant, json.loads(given.control))
    asyncio.run(_serve(tenant, given.port))


if __name__ == "__main__":
    main()
