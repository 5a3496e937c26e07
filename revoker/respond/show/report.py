"""Put a run's evidence together: its status and every user, in the format asked for."""

from functools import partial

from revoker.ports.ledger import Ledger
from revoker.respond.every_page import every_page
from revoker.respond.show.runs import run_status
from revoker.views.report import Format, body, head, tail
from revoker.views.status import Reckoning, user

_PAGE = 1000


async def report(run_id: str, form: Format, ledger: Ledger, by: Reckoning) -> str:
    """Return a run's evidence; raises UnknownError without such a run."""
    shown = await run_status(run_id, ledger, by)
    parts = [head(form, shown)]
    async for page in every_page(partial(ledger.users, run_id, None, _PAGE)):
        parts.append(body(form, map(user, page.rows), shown, first=len(parts) == 1))
    return "".join([*parts, tail(form)])
