"""The environment as one frozen value, checked at start: a bad variable stops the app with its name and a remedy."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from revoker.core.back_off import Patience
from revoker.core.errors import SettingError
from revoker.core.names import user_name
from revoker.core.pacing import Quota
from revoker.core.sweep_spec import SweepSpec
from revoker.intake.sweep_settings import declared_sweep

TABLES = ("ledger", "batches")
_OURS = (
    *("REVOKER_AUTH", "REVOKER_PROTECTED", "REVOKER_TENANT_ID", "REVOKER_VERIFY_DELAYS", "REVOKER_CLOCK_SKEW_SECONDS"),
    *("REVOKER_WRITE_BURST", "REVOKER_WRITE_RATE", "REVOKER_URGENT_SHARE", "REVOKER_GRAPH_TIMEOUT_SECONDS"),
    *("REVOKER_MAX_ATTEMPTS", "REVOKER_MAX_AGE_HOURS", "REVOKER_HEAL_AFTER_SECONDS", "REVOKER_APPROVAL_ABOVE"),
)
_LOOPBACK = re.compile(r"https?://(127\.0\.0\.1|(?i:localhost)|\[::1\])(:\d{1,5})?")

# Graph endpoint and storage suffix by cloud (reference: graph, Revoking; azure, 2).
_CLOUDS = {
    "AzureCloud": ("https://graph.microsoft.com", "core.windows.net"),
    "AzureUSGovernment": ("https://graph.microsoft.us", "core.usgovcloudapi.net"),
    "AzureUSGovernmentDoD": ("https://dod-graph.microsoft.us", "core.usgovcloudapi.net"),
    "AzureChinaCloud": ("https://microsoftgraph.chinacloudapi.cn", "core.chinacloudapi.cn"),
}

# Any of these says that the platform runs us (App Service and Flex Consumption set different ones).
_AZURE_MARKS = ("WEBSITE_INSTANCE_ID", "WEBSITE_SITE_NAME", "WEBSITE_POD_NAME", "LEGION_SERVICE_HOST")


@dataclass(frozen=True, slots=True)
class Storage:
    """Where ledger and queues live: a connection string on a laptop, endpoints with the identity in Azure."""

    connection: str | None = None
    queue_endpoint: str | None = None
    table_endpoint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the app reads from its environment."""

    graph_endpoint: str
    graph_scope: str
    storage: Storage | None
    client_id: str | None
    tenant_id: str | None
    in_azure: bool
    auth_enforced: bool
    auth_trusted: bool
    protected: tuple[str, ...]
    quota: Quota
    patience: Patience
    verify_delays: tuple[timedelta, ...]
    clock_skew: timedelta
    graph_timeout: timedelta
    heal_after: timedelta
    approval_above: int
    sweep: SweepSpec | None


def load(env: Mapping[str, str], now: datetime | None = None) -> Settings:
    """Return the checked settings as of now; raises SettingError, which names the variable and what it should be."""
    _refuse_unknown(env)
    cloud = _choice(env, "AZURE_CLOUD", "AzureCloud", tuple(_CLOUDS))
    graph, suffix = _CLOUDS[cloud]
    in_azure = any(env.get(mark) for mark in _AZURE_MARKS)
    enforced = _choice(env, "REVOKER_AUTH", "easyauth", ("easyauth", "none")) == "easyauth"
    if in_azure and not enforced:
        raise SettingError("REVOKER_AUTH=none is for laptops: remove it, the platform's authentication is the gate.")
    return Settings(
        graph_endpoint=_graph(env) or graph,
        graph_scope=f"{graph}/.default",
        storage=_storage(env, suffix, in_azure=in_azure),
        client_id=env.get("AZURE_CLIENT_ID") or env.get("AzureWebJobsStorage__clientId") or None,
        tenant_id=_guid(env, "REVOKER_TENANT_ID"),
        in_azure=in_azure,
        auth_enforced=enforced,
        auth_trusted=not in_azure or env.get("WEBSITE_AUTH_ENABLED", "").lower() == "true",
        protected=_protected(env),
        quota=Quota(
            burst=_whole(env, "REVOKER_WRITE_BURST", 3000, 1, 1_000_000),
            rate=_number(env, "REVOKER_WRITE_RATE", 20, 0.1, 100_000),
            reserve=_number(env, "REVOKER_URGENT_SHARE", 10, 0, 90) / 100,
        ),
        patience=Patience(
            attempts=_whole(env, "REVOKER_MAX_ATTEMPTS", 20, 1, 1000),
            age=timedelta(hours=_number(env, "REVOKER_MAX_AGE_HOURS", 24, 0.01, 168)),
        ),
        verify_delays=_delays(env, "REVOKER_VERIFY_DELAYS", "30,120,300"),
        clock_skew=timedelta(seconds=_number(env, "REVOKER_CLOCK_SKEW_SECONDS", 60, 0, 300)),
        graph_timeout=timedelta(seconds=_number(env, "REVOKER_GRAPH_TIMEOUT_SECONDS", 30, 0.1, 230)),
        heal_after=timedelta(seconds=_number(env, "REVOKER_HEAL_AFTER_SECONDS", 900, 1, 86_400)),
        approval_above=_whole(env, "REVOKER_APPROVAL_ABOVE", 0, 0, 10_000_000),
        sweep=declared_sweep(env, now or datetime.now(UTC)),
    )


