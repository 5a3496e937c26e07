"""The client, or what of this computer's settings is in its way: a proxy, a file of certificates, an address."""

import os
import ssl

import httpx

from revoker.cli.ending import UsageError
from revoker.cli.remote.access import Access

_INSTEAD = "name another file, or unset it"


def opened(place: Access, transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """Return a client for the API; raises UsageError. ``transport`` stands in for the network."""
    try:
        # A proxy from the environment would carry what must stay on this machine.
        return httpx.Client(base_url=place.api, auth=place.auth, transport=transport, trust_env=not place.local)
    except httpx.InvalidURL as error:
        raise UsageError(f"{place.api} is no address: {error}.") from None
    except ImportError:
        raise UsageError(
            "The environment names a SOCKS proxy: pip install 'httpx[socks]', or name an HTTP proxy in HTTPS_PROXY."
        ) from None
    except ValueError:
        raise UsageError("HTTPS_PROXY, HTTP_PROXY or ALL_PROXY is no address: write http://HOST:PORT.") from None
    except ssl.SSLError:
        raise UsageError(f"{_certificates()} holds no certificate in PEM: {_INSTEAD}.") from None
    except OSError as error:
        raise UsageError(f"{_certificates()} cannot be read ({error.strerror}): {_INSTEAD}.") from None


def _certificates() -> str:
    """Return which file of certificates the environment names, as httpx reads it."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        if os.environ.get(name):
            return f"{name} ({os.environ[name]})"
    return "This computer's file of certificates"
