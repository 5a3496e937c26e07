"""What was acknowledged at the gate, read from the sentences that say so."""

from collections.abc import Iterable

from revoker.core.federation import CODES


def acknowledged_codes(sentences: Iterable[str]) -> tuple[str, ...]:
    """Return the codes in the sentences that a sweep, or a run from before 0.3, keeps.

    Such a sentence is "federation_not_rotated: contoso.com trusts … Acknowledged by Rita (id).".
    """
    found: dict[str, None] = {}
    for sentence in sentences:
        code = sentence.partition(":")[0]
        if code in CODES and " Acknowledged by " in sentence:
            found[code] = None
    return tuple(found)
