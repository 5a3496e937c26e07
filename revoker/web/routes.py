"""Every HTTP route with the app role it needs: which caller may call what, on one screen.

``function_app`` declares a trigger a row. The authorisation tests, the test of the OpenAPI document and the test of
``docs/api.md`` read the same rows.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from revoker.app import App
from revoker.intake.call import Call, Reply
from revoker.web import runs, service, start, sweeps
from revoker.web.caller import Caller, Role

type Handler = Callable[[Call, Caller, App], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path under ``/api``; ``role`` is None where no caller needs to sign in.

    ``scope_role`` is the role that the same call needs for a run over a directory scope (group, role, filter, all).
    """

    method: str
    path: str
    handler: Handler
    role: Role | None
    scope_role: Role | None = None

    @property
    def name(self) -> str:
        """Return the function's name in Azure, which is the operation's id in the contract too."""
        return self.handler.__name__


ROUTES = (
    Route("POST", "runs", start.start_run, Role.REVOKE, scope_role=Role.REVOKE_ALL),
    Route("POST", "sentinel", start.sentinel, Role.REVOKE),
    Route("GET", "runs", runs.list_runs, Role.READ),
    Route("GET", "runs/{id}", runs.get_run, Role.READ),
    Route("GET", "runs/{id}/result", runs.get_result, Role.READ),
    Route("GET", "runs/{id}/users", runs.list_users, Role.READ),
    Route("GET", "runs/{id}/report", runs.get_report, Role.READ),
    Route("POST", "runs/{id}/cancel", runs.cancel_run, Role.REVOKE, scope_role=Role.REVOKE_ALL),
    Route("POST", "runs/{id}/retry", start.retry_run, Role.REVOKE, scope_role=Role.REVOKE_ALL),
    Route("POST", "runs/{id}/approve", runs.approve_run, Role.REVOKE, scope_role=Role.REVOKE_ALL),
    Route("GET", "preflight", service.preflight, Role.READ),
    Route("POST", "sweeps", sweeps.create_sweep, Role.REVOKE_ALL),
    Route("GET", "sweeps", sweeps.list_sweeps, Role.READ),
    Route("GET", "sweeps/{id}", sweeps.get_sweep, Role.READ),
    Route("DELETE", "sweeps/{id}", sweeps.delete_sweep, Role.REVOKE_ALL),
    Route("POST", "sweeps/{id}/pause", sweeps.pause_sweep, Role.REVOKE_ALL),
    Route("POST", "sweeps/{id}/resume", sweeps.resume_sweep, Role.REVOKE_ALL),
    Route("GET", "health", service.health, None),
    Route("GET", "openapi.json", service.openapi, None),
)

# Calls that no row above takes. The Functions host matches routes in the order of function names (docs/graph-facts.md,
# Functions host), so the name of this one must stay the last of them; a test holds that.
UNKNOWN = Route("*", "{*path}", service.unknown, None)
ANY_METHOD = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
