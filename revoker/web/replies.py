"""What several routes share: the run named in a path, the right to change it, and the 202 that a caller waits on."""

import uuid

from revoker.app import App
from revoker.core.problems import UnknownError
from revoker.core.run import Run
from revoker.intake.call import Call, Reply
from revoker.respond.show import runs as show
from revoker.web.caller import Caller, Role

_RETRY_AFTER_SECONDS = "5"


def run_id(call: Call) -> str:
    """Return the run's id in the path, in its canonical form; raises UnknownError for a text that is no id."""
    given = call.params.get("id", "")
    try:
        return str(uuid.UUID(given))
    except ValueError:
        raise UnknownError(f"There is no run {given[:100]}.") from None


async def run_to_change(call: Call, caller: Caller, app: App) -> Run:
    """Return the run that the caller wants to change; raises ForbiddenError without the role for starting one like it.

    A retry of a scope's run names its users, and still needs the role that the scope needed.
    """
    run = await show.known_run(run_id(call), app.ledger)
    origin = await show.origin(run, app.ledger)
    if origin.scans:
        caller.must_have(Role.REVOKE_ALL)
    return run


async def accepted(run: Run, app: App, *, replayed: bool) -> Reply:
    """Return 202 with a run's status; ``replayed`` tells that the same request started it before."""
    status = await show.status_of(run, app.ledger, app.status_basis)
    if replayed:
        status = {**status, "replayed": True}
    return waiting(status, app)


def waiting(status: dict[str, object], app: App) -> Reply:
    """Return 202 with where to ask for the end, which a Logic Apps HTTP action follows by itself."""
    location = address(f"runs/{status['runId']}/result", app)
    return Reply(202, status, {"Location": location, "Retry-After": _RETRY_AFTER_SECONDS})


def address(path: str, app: App) -> str:
    """Return where a path of the API is: absolute where the platform tells the app's own name, else relative.

    The Host header of the request is the client's word. Copied into Location, it could send a waiting playbook, with
    its token, to another server.
    """
    return f"{app.settings.public_url}/api/{path}"