def _refuse_unknown(env: Mapping[str, str]) -> None:
    for name in env:
        if name.startswith("REVOKER_") and name not in _OURS:
            raise SettingError(f"{name} is not a setting; known are {', '.join(_OURS)}.")


def _graph(env: Mapping[str, str]) -> str | None:
    url = env.get("GRAPH_ENDPOINT", "").rstrip("/")
    if not url:
        return None
    if not _LOOPBACK.fullmatch(url):
        raise SettingError(
            "GRAPH_ENDPOINT may name only this machine, as in http://127.0.0.1:8080; elsewhere set AZURE_CLOUD."
        )
    return url


def _storage(env: Mapping[str, str], suffix: str, *, in_azure: bool) -> Storage | None:
    """Read where storage is: a key is for laptops, in Azure the identity is used even beside an injected key."""
    connection = env.get("AzureWebJobsStorage")
    if connection and not in_azure:
        return Storage(connection=connection)
    account = env.get("AzureWebJobsStorage__accountName")
    ends = {
        kind: env.get(f"AzureWebJobsStorage__{kind}ServiceUri")
        or (f"https://{account}.{kind}.{suffix}" if account else None)
        for kind in ("queue", "table")
    }
    if not any(ends.values()):
        return None
    for kind, url in ends.items():
        if not url or not url.startswith("https://"):
            raise SettingError(f"AzureWebJobsStorage__{kind}ServiceUri should be an https URL; or set __accountName.")
    return Storage(queue_endpoint=ends["queue"], table_endpoint=ends["table"])


def _protected(env: Mapping[str, str]) -> tuple[str, ...]:
    entries = re.split(r"[\s,;]+", env.get("REVOKER_PROTECTED", "").strip())
    for entry in filter(None, entries):
        if user_name(entry) is None:
            raise SettingError(f"REVOKER_PROTECTED holds {entry!r}: write object ids and UPNs, separated by commas.")
    return tuple(dict.fromkeys(entry.lower() for entry in entries if entry))


def _number(env: Mapping[str, str], name: str, default: float, least: float, most: float) -> float:
    text = env.get(name, "").strip()
    try:
        value = float(text or default)
    except ValueError:
        value = most + 1
    if not least <= value <= most:
        raise SettingError(f"{name} is {text!r}: write a number from {least:g} to {most:g} (default {default:g}).")
    return value


def _whole(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    value = _number(env, name, default, least, most)
    if not value.is_integer():
        raise SettingError(f"{name} is {value:g}: write a whole number (default {default}).")
    return int(value)


def _delays(env: Mapping[str, str], name: str, default: str) -> tuple[timedelta, ...]:
    text = env.get(name, "").strip() or default
    if not re.fullmatch(r"\d{1,5}(,\s*\d{1,5}){0,9}", text):
        raise SettingError(f"{name} is {text!r}: write one to ten whole seconds, as in {default}.")
    return tuple(timedelta(seconds=int(part)) for part in text.split(","))


def _choice(env: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = env.get(name) or default
    if value not in allowed:
        raise SettingError(f"{name} is {value!r}: write one of {', '.join(allowed)}.")
    return value


def _guid(env: Mapping[str, str], name: str) -> str | None:
    value = env.get(name, "").strip().lower()
    if value and not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value):
        raise SettingError(f"{name} is {value!r}: write the tenant's id, a GUID.")
    return value or None
