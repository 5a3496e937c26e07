"""Between trigger and handler: the caller is told apart and admitted, then the route's handler is called."""

from revoker.intake.call import Call, Reply
from revoker.settings import Settings
from revoker.web.caller import ANONYMOUS, Caller, caller
from revoker.web.routes import Route
from revoker.wiring import Parts


async def dispatch(route: Route, call: Call, parts: Parts, settings: Settings) -> Reply:
    """Return the handler's reply; a caller that is not admitted raises its ProblemError before anything is built."""
    admitted = admit(route, call, settings)
    return await route.handler(call, admitted, await parts.app())


def admit(route: Route, call: Call, settings: Settings) -> Caller:
    """Return the caller; raises UnauthenticatedError, ForbiddenError or UnavailableError."""
    if route.role is None:
        return ANONYMOUS
    known = caller(call.headers, settings)
    known.must_have(route.role)
    return known
