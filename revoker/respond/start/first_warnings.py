"""What a caller should know from the start of a run, each in a sentence. Pure."""

from datetime import datetime

from revoker.core.exclusion import spared_names
from revoker.core.plan import Plan
from revoker.core.request import Request
from revoker.respond.lookup import LOOK_UP_AT_MOST
from revoker.respond.start.facts import Facts
from revoker.views.spared_warnings import excluded_warning, protection_warning, unmet_warning
from revoker.views.warnings import (
    beside_warning,
    conflicting_warning,
    cutoff_warning,
    fold_warning,
    look_up_failed_warning,
    spared_warning,
    uncounted_warning,
    unseen_warning,
)


def first_warnings(request: Request, facts: Facts, plan: Plan, now: datetime) -> tuple[str, ...]:
    """Return the warnings of a run as it is accepted; its scan may add others."""
    unmet: tuple[str, ...] = ()
    if not request.scope:  # a scan meets more users: it says at its end which exclusions met none
        unmet = unmet_warning(*facts.exclusions.unmet(spared_names(plan.settled)))
    return (
        *beside_warning(facts.beside),
        *request.warnings,
        *cutoff_warning(request, now),
        *spared_warning(plan.settled, request),
        *_unseen_warning(request, facts),
        *uncounted_warning(facts.extent.uncounted),
        *facts.gate.sentences,
        *fold_warning(plan.folded),
        *conflicting_warning(facts.found.values()),
        *protection_warning(facts.protected, everybody=request.scope.all_users),
        *excluded_warning(facts.excluded),
        *unmet,
    )


def _unseen_warning(request: Request, facts: Facts) -> tuple[str, ...]:
    """Say which names the directory told nothing about: it was not asked about so many, or it did not answer.

    A name that must be confirmed is left out: it ends `unresolved` without its look-up, and says so itself.
    """
    named = [target for target in request.targets if target.name]
    unseen = [target.requested_as for target in named if target not in facts.found and not target.confirm]
    if len(named) <= LOOK_UP_AT_MOST:
        return look_up_failed_warning(unseen, dry_run=request.dry_run)
    # A real run's calls tell by their answers.
    return unseen_warning(len(unseen) if request.dry_run else 0, LOOK_UP_AT_MOST)
