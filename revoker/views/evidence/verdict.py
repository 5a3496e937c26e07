"""How a run ended, in one sentence that stands above everything else. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from revoker.core.run import State
from revoker.views.evidence.numbers import Number, Part
from revoker.views.line import Line


class Tone(StrEnum):
    """How bad it is; the page shows it by a word, a frame and a colour."""

    GOOD = "good"
    OPEN = "open"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A word for the title, a sentence, and how bad it is."""

    word: str
    sentence: str
    tone: Tone


_ENDS = {
    State.AWAITING_APPROVAL: ("Awaiting approval", Tone.OPEN),
    State.COMPLETED: ("Done", Tone.GOOD),
    State.COMPLETED_WITH_FAILURES: ("Not all done", Tone.BAD),
    State.CANCELLED: ("Cancelled", Tone.BAD),
    State.FAILED: ("Failed", Tone.BAD),
}


def verdict(status: Line, five: tuple[Number, ...]) -> Verdict:
    """Return the verdict on a run; a dry run and a cancelled one say so in the word and in the sentence."""
    count = {number.part: number.count for number in five}
    # Before the state: a dry run ends `completed`, and must never read like an eviction.
    if status["dryRun"]:
        return Verdict("Dry run", _dry(count), Tone.OPEN)
    word, tone = _ENDS.get(State(str(status["state"])), ("Still going", Tone.OPEN))
    return Verdict(word, _sentence(word, count), tone)


def _sentence(word: str, count: dict[Part, int]) -> str:
    done = f"{_signed_out(count)}; {'; '.join(_others(count))}"
    left = f"{count[Part.NOT_DONE]:,}"
    match word:
        case "Awaiting approval":
            return "Nothing is done yet: a second person must approve this run."
        case "Still going":
            return f"So far {done}; {left} still to do."
        case "Cancelled":
            return f"Cancelled before its end: {done}; {left} not done."
        case "Failed":
            missed = "users of its scope could not be listed, and are missing here"
            return f"Failed: {missed}; {done}; {left} not done."
        case _:
            return f"{done}; {left} not done."


def _dry(count: dict[Part, int]) -> str:
    planned = f"{_members(count[Part.CONFIRMED])} would be signed out"
    return f"Dry run, no user was touched: {planned}; {'; '.join(_others(count))}."


def _signed_out(count: dict[Part, int]) -> str:
    out = count[Part.CONFIRMED] + count[Part.ACCEPTED]
    members = out + count[Part.NOT_DONE]
    if count[Part.ACCEPTED]:
        return f"{out:,} of {_members(members)} signed out, {count[Part.CONFIRMED]:,} of them confirmed"
    return f"{out:,} of {_members(members)} signed out and confirmed"


def _members(number: int) -> str:
    return f"{number:,} member" if number == 1 else f"{number:,} members"


def _others(count: dict[Part, int]) -> Iterator[str]:
    """Say how many users were left, and where: the guests always, so that their absence is said too."""
    guests = count[Part.GUESTS]
    yield "1 guest left to the home tenant" if guests == 1 else f"{guests:,} guests left to their home tenants"
    if count[Part.SPARED]:
        yield f"{count[Part.SPARED]:,} left alone on purpose"
