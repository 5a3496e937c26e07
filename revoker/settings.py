"""The environment as one frozen value, checked at start: a bad variable stops the app with its name and a remedy."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from revoker.clouds import Cloud, Storage, graph_override, storage
from revoker.core.back_off import Patience
from revoker.core.errors import SettingError
from revoker.core.name_faults import NameFaultError, names_in_list
from revoker.core.pacing import Quota
from revoker.core.pool import MOST_IDENTITIES, Pool
from revoker.core.sweep_spec import SweepSpec
from revoker.environment import Environment
from revoker.intake.sweep_settings import sweep_from_settings

TABLES = ("ledger", "batches")

# Any of these says that the platform runs the app (App Service and Flex Consumption set different ones).
_AZURE_SIGNS = ("WEBSITE_INSTANCE_ID", "WEBSITE_SITE_NAME", "WEBSITE_POD_NAME", "LEGION_SERVICE_HOST")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the app reads from its environment.

    ``known`` are our own variables, in the order of reading. ``public_url`` is the app's own address, empty where the
    platform does not tell it. ``access_token_life`` is how long an access token issued before a revocation may work on.
    """

    graph_endpoint: str
    graph_scope: str
    storage: Storage | None
    client_id: str | None
    tenant_id: str | None
    auth_enforced: bool
    auth_trusted: bool
    public_url: str
    protected: tuple[str, ...]
    pool: Pool
    patience: Patience
    verify_delays: tuple[timedelta, ...]
    clock_skew: timedelta
    graph_timeout: timedelta
    heal_after: timedelta
    approval_above: int
    caller_slots: int
    access_token_life: timedelta
    sweep: SweepSpec | None
    known: tuple[str, ...] = ()


def load(env: Mapping[str, str], now: datetime | None = None) -> Settings:
    """Return the checked settings as of now; raises SettingError, which names the variable and what it should be."""
    given = Environment(env)
    cloud = Cloud[given.choice("AZURE_CLOUD", Cloud.AzureCloud.name, tuple(Cloud.__members__))]
    in_azure = any(given.text(name) for name in _AZURE_SIGNS)
    enforced = given.choice("REVOKER_AUTH", "easyauth", ("easyauth", "none")) == "easyauth"
    if in_azure and not enforced:
        raise SettingError("REVOKER_AUTH=none is for laptops: remove it, the platform's authentication is the gate.")
    client_id = given.text("AZURE_CLIENT_ID") or given.text("AzureWebJobsStorage__clientId")
    pool = _pool(given, client_id)
    signed_in = given.text("WEBSITE_AUTH_ENABLED").lower() == "true"
    settings = Settings(
        graph_endpoint=graph_override(given) or cloud.graph,
        graph_scope=f"{cloud.graph}/.default",
        storage=storage(given, cloud, in_azure=in_azure),
        client_id=client_id or pool.first or None,
        tenant_id=given.guid("REVOKER_TENANT_ID"),
        auth_enforced=enforced,
        auth_trusted=signed_in or not in_azure,
        public_url=_public_url(given),
        protected=_protected(given),
        pool=pool,
        patience=_patience(given),
        verify_delays=given.delays("REVOKER_VERIFY_DELAYS", "30,120,300"),
        clock_skew=given.seconds("REVOKER_CLOCK_SKEW_SECONDS", 60, 0, 300),
        graph_timeout=given.seconds("REVOKER_GRAPH_TIMEOUT_SECONDS", 30, 0.1, 230),
        heal_after=given.seconds("REVOKER_HEAL_AFTER_SECONDS", 900, 1, 86_400),
        approval_above=given.whole("REVOKER_APPROVAL_ABOVE", 0, 0, 10_000_000),
        caller_slots=given.whole("REVOKER_CALLER_SLOTS", 20_000, 200, 10_000_000),
        # Two hours is the longest default of Microsoft's own clients; a token lifetime policy can reach a day
        # (docs/graph-facts.md#residual-access).
        access_token_life=timedelta(minutes=given.whole("REVOKER_ACCESS_TOKEN_MINUTES", 120, 1, 1680)),
        sweep=sweep_from_settings(env, now or datetime.now(UTC)),
        known=given.known,
    )
    given.refuse_unknown()
    return settings


def _pool(given: Environment, client_id: str) -> Pool:
    """Return the identities and their limits; defaults as Graph documents them (docs/graph-facts.md#throttling)."""
    quota = Quota(
        burst=given.whole("REVOKER_WRITE_BURST", 3000, 1, 1_000_000),
        rate=given.number("REVOKER_WRITE_RATE", 20, 0.1, 100_000),
        reserve=given.number("REVOKER_URGENT_SHARE", 10, 0, 90) / 100,
    )
    share = given.number("REVOKER_TENANT_SHARE", 0.9, 0.01, 1)
    tenant = Quota(
        burst=max(1, int(share * given.whole("REVOKER_TENANT_BURST", 18_000, 1, 10_000_000))),
        rate=share * given.number("REVOKER_TENANT_RATE", 60, 0.1, 1_000_000),
        reserve=0.0,
    )
    return Pool(quota, tenant, given.guids("REVOKER_IDENTITIES", MOST_IDENTITIES) or (client_id.lower(),))


def _patience(given: Environment) -> Patience:
    return Patience(
        attempts=given.whole("REVOKER_MAX_ATTEMPTS", 20, 1, 1000),
        age=timedelta(hours=given.number("REVOKER_MAX_AGE_HOURS", 24, 0.01, 168)),
    )


def _protected(given: Environment) -> tuple[str, ...]:
    """Return the protected accounts in lower case, each once, in the order given.

    An entry that is no name stops the start: it would protect no account, and nothing would say so.
    """
    try:
        return names_in_list(given.text("REVOKER_PROTECTED"))
    except NameFaultError as fault:
        raise SettingError(f"REVOKER_PROTECTED: {fault}") from None


def _public_url(given: Environment) -> str:
    """Return the address at which clients reach the app: the platform's word, never a request's own Host header."""
    host = given.text("WEBSITE_HOSTNAME")
    if not re.fullmatch(r"[A-Za-z0-9.-]+", host):
        return ""
    return f"https://{host}"
