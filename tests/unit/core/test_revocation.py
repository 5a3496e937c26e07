"""How far back a request asks who revoked its users before."""

from datetime import datetime, timedelta

import pytest
from support.company import a_request
from support.fakes import START

from revoker.core.revocation import spares_since

HOUR, MINUTES = timedelta(hours=1), timedelta(minutes=10)


@pytest.mark.parametrize(
    ("cutoff", "cooldown", "since"),
    [
        (None, None, None),
        (None, MINUTES, START - MINUTES),
        (START - HOUR, None, START - HOUR),
        (START - HOUR, MINUTES, START - HOUR),
        (START, MINUTES, START - MINUTES),
    ],
)
def test_the_earlier_of_cutoff_and_cooldown(
    cutoff: datetime | None, cooldown: timedelta | None, since: datetime | None
) -> None:
    """A revocation after the cutoff is named, one within the cooldown spares: the earlier of both says how far back."""
    request = a_request(issued_before=cutoff, cooldown=cooldown)

    assert since == spares_since(request, START)
