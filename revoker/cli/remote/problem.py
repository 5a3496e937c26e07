"""What an answer says that is no success (RFC 9457, or a page of Azure's), in lines for an operator. Pure."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import httpx

from revoker.cli.harmless import harmless_json

_CLIP = 300
_SHOWN = 5
_OPTIONS = {
    "users": "--user",
    "groups": "--group",
    "roles": "--role",
    "filter": "--filter",
    "exclude.users": "--exclude-user",
    "exclude.groups": "--exclude-group",
    "issuedBefore": "--issued-before",
    "compromisedAt": "--compromised-at",
    "rotatedSince": "--rotated-since",
    "compromisedThumbprints": "--thumbprint",
    "compromisedCertificates": "--compromised-certificate",
    "trustedThumbprints": "--trusted-thumbprint",
    "acknowledge": "--acknowledge",
    "reason": "--reason",
    "incident.number": "--incident-number",
    "incident.url": "--incident-url",
    "limit": "--limit",
    "plan": "--plan",
    "everyMinutes": "--every",
    "maxSessionAgeHours": "--max-age",
    "until": "--for",
    "cooldownMinutes": "--cooldown-minutes",
    "Idempotency-Key": "--idempotency-key",
}
# What Azure answers where the app itself does not, by status, for an answer that is not of the API's kind.
_AZURE = {
    403: "the app is stopped, or its access restrictions leave this machine out. Portal: Function App > Overview > "
    "Start, or Networking",
    404: "there is no Revoker at this address. It ends in /api",
    502: "the app does not start or was restarted. Portal: Function App > Log stream",
    503: "the app does not run. Portal: Function App > Overview, then Log stream",
}


def fields_of(response: httpx.Response) -> dict[str, Any] | None:
    """Return the JSON object in an answer, if it holds one, with every text in one harmless line."""
    try:
        body = harmless_json(response.json())
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def told(response: httpx.Response) -> str:
    """Return an answer that is not a success: what is wrong, then a line for each error and certificate."""
    body = fields_of(response)
    if response.is_redirect:
        return _redirect(response)
    if body is None or "title" not in body:
        return _foreign(response)
    lines = list(_errors(body)) or [f"{response.status_code} {body['title']}: {body.get('detail') or ''}".rstrip(": ")]
    return "\n".join([*lines, *gate(body)])


def _redirect(response: httpx.Response) -> str:
    """Explain a redirect: with App Service Authentication it leads to the sign-in page of browsers."""
    target = response.headers.get("Location", "")[:_CLIP]
    if "login" in target:
        return (
            f"{response.status_code}: the app sends to a sign-in page, as for a browser. "
            "Sign in here: set REVOKE_AUDIENCE after az login. Or the address is another app's."
        )
    return f"{response.status_code}: it leads to {target}, which is not followed: check the address."


def _foreign(response: httpx.Response) -> str:
    code = response.status_code
    phrase = HTTPStatus(code).phrase if code in set(HTTPStatus) else "answered"
    if code in _AZURE:
        return f"{code} {phrase}, not from Revoker: {_AZURE[code]}."
    return f"{code} {phrase}"


def _errors(body: Mapping[str, Any]) -> Iterator[str]:
    """Return a line for each error: the option that filled the field, or the field's own name."""
    errors = body.get("errors") or []
    if not errors:
        return
    if body.get("certificates") or body.get("status") != 400:
        yield f"{body.get('status')} {body['title']}: {body.get('detail')}"
        return
    yield f"The API refused this ({body.get('status')} {body['title']}):"
    for error in errors[:_SHOWN]:
        field, _, index = str(error.get("path") or "").partition("[")
        item = f" (item {int(index[:-1]) + 1})" if index[:-1].isdecimal() else ""
        yield f"  {_OPTIONS.get(field, field or 'the request')}{item}: {error.get('message')}"
        yield from _candidates(error)
        if field in {"groups", "exclude.groups"} and "object id" in str(error.get("message")):
            yield from _group_search(error)
    if len(errors) > _SHOWN:
        yield f"  and {len(errors) - _SHOWN} more"


def _group_search(error: Mapping[str, Any]) -> Iterator[str]:
    """Say how a group's id is found where no candidate is shown, by the beginning of a name (az ad group list -h)."""
    if not error.get("candidates"):
        yield "  az ad group list --display-name NAME -o table   # NAME: its beginning"


def _candidates(error: Mapping[str, Any]) -> Iterator[str]:
    """List whom or what a name may mean, where the message does not."""
    for one in error.get("candidates") or ():
        if str(one.get("id")) not in str(error.get("message")):
            yield f"    {one.get('id')}  {one.get('userPrincipalName') or one.get('displayName')}"


def gate(body: Mapping[str, Any]) -> Iterator[str]:
    """List the certificates that are in the way, and the two ways on."""
    for one in body.get("certificates") or ():
        if one.get("thumbprint"):
            yield f"  {one['domain']}: {one['thumbprint']}, {one.get('subject')}, issued {one.get('notBefore')}"
        else:
            yield f"  {one.get('domain')}: its certificates cannot be read"
    codes = body.get("acknowledge")
    if codes:
        yield "First renew the certificates as said above, then repeat the command with --compromised-at TIME."
        yield f"Or go on all the same, on record: --acknowledge {' '.join(codes)}"
