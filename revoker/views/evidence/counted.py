"""What the five numbers say as phrases of a sentence. Pure."""

from collections.abc import Mapping

from revoker.views.evidence.numbers import Part

type Count = Mapping[Part, int]


def members(count: Count) -> int:
    """Return how many users the run was to sign out; guests and users left alone on purpose are none of them."""
    return count[Part.CONFIRMED] + count[Part.ACCEPTED] + count[Part.NOT_DONE]


def signed_out(count: Count) -> str:
    """Say how many users were signed out, of how many, and how many of them the directory confirmed."""
    due, out = members(count), count[Part.CONFIRMED] + count[Part.ACCEPTED]
    if not due:
        return "no user was signed out"
    if count[Part.ACCEPTED]:
        return f"{out:,} of {many(due)} signed out, {count[Part.CONFIRMED]:,} of them confirmed"
    return f"{out:,} of {many(due)} signed out and confirmed"


def others(count: Count) -> str:
    """Say how many users were left, and where: the guests always, so that their absence is said too."""
    guests, spared = count[Part.GUESTS], count[Part.SPARED]
    said = "1 guest left to the home tenant" if guests == 1 else f"{guests:,} guests left to their home tenants"
    return f"{said}; {spared:,} left alone on purpose" if spared else said


def so_far(count: Count) -> str:
    """Say how far a run has come that goes on."""
    return f"So far {signed_out(count)}; {others(count)}; {count[Part.NOT_DONE]:,} still to do"


def many(number: int) -> str:
    """Return a number of members: 1 member, 2,922 members."""
    return f"{number:,} member" if number == 1 else f"{number:,} members"
