"""Which API is asked, and how the caller signs in; a token goes over TLS, or stays on this machine."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx

from revoker.cli.ending import UsageError
from revoker.cli.remote.address import address
from revoker.cli.remote.token import Bearer, Given, Played, Token

_NOT_BEARER = "REVOKE_TOKEN is no token: set the bare access token, without 'Bearer'."


@dataclass(frozen=True, slots=True)
class Access:
    """The API's address, without a slash at its end, and how a request is signed: not at all on a laptop."""

    api: str
    auth: httpx.Auth | None
    local: bool


def access(api: str | None, audience: str | None, played: str | None, env: Mapping[str, str]) -> Access:
    """Return what the options and ``REVOKE_API``, ``REVOKE_TOKEN``, ``REVOKE_AUDIENCE`` say; raises UsageError."""
    found = address(api or env.get("REVOKE_API") or "")
    token, audience = env.get("REVOKE_TOKEN", "").strip(), audience or env.get("REVOKE_AUDIENCE")
    if played:
        return Access(found.url, _played(played, local=found.local, signed=bool(token or audience)), found.local)
    if token:
        if not (token.isascii() and token.isprintable() and " " not in token):
            raise UsageError(_NOT_BEARER)
        return Access(found.url, Bearer(lambda: Given(token)), found.local)
    return Access(found.url, Bearer(_identity(audience)) if audience else None, found.local)


def _played(name: str, *, local: bool, signed: bool) -> Played:
    if not local:
        raise UsageError("--as plays a second person for make serve on this machine: this API is not on it.")
    if signed:
        raise UsageError("--as plays a person instead of signing in: unset REVOKE_TOKEN and REVOKE_AUDIENCE.")
    return Played(name)


def _identity(audience: str) -> Callable[[], Token]:
    """Return how azure-identity fetches a token: from az, a managed identity, or whatever else it finds."""
    audience = audience.strip().rstrip("/").removesuffix("/.default")
    if "<" in audience or ">" in audience:
        raise UsageError(f"{audience} still holds a placeholder: the deployment printed it as apiAudience.")
    try:
        from azure.identity import DefaultAzureCredential  # noqa: PLC0415 - slow to import: a token needs no Azure
    except ImportError:
        raise UsageError("--audience needs azure-identity: install it, or set REVOKE_TOKEN.") from None
    logging.getLogger("azure").addHandler(logging.NullHandler())  # it would say on the screen what we say below
    credential, scope = DefaultAzureCredential(), f"{audience}/.default"
    return lambda: _fetched(credential.get_token, scope)


def _fetched(get_token: Callable[[str], Token], scope: str) -> Token:
    from azure.core.exceptions import AzureError, ClientAuthenticationError  # noqa: PLC0415 - with azure-identity

    try:
        return get_token(scope)
    except ClientAuthenticationError as error:
        raise UsageError(no_token(scope, str(error.message))) from None
    except AzureError as error:
        raise httpx.ConnectError(f"the identity does not answer: {error.message}") from None


def no_token(scope: str, said: str) -> str:
    """Say why there is no token, in two lines: the credential's own account of all it tried fills a page."""
    audience = scope.removesuffix("/.default")
    for code, why in _SIGN_IN_ERRORS.items():
        if code in said:
            return f"No token for {audience}: {why}."
    hint = "sign in with az login, or set REVOKE_TOKEN"
    if "://" not in audience and audience.count("-") != 4:
        return f"No token for {audience}: an audience looks like api://..., as the deployment printed it; or {hint}."
    return f"No token for {audience}: {hint}."


# Microsoft Learn, "Microsoft Entra authentication and authorization error codes".
_SIGN_IN_ERRORS = {
    "AADSTS500011": "this tenant has no such application; compare apiAudience of the deployment, and az account show",
    "AADSTS65001": "nobody has consented to the Azure CLI's use of it; see docs/deploy.md",
    "AADSTS50105": "you are assigned no role of the application; ask an administrator",
    "AADSTS700082": "the sign-in is too old; az login again",
    "AADSTS50076": "more proof is asked for; az login again, with --tenant",
}
