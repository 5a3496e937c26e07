"""How a run ended, in one sentence that stands above everything else. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from revoker.core.outcome import Outcome
from revoker.core.run import State
from revoker.views.evidence.counted import Count, many, members, others, signed_out, so_far
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
_UNLISTED = "users that were not listed are missing here"


def verdict(status: Line, five: tuple[Number, ...]) -> Verdict:
    """Return the verdict on a run; a dry run and a cancelled one say so in the word and in the sentence."""
    count = {number.part: number.count for number in five}
    # Before the state: a dry run ends `completed`, and must never read like an eviction.
    if status["dryRun"]:
        return Verdict("Dry run", _dry(count, status), Tone.OPEN)
    state = State(str(status["state"]))
    if state is State.COMPLETED and not members(count):
        return _without_members(count, status)
    if status["cancelledAt"] and not status["finishedAt"]:
        return Verdict("Being cancelled", f"Being cancelled. {so_far(count)}.", Tone.OPEN)
    word, tone = _ENDS.get(state, ("Still going", Tone.OPEN))
    return Verdict(word, _sentence(state, count, status), tone)


def _without_members(count: Count, status: Line) -> Verdict:
    """Return the verdict on a run that completed without a user to sign out: it ended no session.

    It is done where every session was younger than the cutoff, as a sweep finds it; protected users and guests alone
    may have been the very users that were meant.
    """
    counts = cast("dict[str, int]", status["counts"])
    young = counts.get(Outcome.ALREADY_REVOKED, 0)
    if not status["total"]:
        return Verdict("No user signed out", "No user was signed out: this run had no users.", Tone.OPEN)
    if young:
        found = f"the sessions of {young:,} were younger than the cutoff"
        return Verdict("Done", f"No user had to be signed out: {found}; {others(count)}; 0 not done.", Tone.GOOD)
    return Verdict("No user signed out", f"No user was signed out: {others(count)}; 0 not done.", Tone.OPEN)


def _sentence(state: State, count: Count, status: Line) -> str:
    done = f"{signed_out(count)}; {others(count)}; {count[Part.NOT_DONE]:,} not done."
    match state:
        case State.CANCELLED if status["incomplete"]:
            return f"Cancelled before its scope was listed to the end: {_UNLISTED}; {done}"
        case State.CANCELLED:
            return f"Cancelled before its end: {done}"
        case State.FAILED:
            return f"Failed: users of its scope could not be listed, and are missing here; {done}"
        case State.COMPLETED | State.COMPLETED_WITH_FAILURES:
            return done
        case State.AWAITING_APPROVAL if not status["startedAt"]:
            return "Nothing is done yet: a second person must approve this run."
        case _:
            return f"{so_far(count)}{_ahead(state, count, status)}."


def _ahead(state: State, count: Count, status: Line) -> str:
    """Say what is still to come before all users are known: the rest of the listing, or the approval of more users."""
    approval = cast("dict[str, int]", status["approval"])
    match state:
        case State.AWAITING_APPROVAL:
            grown = f"the scope has grown, and a second person must approve {approval['users']:,} users"
            return f"; {grown} before any user beyond these is signed out"
        case State.PLANNING:
            return f"; {sum(count.values()):,} of about {status['total']:,} users are listed"
        case _:
            return ""


def _dry(count: Count, status: Line) -> str:
    said = [f"{many(count[Part.CONFIRMED])} would be signed out", others(count)]
    if count[Part.NOT_DONE]:
        said.append(f"{count[Part.NOT_DONE]:,} could not be planned")
    if status["incomplete"]:
        said.append(_UNLISTED)
    return f"Dry run, no user was touched: {'; '.join(said)}."
