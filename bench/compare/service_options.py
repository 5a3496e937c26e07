"""How this project is served for a scenario: its settings, its identities, and whether the build knows them."""

from local.package import app_folder
from local.serve import Options

from .contestant import Contestant
from .stage import LOG, Stage

# The first read-back after 3 seconds instead of 30, so that many scenarios fit into one sitting.
VERIFY = "3,10,30"
# A message that a killed host held comes back after 5 seconds instead of Azure's 600, as the quota is in faster time.
_LEASE, _LOCK = 5, 1.0


def options_for(contestant: Contestant, stage: Stage) -> Options:
    """Return how the service is started: the tenant's limits, the protected accounts and the identities."""
    settings = {"REVOKER_VERIFY_DELAYS": VERIFY}
    if stage.truth.protected:
        settings["REVOKER_PROTECTED"] = ",".join(sorted(stage.truth.protected))
    settings |= tenant_settings(stage.scenario.burst, stage.scenario.rate) | _identities(contestant.identities)
    return Options(
        graph_url=stage.root,
        write_burst=stage.scenario.burst,
        write_rate=stage.scenario.rate,
        settings=settings,
        app=app_folder(),
        lease_seconds=_LEASE if stage.scenario.kill else None,
        lock_seconds=_LOCK if stage.scenario.kill else None,
        log=LOG,
    )


def tenant_settings(burst: float, rate: float) -> dict[str, str]:
    """Return the tenant's own limit in proportion, where the build knows one: six times the burst, thrice the rate."""
    if not _knows("REVOKER_TENANT_RATE"):
        return {}
    return {"REVOKER_TENANT_BURST": f"{burst * 6:g}", "REVOKER_TENANT_RATE": f"{rate * 3:g}"}


def _identities(count: int) -> dict[str, str]:
    """Return the settings that give the app several identities, and all of the tenant's quota to them."""
    if count < 2:  # one is the default and needs none
        return {}
    names = [f"8d3c1f52-47aa-4b6e-9f0d-{number:012d}" for number in range(1, count + 1)]
    return {"REVOKER_IDENTITIES": ",".join(names), "REVOKER_TENANT_SHARE": "1"}


def cannot_run(contestant: Contestant) -> str:
    """Return why this build cannot take part, empty where it can."""
    if contestant.identities > 1 and not _knows("REVOKER_IDENTITIES"):
        return "cannot run: this build knows one identity"
    return ""


def _knows(setting: str) -> bool:
    sources = (app_folder() / "revoker").rglob("*.py")
    return any(setting in path.read_text(encoding="utf-8") for path in sources)
