"""Check a sweep that has grown since it was approved: one approval stood for the number of users it had then."""

from revoker.core.errors import ConflictError
from revoker.core.request import Request
from revoker.core.sweep import SETTINGS_ID

# A month's new staff. Measured against the number at the beginning, so that it does not add up from run to run.
_SLACK_PER_CENT = 10


def check_size(request: Request, expected: int, above: int) -> None:
    """Raise ConflictError for a sweep with more users than it was made for, and than one person may decide about.

    With a cap of 200: a sweep made for 150 users needed no approval, and may grow to 200. One made for 1,000 was
    approved by a second person, and may grow to 1,100.
    """
    made_for = request.approved_size
    if not above or made_for is None:
        return
    most = above
    if made_for > above:
        most = made_for * (100 + _SLACK_PER_CENT) // 100
    if expected > most:
        raise ConflictError(
            f"The sweep was made for {made_for:,} user{'s' * (made_for != 1)} and has come to {expected:,}, where more "
            f"than {above:,} need a second person. {_way_out(request)}"
        )


def _way_out(request: Request) -> str:
    if request.sweep_id == SETTINGS_ID:
        return "Check its scope, then change its settings: its size is then recorded anew."
    return "Delete it, create it anew, and have a second person approve it."
