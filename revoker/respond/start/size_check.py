"""Refuse the run of a sweep that has grown: its approval was for about the number of users that it had then."""

from revoker.core.growth import most_users
from revoker.core.problems import ConflictError
from revoker.core.request import Request
from revoker.core.sweep import SETTINGS_ID


def check_size(request: Request, expected: int, above: int) -> None:
    """Raise ConflictError for a sweep that needs a second person for more users than it was approved for."""
    made_for = request.approved_size
    if not above or made_for is None:
        return
    if expected > most_users(made_for, above):
        raise ConflictError(
            f"The sweep was made for {made_for:,} user{'s' * (made_for != 1)} and has come to {expected:,}, where more "
            f"than {above:,} need a second person. {_way_out(request)}"
        )


def _way_out(request: Request) -> str:
    if request.sweep_id == SETTINGS_ID:
        return "Check its scope, then change its settings: its size is then recorded anew."
    return "Delete it, create it anew, and have a second person approve it."
