"""The applications that call: what each may do, and what is wrong with one of them.

Facts: App Service's identity endpoint (`overview-managed-identity`: `client_id` chooses a user-assigned identity); a
token names its application in `appid`; Azure-Samples/azure-search-openai-demo#2148 (an identity that the platform does
not know is answered with 400 and this sentence).
"""

from dataclasses import dataclass, field

from local.tenant.exchange import Refusal

UNKNOWN = "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId."


@dataclass(frozen=True, slots=True)
class Application:
    """One application, as far as it differs from the others.

    `roles`: its permissions, None for those of the tenant. `refused`: every token of it is answered with 401. `delay`:
    seconds until its answers come, beyond the tenant's latency. `write_burst`, `write_rate`: a quota of its own.
    `unknown`: the platform has no such identity, so there is no token.
    """

    roles: tuple[str, ...] | None = None
    refused: bool = False
    delay: float = 0.0
    write_burst: float | None = None
    write_rate: float | None = None
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Outage:
    """The identity endpoint answers `status` from `since` (seconds since the epoch) on.

    `client_id` limits it to one application; `delay` is seconds until the answer comes. Tokens given out before live
    until they expire. An endpoint that fails now and then, or does not answer: azure-functions-host#10238 and #11058.
    """

    since: float
    status: int = 500
    client_id: str | None = None
    delay: float = 0.0


@dataclass
class Applications:
    """Every application that a control has changed, and the identity endpoint's outage, if there is one.

    `header` is what the endpoint wants in `X-IDENTITY-HEADER`, None for any: "the value is rotated by the platform"
    (`overview-managed-identity`).
    """

    changed: dict[str, Application] = field(default_factory=dict)
    outage: Outage | None = None
    header: str | None = None

    def find(self, app: str) -> Application:
        """Return how an application differs; most do not."""
        return self.changed.get(app, Application())

    def check_header(self, header: str) -> None:
        """Refuse a caller that is not this machine's app; how the endpoint words it is undocumented."""
        if not header:
            raise Refusal(400, "invalid_request", "The X-IDENTITY-HEADER header is missing.")
        if self.header not in {None, header}:
            raise Refusal(401, "invalid_request", "The X-IDENTITY-HEADER header is not the one of this app.")

    def slowness(self, client_id: str, now: float) -> float:
        """Return after how many seconds the identity endpoint answers."""
        outage = self._outage_of(client_id, now)
        return outage.delay if outage else 0.0

    def check_identity(self, client_id: str, now: float) -> None:
        """Refuse a token that cannot be had now."""
        # Our order: the platform knows its own identities, whether or not tokens can be had.
        if self.find(client_id).unknown:
            raise Refusal(400, "invalid_request", UNKNOWN)
        if outage := self._outage_of(client_id, now):
            raise Refusal(outage.status, "server_error", "The managed identity endpoint is unavailable.")

    def _outage_of(self, client_id: str, now: float) -> Outage | None:
        outage = self.outage
        if outage is None or now < outage.since or outage.client_id not in {None, client_id}:
            return None
        return outage
