"""Whether a second person must approve a run, and for how many users an approval stands. Pure."""

from revoker.core.growth import most_users
from revoker.core.request import Request, Trigger
from revoker.respond.start.facts import Facts


def needs_approval(request: Request, facts: Facts, above: int, recent: int) -> bool:
    """Tell whether a second person must approve. A sweep's run needs none (the sweep did), and a dry run needs none."""
    if not above or request.dry_run or request.trigger is Trigger.SCHEDULE:
        return False
    return facts.extent.exceeds(above - recent)


def covers(request: Request, facts: Facts, above: int, recent: int) -> int | None:
    """Return how many users the scan may plan before a second person is asked again; None is any number.

    A scope that the directory does not count is approved as a whole, and the run says so.
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
