"""Which caller is asking, as App Service Authentication tells it: fail closed.

The platform sets ``X-MS-CLIENT-PRINCIPAL`` and strips it from what clients send, while it is on
(docs/graph-facts.md#easy-auth).
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from revoker.core.problems import ForbiddenError, UnauthenticatedError, UnavailableError
from revoker.core.request import Person
from revoker.settings import Settings

_HEADER = "x-ms-client-principal"
_ROLE = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"
_IDS = ("oid", "http://schemas.microsoft.com/identity/claims/objectidentifier")
_NAMES = ("preferred_username", "upn", "name", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name")
_APPS = ("azp", "appid")
_LAPTOP = Person("local", "local")

type Claims = list[tuple[str, str]]


class Role(StrEnum):
    """The app roles; ``Sessions.RevokeAll`` includes ``Sessions.Revoke``, and neither includes reading."""

    READ = "Sessions.Read"
    REVOKE = "Sessions.Revoke"
    REVOKE_ALL = "Sessions.RevokeAll"


@dataclass(frozen=True, slots=True)
class Caller:
    """A person or an application that calls, with its app roles."""

    person: Person
    roles: frozenset[str]

    def must_have(self, role: Role) -> None:
        """Raise ForbiddenError without the role."""
        granted = set(self.roles)
        if Role.REVOKE_ALL in granted:
            granted.add(Role.REVOKE)
        if role not in granted:
            raise ForbiddenError(f"This needs the app role {role}; ask an administrator to assign it to you.")


# The caller of a route that needs no sign-in; it holds no role.
ANONYMOUS = Caller(Person("anonymous", "anonymous"), frozenset())


def must_be_trusted(settings: Settings) -> None:
    """Raise UnavailableError where any client could forge the header of the platform."""
    if not settings.auth_trusted:
        raise UnavailableError("App Service Authentication is off, so callers cannot be told apart. Turn it on.")


def caller(headers: Mapping[str, str], settings: Settings) -> Caller:
    """Return the caller; raises UnavailableError where the header could be forged, UnauthenticatedError without one."""
    must_be_trusted(settings)
    header = headers.get(_HEADER, "")
    if not header and not settings.auth_enforced:
        return Caller(_LAPTOP, frozenset(Role))
    claims = _claims(header)
    person_id = _first(claims, _IDS) or _first(claims, _APPS)
    if person_id is None:
        raise UnauthenticatedError("Sign in: no principal came with this request.")
    name = _first(claims, _NAMES) or _first(claims, _APPS) or person_id
    return Caller(Person(person_id, name), _roles(claims))


def _claims(header: str) -> Claims:
    """Return the principal's claims, the role claim under its short name; a header that cannot be read has none."""
    try:
        principal = json.loads(base64.b64decode(header, validate=True))
        role_type = principal.get("role_typ")
        pairs = [(claim["typ"], claim["val"]) for claim in principal.get("claims")]
    except (binascii.Error, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return []
    claims: Claims = []
    for name, value in pairs:
        # A value that is not printable could forge a line of a log or of an incident's comment.
        if isinstance(name, str) and isinstance(value, str) and value.isprintable():
            claims.append(("roles" if name == role_type else name, value))
    return claims


def _roles(claims: Claims) -> frozenset[str]:
    return frozenset(value for name, value in claims if name in {"roles", _ROLE})


def _first(claims: Claims, names: tuple[str, ...]) -> str | None:
    """Return the first value that is not empty, by the order of the wanted names."""
    for wanted in names:
        for name, value in claims:
            if name == wanted and value:
                return value
    return None
