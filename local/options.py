"""What `serve` can be told, as values and as a command line."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from local.package import app_folder

ROOT = Path(__file__).parents[1]
API_PORT = 7071  # Core Tools' own
TENANT_FLAGS = (
    *("users", "population", "seed", "latency_ms", "write_burst", "write_rate", "tenant_burst", "tenant_rate"),
    *("faults", "replication_ms", "roles", "federation", "token_seconds", "returning_share", "returning_seconds"),
    "control",
)
_FRACTIONS = ("latency-ms", "write-burst", "write-rate", "tenant-burst", "tenant-rate", "replication-ms")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What to start and how; None leaves a choice to the part that owns its default."""

    api_port: int = 0
    graph_url: str | None = None
    storage: str | None = None
    users: int | None = None
    population: str | None = None
    seed: int | None = None
    latency_ms: float | None = None
    write_burst: float | None = None
    write_rate: float | None = None
    tenant_burst: float | None = None
    tenant_rate: float | None = None
    faults: str | None = None
    replication_ms: float | None = None
    roles: str | None = None
    federation: str | None = None
    token_seconds: int | None = None
    returning_share: float | None = None
    returning_seconds: float | None = None
    control: str | None = None
    app: Path = field(default_factory=app_folder)
    settings: Mapping[str, str] = field(default_factory=dict)  # more of the app's environment
    lease_seconds: int | None = None  # how long a message of a killed host stays invisible; Azure's is 600
    lock_seconds: float | None = None  # how long a killed host keeps others from firing its timers; Azure's is 60
    data: Path | None = None  # where storage keeps its data, for tests that kill it
    log: Path | None = None  # where the children's error output goes, if not to ours

    def tenant_flags(self) -> list[str]:
        """Return the choices that are the tenant's, as its command takes them."""
        return self._flags(TENANT_FLAGS)

    def host_flags(self) -> list[str]:
        """Return the choices that are the embedded host's, as its command takes them."""
        return self._flags(("app", "lease_seconds", "lock_seconds"))

    def _flags(self, names: tuple[str, ...]) -> list[str]:
        given = {name: getattr(self, name) for name in names}
        return [f"--{name.replace('_', '-')}={value}" for name, value in given.items() if value is not None]


def parse(given: list[str]) -> Options:
    """Read the command line of `serve`."""
    parser = argparse.ArgumentParser(prog="python -m local serve", description="Run storage, tenant and API here.")
    parser.add_argument("--api-port", type=int, default=API_PORT, help=f"default {API_PORT}; 0 takes a free one")
    parser.add_argument("--graph-url", help="a tenant that runs already, http://127.0.0.1:PORT")
    parser.add_argument("--storage", help="the connection string of a storage that runs already")
    tenant = parser.add_argument_group("the simulated tenant", "defaults: python -m local.tenant --help")
    for name, kind in (("users", int), ("seed", int), ("token-seconds", int)):
        tenant.add_argument(f"--{name}", type=kind)
    for name in (*_FRACTIONS, "returning-share", "returning-seconds"):
        tenant.add_argument(f"--{name}", type=float)
    for name in ("population", "faults", "roles", "federation", "control"):
        tenant.add_argument(f"--{name}")
    return Options(**vars(parser.parse_args(given)))
