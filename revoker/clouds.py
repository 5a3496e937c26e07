"""Where Microsoft Graph and Azure Storage are: by cloud, or on this machine."""

import re
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from revoker.core.errors import SettingError
from revoker.environment import Environment

_LOOPBACK = re.compile(r"https?://(127\.0\.0\.1|(?i:localhost)|\[::1\])(:\d{1,5})?(/.*)?")


class Cloud(Enum):
    """The clouds by the names that ``az cloud list`` gives them (docs/graph-facts.md#identity-and-clouds)."""

    AzureCloud = ("https://graph.microsoft.com", "core.windows.net")
    AzureUSGovernment = ("https://graph.microsoft.us", "core.usgovcloudapi.net")
    AzureUSGovernmentDoD = ("https://dod-graph.microsoft.us", "core.usgovcloudapi.net")
    AzureChinaCloud = ("https://microsoftgraph.chinacloudapi.cn", "core.chinacloudapi.cn")

    def __init__(self, graph: str, storage_suffix: str) -> None:
        self.graph = graph
        self.storage_suffix = storage_suffix


@dataclass(frozen=True, slots=True)
class Storage:
    """Where ledger and queues live: a connection string on a laptop, endpoints with the identity in Azure."""

    connection: str | None = None
    queue_endpoint: str | None = None
    table_endpoint: str | None = None


def graph_override(given: Environment) -> str | None:
    """Return GRAPH_ENDPOINT, which may name only this machine: a token of Graph goes there."""
    url = given.exactly("GRAPH_ENDPOINT").rstrip("/")
    if not url:
        return None
    if not _LOOPBACK.fullmatch(url) or urlsplit(url).path:
        raise SettingError(
            "GRAPH_ENDPOINT may name only this machine, as in http://127.0.0.1:8080; elsewhere set AZURE_CLOUD."
        )
    return url


def storage(given: Environment, cloud: Cloud, *, in_azure: bool) -> Storage | None:
    """Return where storage is: a key is for laptops, in Azure the identity is used even beside an injected key."""
    connection = given.text("AzureWebJobsStorage")
    if connection and not in_azure:
        return Storage(connection=connection)
    account = given.text("AzureWebJobsStorage__accountName")
    queue, table = [_endpoint(given, kind, account, cloud) for kind in ("queue", "table")]
    if not (queue or table):
        return None
    for kind, url in (("queue", queue), ("table", table)):
        _refuse_elsewhere(f"AzureWebJobsStorage__{kind}ServiceUri", url, cloud)
    return Storage(queue_endpoint=queue, table_endpoint=table)


def _endpoint(given: Environment, kind: str, account: str, cloud: Cloud) -> str:
    by_account = ""
    if account:
        by_account = f"https://{account}.{kind}.{cloud.storage_suffix}"
    return given.text(f"AzureWebJobsStorage__{kind}ServiceUri") or by_account


def _refuse_elsewhere(name: str, url: str, cloud: Cloud) -> None:
    """Raise SettingError for an address outside the cloud's storage: the identity's token is sent there."""
    if _LOOPBACK.fullmatch(url):
        return
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" or not host.endswith(f".{cloud.storage_suffix}"):
        raise SettingError(f"{name} should be an https URL that ends in {cloud.storage_suffix}; or set __accountName.")
