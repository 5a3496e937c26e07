"""Say on a run that applies a dry run which users it left out because they came since."""

from revoker.core.plan_rule import NOT_IN_PLAN
from revoker.core.run import Run
from revoker.ports.ledger import Ledger
from revoker.respond.every_page import every_user
from revoker.respond.warn import warn
from revoker.views.spared_warnings import newcomers_warning


async def warn_of_newcomers(run: Run, ledger: Ledger) -> None:
    """Warn once all users are planned; the report names each user that was left out."""
    if run.plan is None:
        return
    outcome, reason = NOT_IN_PLAN
    names: list[str] = []
    async for user in every_user(run.id, outcome, ledger):
        if user.reason == reason:
            names.append(user.user_principal_name or user.key)  # noqa: PERF401
    await warn(run.id, newcomers_warning(names, run.plan), ledger)
