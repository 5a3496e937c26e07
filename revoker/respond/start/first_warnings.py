"""What a caller should know from the start of a run, each in a sentence. Pure."""

from datetime import datetime

from revoker.core.exclusion import spared_names
from revoker.core.plan import Plan
from revoker.core.request import Request
from revoker.respond.start.facts import Facts
from revoker.views.warnings import (
    beside_warning,
    conflicting_warning,
    cutoff_warning,
    excluded_warning,
    fold_warning,
    protection_warning,
    spared_warning,
    uncounted_warning,
    unmet_warning,
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
        *uncounted_warning(facts.extent.uncounted),
        *facts.gate.sentences,
        *fold_warning(plan.folded),
        *conflicting_warning(facts.found.values()),
        *protection_warning(facts.protected, everybody=request.scope.all_users),
        *excluded_warning(facts.excluded),
        *unmet,
    )
