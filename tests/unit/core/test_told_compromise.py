"""What a request tells of the compromise is one value, and back."""

from hypothesis import given, strategies as st
from support.strategies import MAYBE_MOMENTS, TEXTS

from revoker.core.federation import Compromise
from revoker.core.request import Person, Request, Trigger
from revoker.core.told_compromise import compromise_of, with_compromise

REQUEST = Request(trigger=Trigger.HTTP, requested_by=Person("id", "Rita"), reason="r")
SETS = st.frozensets(TEXTS, max_size=3)
COMPROMISES = st.builds(
    Compromise,
    began_at=MAYBE_MOMENTS,
    rotated_since=MAYBE_MOMENTS,
    thumbprints=SETS,
    keys=SETS,
    trusted_thumbprints=SETS,
)


@given(COMPROMISES)
def test_what_is_told_comes_back(told: Compromise) -> None:
    """The gate judges by exactly what the caller told, and an applied dry run tells the same again."""
    assert told == compromise_of(with_compromise(REQUEST, told))
