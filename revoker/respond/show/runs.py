"""Look things up for whoever asks: where a run stands, what happened to its users, whether we are well."""

import asyncio
from collections.abc import Awaitable

from revoker import log
from revoker.core.errors import InvalidError, UnknownError
from revoker.core.outcome import Outcome, User
from revoker.core.run import Run, State, state_of
from revoker.ports.page import Page
from revoker.respond.policy import Tools
from revoker.views.report import Format, body, head, tail
from revoker.views.status import status, user

_HEALTH_TIMEOUT = 5.0
_PAGE = 1000


async def run_status(run_id: str, tools: Tools) -> dict[str, object]:
    """Return a run's status; raises UnknownError without such a run."""
    return await status_of(await known_run(run_id, tools), tools)


async def known_run(run_id: str, tools: Tools) -> Run:
    """Return a run; raises UnknownError without it."""
    run = await tools.ledger.run(run_id)
    if run is None:
        raise UnknownError(f"There is no run {run_id}.")
    return run


async def origin(run: Run, tools: Tools) -> Run:
    """Return the run that was asked for first, where this one retries another."""
    while run.retry_of:
        run = await known_run(run.retry_of, tools)
    return run


async def list_runs(state: State | None, limit: int, cursor: str | None, tools: Tools) -> dict[str, object]:
    """Return runs, newest first; a run that goes on is asked where it stands."""
    page = await tools.ledger.runs(state, limit, cursor)
    tallies = await asyncio.gather(*(tools.ledger.tally(run.id) for run in page.rows))
    shown = [
        status(run, counted, tools.policy.quota)
        for run, counted in zip(page.rows, tallies, strict=True)
        if state is None or state_of(run, counted) is state
    ]
    return {"runs": shown, "cursor": page.cursor}


async def list_users(
    run_id: str, outcome: Outcome | None, limit: int, cursor: str | None, tools: Tools
) -> dict[str, object]:
    """Return a run's users; raises UnknownError without such a run, InvalidError for a cursor not ours."""
    run = await known_run(run_id, tools)
    try:
        page = await tools.ledger.users(run.id, outcome, limit, cursor)
    except ValueError as error:
        raise InvalidError(
            "The cursor is not one we gave.", [("cursor", "pass a cursor as it was returned")]
        ) from error
    return _users(page)


async def report(run_id: str, form: Format, tools: Tools) -> str:
    """Return a run's evidence; raises UnknownError without such a run."""
    shown = await run_status(run_id, tools)
    parts, cursor = [head(form, shown)], None
    while True:
        page = await tools.ledger.users(run_id, None, _PAGE, cursor)
        parts.append(body(form, map(user, page.rows), shown, first=len(parts) == 1))
        cursor = page.cursor
        if cursor is None:
            return "".join([*parts, tail(form)])


async def health(tools: Tools) -> tuple[bool, dict[str, object]]:
    """Return whether everything needed answers, and which does not."""
    # The directory is asked for nothing: what is checked is that a token for it can be had.
    pings = {"ledger": tools.ledger.ping(), "outbox": tools.outbox.ping(), "identity": tools.graph_users.ping()}
    answers = await asyncio.gather(*(_answers(name, ping) for name, ping in pings.items()))
    checks = dict(zip(pings, answers, strict=True))
    well = all(checks.values())
    return well, {"status": "ok" if well else "failing", "checks": {name: _word(ok) for name, ok in checks.items()}}


async def status_of(run: Run, tools: Tools) -> dict[str, object]:
    """Return the status of a run at hand."""
    return status(run, await tools.ledger.tally(run.id), tools.policy.quota)


def _users(page: Page[User]) -> dict[str, object]:
    return {"users": [user(line) for line in page.rows], "cursor": page.cursor}


async def _answers(name: str, ping: Awaitable[None]) -> bool:
    """Return whether a dependency answers; its every way of failing means the same here."""
    try:
        await asyncio.wait_for(ping, _HEALTH_TIMEOUT)
    except Exception:  # noqa: BLE001 - see the docstring
        log.failure("dependency_failing", dependency=name)
        return False
    return True


def _word(ok: bool) -> str:  # noqa: FBT001 - a word for a truth value
    return "ok" if ok else "failing"
