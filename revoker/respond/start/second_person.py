"""Whether a second person must approve a run, and for how many users an approval stands. Pure."""

from revoker.core.growth import most_users
from revoker.core.request import Request, Trigger
from revoker.respond.start.facts import Facts


def needs_approval(request: Request, facts: Facts, above: int, recent: int) -> bool:
    """Tell whether a second person must approve: not for a sweep, approved when it was made, nor for a dry run."""
    if not above or request.dry_run or request.trigger is Trigger.SCHEDULE:
        return False
    return facts.extent.exceeds(above - recent)


def covers(request: Request, facts: Facts, above: int, recent: int) -> int | None:
    """Return how many users the scan may plan before a second person is asked again; None is any number.

    The directory does not count every scope: a person that approves such a run is told so, and approves all of it.
    """
    if not above or request.dry_run or not request.scope:
        return None
    if request.trigger is Trigger.SCHEDULE:
        return None if request.approved_size is None else most_users(request.approved_size, above)
    if facts.extent.uncounted:
        return None
    if facts.extent.expected + recent <= above:
        return above - recent
    return most_users(facts.extent.expected, above)
