"""Five numbers that add up to every user of a run, in the order in which a reader needs them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from revoker.core.meaning import SPARED
from revoker.core.outcome import NOT_DONE, Outcome


class Part(StrEnum):
    """The five parts of a run's users; the page shows them worst first."""

    NOT_DONE = "not-done"
    SPARED = "left-alone"
    GUESTS = "guests"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"


# Which outcomes stand in which part, and in which order within it: every outcome stands in exactly one.
PARTS: Mapping[Part, tuple[Outcome, ...]] = {
    Part.NOT_DONE: (*NOT_DONE, Outcome.RETRYING, Outcome.PLANNED),
    Part.SPARED: SPARED,
    Part.GUESTS: (Outcome.NOT_EFFECTIVE,),
    Part.ACCEPTED: (Outcome.REVOKED,),
    Part.CONFIRMED: (Outcome.VERIFIED,),
}
# In a dry run `planned` is the good end: the user would be signed out.
DRY_PARTS: Mapping[Part, tuple[Outcome, ...]] = {
    **PARTS,
    Part.NOT_DONE: (*NOT_DONE, Outcome.RETRYING),
    Part.CONFIRMED: (Outcome.PLANNED, Outcome.VERIFIED),
}

_LABELS = {
    Part.CONFIRMED: "Signed out and confirmed",
    Part.ACCEPTED: "Signed out, not confirmed",
    Part.GUESTS: "Guests, left to their home tenants",
    Part.SPARED: "Left alone on purpose",
    Part.NOT_DONE: "Not done",
}
_DRY_LABELS = {
    Part.CONFIRMED: "Would be signed out",
    Part.ACCEPTED: "Signed out by this dry run",
    Part.GUESTS: "Guests, to be left to their home tenants",
    Part.SPARED: "Would be left alone",
    Part.NOT_DONE: "Could not be planned",
}


@dataclass(frozen=True, slots=True)
class Number:
    """How many users one part has."""

    part: Part
    label: str
    count: int


def numbers(counts: Mapping[str, int], *, dry_run: bool, ended: bool = True) -> tuple[Number, ...]:
    """Return the five numbers, the best first; they add up to the run's total.

    2,900 verified, 20 revoked, 78 not_effective, 2 protected: 2,900 and 20 and 78 and 2 and 0.
    """
    labels = _labels(dry_run=dry_run, ended=ended)
    found: list[Number] = []
    for part, label in labels.items():
        count = sum(counts.get(outcome, 0) for outcome in parts(dry_run=dry_run)[part])
        found.append(Number(part, label, count))
    return tuple(found)


def _labels(*, dry_run: bool, ended: bool) -> Mapping[Part, str]:
    if dry_run:
        return _DRY_LABELS
    if not ended:
        return {**_LABELS, Part.NOT_DONE: "Not done yet"}
    return _LABELS


def parts(*, dry_run: bool) -> Mapping[Part, tuple[Outcome, ...]]:
    """Return the outcomes of each part."""
    return DRY_PARTS if dry_run else PARTS
