"""The API's address as typed: made whole, or explained."""

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from revoker.cli.ending import UsageError

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_EXAMPLE = "https://contoso-revoker.azurewebsites.net/api"
# Addresses that are pasted by mistake, by how the host ends.
_OTHERS = {
    "graph.microsoft.com": "is Microsoft Graph; give the address of your Revoker app",
    "portal.azure.com": "is the Azure portal; give the app's default domain (portal: Function App > Overview)",
    "entra.microsoft.com": "is the Entra admin center; give the app's default domain",
    "scm.azurewebsites.net": "is the app's deployment site; leave out .scm",
    "login.microsoftonline.com": "is the sign-in page; give the address of your Revoker app",
}


@dataclass(frozen=True, slots=True)
class Address:
    """Where the API is: without a slash at its end; ``local`` says that it is on this machine."""

    url: str
    local: bool


def address(text: str) -> Address:
    """Return the address; raises UsageError. A token goes over TLS, or stays on this machine."""
    text = text.strip().strip("\"'")
    if not text:
        raise UsageError(f"Which API? Give --api or set REVOKE_API, as in {_EXAMPLE}; make serve prints one.")
    if "<" in text or ">" in text:
        raise UsageError(f"{text} still holds a placeholder: put your app's name there, as in {_EXAMPLE}.")
    if "://" not in text:
        scheme = "http" if text.partition(":")[0].partition("/")[0] in _LOOPBACK else "https"
        raise UsageError(f"{text} has no scheme: write {scheme}://{text.rstrip('/')}.")
    parts = _split(text)
    host = parts.hostname or ""
    local = host in _LOOPBACK
    if parts.scheme == "http" and not local:
        raise UsageError(f"{host} is not this machine: write https://, or the token can be read on its way.")
    return Address(f"{parts.scheme}://{parts.netloc}{_path(parts.path)}", local)


def _split(text: str) -> SplitResult:
    """Take the address apart; raises UsageError without repeating what may be a password in it."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    for end, what in _OTHERS.items():
        if host and (host == end or host.endswith(f".{end}")):
            raise UsageError(f"{host} {what}, as in {_EXAMPLE}.")
    if (
        not host
        or _is_no_host(host)
        or parts.scheme not in {"https", "http"}
        or parts.query
        or parts.fragment
        or "@" in parts.netloc
    ):
        raise UsageError(f"The API's address should look like {_EXAMPLE}.")
    return parts


def _is_no_host(host: str) -> bool:
    """Tell what DNS cannot look up: a label that is empty, longer than 63, or holds a space (RFC 1035, 2.3.4)."""
    return any(not 0 < len(label) <= 63 or " " in label for label in host.rstrip(".").split("."))


def _path(path: str) -> str:
    """Return the path up to /api: an address copied from a route, as .../api/runs, means the same app."""
    path = path.rstrip("/")
    if path in {"/v1.0", "/beta"}:
        raise UsageError(f"{path} is Graph's path: the API's address ends in /api, as in {_EXAMPLE}.")
    head, found, _ = f"{path}/".partition("/api/")
    return f"{head}/api" if found else path or "/api"
