"""What a caller should know from the start of a run, each in a sentence. Pure."""

from datetime import datetime

from revoker.core.exclusion import spared_names
from revoker.core.plan import Plan
from revoker.core.request import Request
from revoker.respond.lookup import LOOK_UP_AT_MOST
from revoker.respond.start.facts import Facts
from revoker.views.spared_warnings import excluded_warning, protection_warning, unused_exclusions_warning
from revoker.views.warnings import (
    conflicting_warning,
    cutoff_warning,
    fold_warning,
    look_up_failed_warning,
    related_runs_warning,
    spared_warning,
    uncounted_warning,
    unseen_warning,
)


def first_warnings(request: Request, facts: Facts, plan: Plan, now: datetime) -> tuple[str, ...]:
    """Return the warnings of a run as it is accepted; its scan may add others."""
    unused: tuple[str, ...] = ()
    if not request.scope:  # a scan will list more users, and warns at its end (``respond.exclusions``)
        unused = unused_exclusions_warning(*facts.exclusions.unused(spared_names(plan.settled)))
    return (
        *related_runs_warning(facts.related),
        *request.warnings,
        *cutoff_warning(request, now),
        *spared_warning(plan.settled, request),
        *_unseen_warning(request, facts),
        *uncounted_warning(facts.extent.uncounted),
        *facts.gate.sentences,
        *fold_warning(plan.folded),
        *conflicting_warning(facts.found.values()),
        *protection_warning(facts.protected, all_users=request.scope.all_users),
        *excluded_warning(facts.excluded),
        *unused,
    )


def _unseen_warning(request: Request, facts: Facts) -> tuple[str, ...]:
    """Warn of names that were not looked up: there are more than 200 of them, or the directory did not answer.

    A name that must be confirmed is not in the warning: without its look-up the user ends `unresolved`, with a reason.
    """
    named = [target for target in request.targets if target.name]
    unseen = [target.requested_as for target in named if target not in facts.found and not target.confirm]
    if len(named) <= LOOK_UP_AT_MOST:
        return look_up_failed_warning(unseen, dry_run=request.dry_run)
    # In a real run the answer to each call tells whether the name is a user's.
    return unseen_warning(len(unseen) if request.dry_run else 0, LOOK_UP_AT_MOST)
