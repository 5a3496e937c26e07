"""Why storage cannot be used just now, in words for a caller and for the log."""

from dataclasses import dataclass

_SERVICES = {"table": "Storage Table Data Contributor", "queue": "Storage Queue Data Contributor"}
# What storage answers where its firewall, not a role, is in the way (learn, "Status and error codes").
_BY_NETWORK = "AuthorizationFailure"


@dataclass(frozen=True, slots=True)
class Outage:
    """A passing state of storage; ``role`` is what the app's identity lacks, where that is the reason."""

    detail: str
    role: str | None = None
    retry_after: int = 10


SILENT = Outage("Storage does not answer.")


def refused(host: str, code: str) -> Outage:
    """Return what a 403 of storage means, by the host that was asked (``….table.core.windows.net``) and its code."""
    services = [name for name in _SERVICES if f".{name}." in f".{host}"]
    if code == _BY_NETWORK:
        return Outage("The storage account's network rules turn the app away: see docs/deploy.md.", retry_after=60)
    role = " and ".join(_SERVICES[name] for name in services or _SERVICES)
    return Outage(
        f"Storage refuses the app's identity: it needs {role} on the app's storage account. "
        "A new role takes minutes to spread, now and then an hour.",
        role,
        retry_after=60,
    )
