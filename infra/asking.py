"""One question over HTTP to the deployed app: a token goes over TLS, and to that address alone."""

import urllib.error
import urllib.request
from urllib.parse import urlsplit

from infra.azure_cli import StepError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PATIENCE_SECONDS = 60


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: urllib sends the Authorization header along to the host that the answer names."""

    def redirect_request(self, *_arguments: object) -> None:
        """Make no second request; the redirect is then the answer."""


_OPENER = urllib.request.build_opener(NoRedirect)


def trusted(url: str) -> str:
    """Return the address without a slash at its end; raises StepError for one to which a token may not go."""
    parts = urlsplit(url)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if safe and parts.hostname and "@" not in parts.netloc:
        return url.rstrip("/")
    raise StepError(f"{url} does not start with https://: a token could be read on its way. Give RESPONDER_API_URL.")


def get(url: str, bearer: str = "") -> tuple[int, str]:
    """Return (status, body); status 0 where nothing answered."""
    request = urllib.request.Request(trusted(url))  # noqa: S310 - https or loopback
    if bearer:
        request.add_header("Authorization", f"Bearer {bearer}")
    try:
        with _OPENER.open(request, timeout=PATIENCE_SECONDS) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")
    except OSError as error:
        return 0, str(error)
