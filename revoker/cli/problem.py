"""What the API says against a request (RFC 9457), in lines for an operator. Pure."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import httpx

_CLIP = 300
_SIGN_IN = "Sign in: set REVOKE_TOKEN, or give --audience (REVOKE_AUDIENCE) after az login."
_OPTIONS = {
    "users": "--user",
    "groups": "--group",
    "roles": "--role",
    "exclude.users": "--exclude-user",
    "exclude.groups": "--exclude-group",
    "issuedBefore": "--issued-before",
    "compromisedAt": "--compromised-at",
    "compromisedThumbprints": "--thumbprint",
}


def fields_of(response: httpx.Response) -> dict[str, Any] | None:
    """Return the JSON object in an answer, if it holds one."""
    try:
        body = response.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def told(response: httpx.Response) -> str:
    """Return an answer that is not a success: its sentence, then a line for each error and certificate."""
    body = fields_of(response) or {}
    return "\n".join([_sentence(response, body), *_errors(body), *_gate(body), *_hint(response.status_code)])


def _sentence(response: httpx.Response, body: dict[str, Any]) -> str:
    code = response.status_code
    known = HTTPStatus(code).phrase if code in set(HTTPStatus) else "answered"
    title, detail = body.get("title") or known, body.get("detail")
    if detail is None and response.is_redirect:
        detail = f"it leads to {response.headers.get('Location', '')[:_CLIP]}, which is not followed: check the address"
    return f"{code} {title}: {detail}" if detail else f"{code} {title}"


def _errors(body: dict[str, Any]) -> Iterator[str]:
    """Name each path, and the option that filled it where its name differs."""
    for error in body.get("errors") or ():
        path = str(error.get("path") or "")
        option = _OPTIONS.get(path.partition("[")[0])
        named = f"{option} ({path})" if option else path or "the request"
        yield f"  {named}: {error.get('message')}"


def _gate(body: dict[str, Any]) -> Iterator[str]:
    """List the certificates that are in the way, and the two ways on."""
    for one in body.get("certificates") or ():
        if one.get("thumbprint"):
            yield f"  {one['domain']}: {one['thumbprint']}, {one.get('subject')}, issued {one.get('notBefore')}"
        else:
            yield f"  {one.get('domain')}: its certificates cannot be read"
    if codes := body.get("acknowledge"):
        yield "First renew the certificates as said above, then repeat the command with --compromised-at TIME."
        yield f"Or go on all the same, on record: --acknowledge {' '.join(codes)}"


def _hint(code: int) -> Iterator[str]:
    if code == HTTPStatus.UNAUTHORIZED:
        yield _SIGN_IN
