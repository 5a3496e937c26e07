"""What can go wrong with one of several identities, as values.

Places count from 0, and the first identity reads and lists. ``after`` so many users were revoked it begins: the start
of a host takes seconds or a fraction of one, so a moment of the clock would often be before the run or behind it.
"""

from dataclasses import dataclass
from enum import StrEnum
from random import Random

CLIENT_IDS = tuple(f"{number}{number}aa17c0-5d14-4f38-8e61-3a9f0b6d2c75" for number in (1, 2, 3))
# Small enough that a run over the tenant's 400 users takes some seconds, as much as it takes to break something in.
BURST, RATE = 40, 50
TENANT_BURST, TENANT_RATE = 6 * BURST, 3 * RATE  # the proportions of the documented limits
EVERY = tuple(range(len(CLIENT_IDS)))


class Fault(StrEnum):
    """In which way an identity does not work."""

    FORBIDDEN = "forbidden"  # its permission to revoke is taken away: 403
    REFUSED = "refused"  # its token is not taken: 401, to reading as well
    NO_TOKEN = "no_token"


@dataclass(frozen=True, slots=True)
class Unfit:
    """Identities do not work for so many seconds."""

    places: tuple[int, ...]
    fault: Fault
    after: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Throttled:
    """One identity has next to no quota for so many seconds, and is told so."""

    place: int
    after: int
    seconds: float


@dataclass(frozen=True, slots=True)
class OtherApplication:
    """Another application uses up the tenant's own limit, and ``writes`` more."""

    after: int
    writes: int


@dataclass(frozen=True, slots=True)
class Shrink:
    """The app starts again with one identity of the pool, and after so many seconds with all of them."""

    place: int
    after: int
    seconds: float


type IdentityTrouble = Unfit | Throttled | OtherApplication | Shrink
TROUBLES = (Unfit, Throttled, OtherApplication, Shrink)


def trouble_of_identities(chance: Random) -> IdentityTrouble:
    """Draw something that befalls an identity, or all of them."""
    after, seconds = chance.choice((0, 1, 20, 100)), chance.uniform(0.5, 3.0)
    place, later = chance.choice(EVERY), chance.choice(EVERY[1:])
    return chance.choice(
        (
            Unfit((place,), Fault.FORBIDDEN, after, seconds),
            Unfit((place,), Fault.NO_TOKEN, after, seconds),
            Unfit((later,), Fault.REFUSED, after, seconds),
            Unfit((0, later), Fault.FORBIDDEN, after, seconds),
            Unfit(EVERY, Fault.NO_TOKEN, after, seconds),
            Unfit(EVERY, Fault.FORBIDDEN, after, seconds),
            Throttled(place, after, seconds),
            OtherApplication(after, chance.randint(100, 400)),
            Shrink(place, after, seconds),
        )
    )
