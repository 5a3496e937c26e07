"""Put a run's evidence together: its status and every user, as JSON or CSV, or as the value behind the page."""

from datetime import datetime
from functools import partial
from io import BytesIO

from revoker.ports.ledger import Ledger
from revoker.respond.every_page import USERS_IN_PAGE, every_page
from revoker.respond.show.runs import known_run, run_status, status_of
from revoker.views.evidence.document import Document, document
from revoker.views.evidence.gathered import Gathered
from revoker.views.evidence.moments import Clock
from revoker.views.plain import moment
from revoker.views.report import Format, body, head, tail
from revoker.views.status import StatusBasis, user


async def report(run_id: str, form: Format, ledger: Ledger, basis: StatusBasis) -> bytes:
    """Return a run's evidence as JSON or CSV, in UTF-8; raises UnknownError without such a run.

    It is made as bytes from the start. As text the report of 100,000 users would be in memory three times: twice while
    it is joined, once more while it is encoded; and the byte order mark makes each character of a CSV text take two
    bytes.
    """
    shown = await run_status(run_id, ledger, basis)
    out, first = BytesIO(), True
    out.write(head(form, shown).encode())
    async for page in every_page(partial(ledger.users, run_id, None, USERS_IN_PAGE)):
        out.write(body(form, map(user, page.rows), shown, first=first).encode())
        first = first and not page.rows
    out.write(tail(form).encode())
    return out.getvalue()


async def evidence(run_id: str, clock: Clock, now: datetime, ledger: Ledger, basis: StatusBasis) -> Document:
    """Return what the evidence page says; raises UnknownError without such a run.

    The page shows the SHA-256 of the CSV. So the CSV is made here too, a page of users at a time, and only hashed.
    """
    run = await known_run(run_id, ledger)
    shown = await status_of(run, ledger, basis)
    gathered = Gathered(dry_run=run.dry_run)
    gathered.take((), head(Format.CSV, shown))
    async for page in every_page(partial(ledger.users, run_id, None, USERS_IN_PAGE)):
        gathered.take(page.rows, body(Format.CSV, map(user, page.rows), shown, first=False))
    return document(run, shown, gathered, basis.pool.together, clock, str(moment(now)))
