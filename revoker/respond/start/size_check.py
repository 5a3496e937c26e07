"""A sweep that has grown since it was made: one person, or one approval, stood for fewer users than it comes to now."""

from revoker.core.errors import ConflictError
from revoker.core.request import Request
from revoker.core.sweep import SETTINGS_ID

_SLACK_PER_CENT = 10  # a month's new staff; held against the number at the beginning, so it does not add up


def check_size(request: Request, expected: int, above: int) -> None:
    """Raise ConflictError where a sweep comes to more users than it was made for, and than one person may decide about.

    What no second person needed to approve may not grow beyond the cap by a single user.
    """
    made_for = request.approved_size
    if not above or made_for is None:
        return
    if expected > (above if made_for <= above else made_for * (100 + _SLACK_PER_CENT) // 100):
        raise ConflictError(
            f"The sweep was made for {made_for:,} user{'s' * (made_for != 1)} and has come to {expected:,}, where more "
            f"than {above:,} need a second person. {_way_out(request)}"
        )


def _way_out(request: Request) -> str:
    if request.sweep_id == SETTINGS_ID:
        return "Look at its scope, then change its settings: it is approved_size anew."
    return "Delete it, create it anew, and have somebody else approve it."
