"""Warn on a run: sentences on its row, which its status and its report show."""

from collections.abc import Iterable

from revoker.core.directory_user import directory_user
from revoker.core.graph_answer import GraphAnswer
from revoker.core.run import Run
from revoker.ports.ledger import Ledger
from revoker.views.warnings import conflicting_warning

_UNREADABLE = (
    "Reading users back is refused (User.Read.All is missing), so outcomes stay `revoked`: accepted by Graph, "
    "not seen in the directory."
)


async def warn(run_id: str, sentences: Iterable[str], ledger: Ledger, *, incomplete: bool = False) -> None:
    """Add sentences to a run's warnings; a sentence that is there already is not added again.

    ``incomplete``: they say that part of the run's scope was not listed, so the run ends `failed`, or `cancelled`.
    """
    said = tuple(sentences)

    def warned(run: Run) -> Run:
        for sentence in said:
            run = run.warned(sentence, incomplete=incomplete)
        return run

    if said:
        await ledger.update_run(run_id, warned)


async def warn_of_conflicts(run_id: str, answers: Iterable[GraphAnswer], ledger: Ledger) -> None:
    """Warn where a user is shown with signs of an external user and with credentials of this tenant.

    Read-backs show it of users that were named by UPN and not looked up before.
    """
    seen = [directory_user(answer.body) for answer in answers if answer.accepted]
    await warn(run_id, conflicting_warning(seen), ledger)


async def warn_unless_readable(run_id: str, answers: Iterable[GraphAnswer], ledger: Ledger) -> None:
    """Warn where the identity may not read users."""
    if any(answer.status == 403 for answer in answers):
        await warn(run_id, [_UNREADABLE], ledger)
