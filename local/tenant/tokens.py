"""The managed identity endpoint, and the check of what it issued.

Facts: App Service's identity endpoint (`overview-managed-identity`, api-version 2019-08-01) and Graph's 401 answers.
"""

from dataclasses import dataclass, field
from random import Random
from typing import Any, NoReturn

from local.tenant.applications import Applications
from local.tenant.exchange import Refusal
from local.tenant.people import TENANT_ID
from local.tenant.population import make_id
from local.tenant.signed import ForgedError, read, sign

GRAPH_RESOURCE = "https://graph.microsoft.com"
GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"
APP_ID = "8d3c1f52-47aa-4b6e-9f0d-2c1e5a7b9046"
PRINCIPAL_ID = "c7b2a90e-5d14-4f38-8e61-3a9f0b6d2c75"
LEAST_ROLES = (
    "User.RevokeSessions.All",
    "User.Read.All",
    "GroupMember.Read.All",
    "RoleManagement.Read.Directory",
    "Domain.Read.All",
    "Domain-InternalFederation.Read.All",
)
DEFAULT_ROLES = (
    *LEAST_ROLES,
    "Member.Read.Hidden",
    "PrivilegedEligibilitySchedule.Read.AzureADGroup",
)
_AUDIENCES = {GRAPH_RESOURCE, f"{GRAPH_RESOURCE}/", GRAPH_APP_ID}
_CHALLENGE = (
    'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", '
    f'client_id="{GRAPH_APP_ID}"'
)


def _principal(client_id: str) -> str:
    """Return the object id of an application's service principal."""
    if client_id == APP_ID:
        return PRINCIPAL_ID
    return make_id(Random(client_id))


def _reject(message: str) -> NoReturn:
    raise Refusal(401, "InvalidAuthenticationToken", message, {"WWW-Authenticate": _CHALLENGE})


@dataclass
class Tokens:
    """Issues tokens that say what the identity may do, and knows its own again.

    With `sticky` the platform gives the token that it has until that expires, and Graph goes by what the token says
    (`managed-identities-faq`): a permission that is granted or taken away counts from the next token on.
    """

    seed: int = 1
    seconds: int = 3600
    roles: tuple[str, ...] = DEFAULT_ROLES
    applications: Applications = field(default_factory=Applications)
    sticky: bool = False
    _generation: int = field(default=0, repr=False)
    _kept: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict, repr=False)

    def stick(self, *, sticky: bool) -> None:
        """Give out one token from now on until it expires, or a new one each time."""
        self.sticky = sticky
        self._kept.clear()

    def expire_all(self) -> None:
        """Make every token issued so far worthless."""
        self._generation += 1

    def issue(self, options: dict[str, str], identity_header: str, now: float) -> dict[str, str]:
        """Answer the identity endpoint's one question: a token for a resource, as an application."""
        self.applications.check_header(identity_header)
        if options.get("api-version") != "2019-08-01" or not options.get("resource"):
            raise Refusal(400, "invalid_request", "api-version=2019-08-01 and a resource are required.")
        resource, client_id = options["resource"], options.get("client_id") or APP_ID
        self.applications.check_identity(client_id, now)
        kept = self._kept.get((resource, client_id))
        if self.sticky and kept and int(kept["expires_on"]) > now:
            return kept
        self._kept[resource, client_id] = {
            "access_token": sign(self._claims(resource, client_id, int(now)), self._key),
            "expires_on": str(int(now) + self.seconds),
            "resource": resource,
            "token_type": "Bearer",
            "client_id": client_id,
        }
        return self._kept[resource, client_id]

    def check(self, authorization: str, now: float) -> dict[str, Any]:
        """Accept only what was issued here, for Graph, and lives."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            _reject("Access token is empty.")
        try:
            claims = read(token.strip(), self._key)
        except ForgedError as forged:
            _reject(str(forged))
        if claims["aud"] not in _AUDIENCES:
            _reject("Access token validation failure. Invalid audience.")
        if not claims["nbf"] <= now < claims["exp"]:
            _reject("Lifetime validation failed, the token is expired.")
        if self.applications.find(claims["appid"]).refused:
            _reject(
                "Access token validation failure. The identity of the calling application could not be established."
            )
        return claims

    def roles_of(self, app: str) -> tuple[str, ...]:
        """Return the permissions of an application as they are now."""
        own = self.applications.find(app).roles
        if own is None:
            return self.roles
        return own

    def _claims(self, resource: str, client_id: str, now: int) -> dict[str, Any]:
        return {
            "aud": resource,
            "iss": f"https://sts.windows.net/{TENANT_ID}/",
            "iat": now,
            "nbf": now,
            "exp": now + self.seconds,
            "appid": client_id,
            "app_displayname": "revoker",
            "idtyp": "app",
            "oid": _principal(client_id),
            "sub": _principal(client_id),
            "tid": TENANT_ID,
            "ver": "1.0",
            "roles": list(self.roles_of(client_id)),
        }

    @property
    def _key(self) -> bytes:
        # Another generation is another key: every token signed before is refused as a forged one would be.
        return f"simulated tenant {self.seed} {self._generation}".encode()
