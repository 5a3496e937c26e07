"""Why there was no answer, and what to do: no such host, a closed port, TLS where there is none."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from revoker.cli.remote.address import address


@dataclass(frozen=True, slots=True)
class Cause:
    """Why, and what to do next; ``lasting`` says that asking again in some seconds would be in vain."""

    why: str
    then: str
    lasting: bool = False


def cause(error: httpx.RequestError, url: str) -> Cause:
    """Return why a request was not answered."""
    place = httpx.URL(url)
    for inner in _chain(error):
        lasting = _lasting(inner, place)
        if lasting:
            return lasting
    if isinstance(error, httpx.ConnectTimeout):
        return Cause("it does not answer (no connection)", "check the VPN, and the app's access restrictions")
    if isinstance(error, httpx.TimeoutException):
        return Cause("it does not answer in time", "the app may be starting: try again")
    return Cause(f"it does not answer ({type(error).__name__})", "check the address and the network")


def _lasting(error: BaseException, place: httpx.URL) -> Cause | None:
    """Return what no waiting mends: a name, a port, a certificate."""
    where = f"{place.host} port {_port(place)}"
    match error:
        case socket.gaierror():
            return Cause(f"there is no host {place.host} (DNS)", "check the address, and the VPN", lasting=True)
        case ConnectionRefusedError():
            return Cause(f"nothing listens on {where}", _start(place), lasting=True)
        case ssl.SSLCertVerificationError():
            then = "behind a proxy that inspects TLS, name its certificates in SSL_CERT_FILE"
            return Cause(f"the certificate of {place.host} is not trusted", then, lasting=True)
        case ssl.SSLError():
            return Cause(f"{where} does not speak TLS", _plain(str(place)), lasting=True)
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what led to it; httpx and httpcore each wrap the error below."""
    found: BaseException | None = error
    while found:
        yield found
        found = found.__cause__ or found.__context__


def _port(place: httpx.URL) -> int:
    return place.port or {"https": 443, "http": 80}[place.scheme]


def _start(place: httpx.URL) -> str:
    if address(str(place)).local:
        return "start it with make serve"
    return "check the address"


def _plain(url: str) -> str:
    if address(url).local:
        return f"write {url.replace('https:', 'http:', 1)}"
    return "check the port"
