"""Who is asking, as App Service Authentication says it: fail closed.

The platform sets ``X-MS-CLIENT-PRINCIPAL`` and strips it from what clients send, while it is on (reference: azure, 6).
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from revoker.core.errors import ForbiddenError, UnauthenticatedError, UnavailableError
from revoker.core.request import Person
from revoker.settings import Settings

_HEADER = "x-ms-client-principal"
_ROLE = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"
_IDS = ("oid", "http://schemas.microsoft.com/identity/claims/objectidentifier")
_NAMES = ("preferred_username", "upn", "name", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name")
_APPS = ("azp", "appid")
_LAPTOP = Person("local", "local")


class Role(StrEnum):
    """The app roles; ``Sessions.RevokeAll`` includes ``Sessions.Revoke``, and neither includes reading."""

    READ = "Sessions.Read"
    REVOKE = "Sessions.Revoke"
    REVOKE_ALL = "Sessions.RevokeAll"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, with which roles."""

    person: Person
    roles: frozenset[str]

    def must_have(self, role: Role) -> None:
        """Raise ForbiddenError without the role."""
        granted = self.roles | ({Role.REVOKE} if Role.REVOKE_ALL in self.roles else set())
        if role not in granted:
            raise ForbiddenError(f"This needs the app role {role}; ask an administrator to assign it to you.")


def caller(headers: Mapping[str, str], settings: Settings) -> Caller:
    """Return who asks; raises UnavailableError where the header could be forged, UnauthenticatedError without one."""
    if not settings.auth_trusted:
        raise UnavailableError("App Service Authentication is off, so nobody can be told from anybody. ScanStep it on.")
    header = headers.get(_HEADER, "")
    if not header and not settings.auth_enforced:
        return Caller(_LAPTOP, frozenset(Role))
    claims = _claims(header)
    person_id = _first(claims, _IDS) or _first(claims, _APPS)
    if person_id is None:
        raise UnauthenticatedError("Sign in: no principal came with this request.")
    roles = frozenset(value for name, value in claims if name in {"roles", _ROLE})
    return Caller(Person(person_id, _first(claims, _NAMES) or _first(claims, _APPS) or person_id), roles)


def _claims(header: str) -> list[tuple[str, str]]:
    """Return the principal's claims, the role claim under its short name; anything odd is as if absent."""
    try:
        principal = json.loads(base64.b64decode(header, validate=True))
        role_type, listed = principal.get("role_typ"), principal.get("claims")
        pairs = [(claim["typ"], claim["val"]) for claim in listed]
    except (binascii.Error, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return []
    texts = [
        (name, value)
        for name, value in pairs
        if isinstance(name, str) and isinstance(value, str) and value.isprintable()
    ]
    return [("roles" if name == role_type else name, value) for name, value in texts]


def _first(claims: list[tuple[str, str]], names: tuple[str, ...]) -> str | None:
    return next((value for wanted in names for name, value in claims if name == wanted and value), None)
