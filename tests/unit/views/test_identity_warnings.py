"""What the warning about an identity that is set aside tells a person to do."""

import pytest

from revoker.core.graph_answer import GraphAnswer
from revoker.core.identity_refusal import identity_refusal
from revoker.views.identity_warnings import identity_warning


@pytest.mark.parametrize(
    ("answer", "remedy", "grants"),
    [
        (GraphAnswer(status=403), "Grant it User.RevokeSessions.All", True),
        (GraphAnswer(status=401), "its service principal is there and enabled", False),
        (GraphAnswer(fault="no_token"), "is attached to the app", False),
    ],
)
def test_the_warning_says_what_helps(answer: GraphAnswer, remedy: str, *, grants: bool) -> None:
    """A permission helps against a 403 alone; no identity is left without a remedy."""
    reason = identity_refusal([answer])

    assert reason is not None
    warning = identity_warning("the-id", reason)
    assert remedy in warning
    assert grants == ("Grant" in warning)
