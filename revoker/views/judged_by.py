"""By what the gate judged certificates, and which caller told it. Pure."""

from collections.abc import Iterator

from revoker.core.federation import Compromise
from revoker.core.request import Person
from revoker.views.enumerated import enumerated
from revoker.views.person import named
from revoker.views.plain import moment


def judged_by(compromise: Compromise, person: Person) -> str:
    """Say by what certificates were judged: a date that is too early, or a wrong thumbprint, lets all of them pass."""
    return f"Certificates were judged by {' and '.join(_told(compromise))}, as {named(person)} says."


def _told(compromise: Compromise) -> Iterator[str]:
    if compromise.began_at:
        yield f"a compromise since {moment(compromise.began_at)}"
    if compromise.rotated_since:
        yield f"a rotation begun at {moment(compromise.rotated_since)}"
    if compromise.thumbprints:
        yield f"a compromise that took {enumerated(sorted(compromise.thumbprints))}"
    if compromise.keys:
        yield f"compromised keys ({len(compromise.keys)})"
    if compromise.trusted_thumbprints:
        yield f"trusted thumbprints ({len(compromise.trusted_thumbprints)})"
