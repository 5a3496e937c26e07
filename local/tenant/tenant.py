"""The whole tenant as one function: a request and the time in, a delivery out. No sockets, no clock."""

from random import Random
from urllib.parse import parse_qsl

from local.tenant.applications import Applications
from local.tenant.directory import Directory
from local.tenant.exchange import Delivery, Refusal, Request, Response
from local.tenant.faults import Faults
from local.tenant.federation import Federation
from local.tenant.gateway import VERSION, Gateway
from local.tenant.graph import Graph
from local.tenant.memberships import Memberships
from local.tenant.odata.paging import Cursors
from local.tenant.population import make_id
from local.tenant.returns import Returns
from local.tenant.sessions import Sessions
from local.tenant.settings import Settings, full_throttle
from local.tenant.tokens import APP_ID, Tokens
from local.tenant.world import World

__all__ = ["Settings", "Tenant"]

_TOKEN_PATH = "/msi/token"  # noqa: S105 - a path, not a secret


class Tenant:
    """Answers everything that a caller of Graph, or of the identity endpoint, may ask."""

    def __init__(self, settings: Settings, started: float) -> None:
        self.settings, self.now = settings, started
        self.applications = Applications()
        self.tokens = Tokens(settings.seed, settings.token_seconds, settings.roles, self.applications)
        throttle = full_throttle(settings, self.applications)
        self.graph = Graph(_world(settings, started), throttle, Faults(settings.faults, settings.seed))
        self._gateway = Gateway(self.graph, self.tokens, self.applications, Random(settings.seed))

    def pass_time(self, now: float) -> None:
        """Let everything happen that is due by now, although no caller asked."""
        self.now = max(self.now, now)
        self.graph.world.returns.happen(self.graph.world.sessions, now)

    def answer(self, request: Request, now: float) -> Delivery:
        """Answer one request."""
        self.pass_time(now)
        path, _, query = request.url.partition("?")
        if path == _TOKEN_PATH:
            self.graph.journal.tokens += 1
            return self._identity(request, dict(parse_qsl(query)), now)
        if path.startswith(f"{VERSION}/"):
            return self._gateway.answer(request, now, self.settings.latency)
        return Delivery(Response(404, {"error": {"code": "NotFound", "message": f"There is nothing at {path}."}}))

    def refill(self) -> None:
        """Start again with full quotas, sized by settings and profile."""
        self.graph.throttle = full_throttle(self.settings, self.applications)

    def _identity(self, request: Request, options: dict[str, str], now: float) -> Delivery:
        delay = self.applications.slowness(options.get("client_id") or APP_ID, now)
        try:
            issued = self.tokens.issue(options, request.headers.get("x-identity-header", ""), now)
            return Delivery(Response(200, issued))
        except Refusal as refusal:
            # As App Service words it: MicrosoftDocs/azure-docs#43543, and what MSAL for Python looks for.
            body = {"statusCode": refusal.status, "message": refusal.message, "correlationId": make_id(self.graph.ids)}
            return Delivery(Response(refusal.status, body), delay)


def _world(settings: Settings, started: float) -> World:
    directory = Directory(settings.users, settings.seed, started, settings.population)
    return World(
        directory,
        Sessions(directory, settings.replication),
        Cursors(settings.seed),
        Memberships(directory),
        Federation(settings.federation, started),
        Returns(settings.seed, settings.returning_share, settings.returning_seconds, started),
    )
