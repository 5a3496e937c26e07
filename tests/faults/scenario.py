"""A scenario: what is asked for and what goes wrong, all of it drawn from one number."""

from dataclasses import dataclass
from random import Random

from cast import Scope, Who, cast, left_out, listed, scope
from identities import EVERY, TROUBLES, Fault, IdentityTrouble, Shrink, Unfit, trouble_of_identities
from misfortune import JOINING, KINDS, Doom, Mail, Misfortune, Skew

MOST_USERS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request for a run; ``at`` is seconds after the start, ``hours`` how long before it the cutoff lies.

    ``people`` are all who must be in the report, those named and those whom the directory lists for ``scope``.
    """

    number: int
    at: float
    people: tuple[Who, ...]
    scope: Scope | None = None
    sentinel: bool = False
    key: bool = True
    bulk: bool = False
    hours: int | None = None
    cancel_after: float | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is played; ``name`` is set where somebody chose the misfortunes."""

    seed: int
    asks: tuple[Ask, ...]
    misfortunes: tuple[Misfortune, ...]
    name: str = ""

    @property
    def command(self) -> str:
        """The command that plays this again."""
        return f'make faults ARGS="{f"--mode {self.name}" if self.name else f"--seed {self.seed}"}"'

    @property
    def has_pool(self) -> bool:
        """Whether it is played with several identities."""
        return any(isinstance(told, TROUBLES) for told in self.misfortunes)

    @property
    def may_refuse(self) -> bool:
        """Whether there may be a moment at which Graph forbids every identity to revoke."""
        forbidden: set[int] = set()
        for told in self.misfortunes:
            if isinstance(told, Unfit) and told.fault is Fault.FORBIDDEN:
                forbidden.update(told.places)
        alone = {told.place for told in self.misfortunes if isinstance(told, Shrink)}
        return forbidden >= set(EVERY) or bool(forbidden & alone)

    @property
    def skew(self) -> int:
        """By how many seconds the host's clock is wrong."""
        return next((told.seconds for told in self.misfortunes if isinstance(told, Skew)), 0)

    @property
    def doom(self) -> Doom | None:
        """At which point the host dies."""
        return next((told for told in self.misfortunes if isinstance(told, Doom)), None)

    @property
    def mail(self) -> Mail | None:
        """What queues do with messages."""
        return next((told for told in self.misfortunes if isinstance(told, Mail)), None)


def draw(seed: int) -> Scenario:
    """Return the scenario of a seed; twenty seeds in a row have every kind of misfortune among them."""
    chance = Random(f"scenario {seed}")
    kinds = (KINDS[seed % len(KINDS)], *chance.sample(JOINING, chance.choice((0, 0, 1, 2))))
    drawn = {type(told): told for told in (kind(chance) for kind in reversed(kinds))}
    scans = any(isinstance(told, Doom) and told.scans for told in drawn.values()) or chance.random() < 0.25
    asks = (_ask(0, chance, scans=scans), *(_ask(number, chance) for number in range(1, chance.choice((1, 2, 2, 3)))))
    return Scenario(seed, asks, (*drawn.values(), *_of_identities(seed)))


def _of_identities(seed: int) -> tuple[IdentityTrouble, ...]:
    # Ten seeds in a row, since another pool is another start of the host; and of their own, so that the scenarios with
    # one identity stay what they were.
    if seed // 10 % 4 != 3:
        return ()
    chance = Random(f"identities {seed}")
    return tuple(trouble_of_identities(chance) for _ in range(chance.choice((1, 1, 2))))


def _ask(number: int, chance: Random, *, scans: bool = False) -> Ask:
    sentinel = chance.random() < 0.3 and not scans
    people = cast(chance, 20 if sentinel or scans else MOST_USERS)
    people = people if sentinel else (*people, *left_out(chance))
    wider = scope(chance) if scans else None
    return Ask(
        number=number,
        at=chance.uniform(0, 1) if number else 0.0,
        people=(*people, *listed(wider, people)) if wider else people,
        scope=wider,
        sentinel=sentinel,
        key=sentinel or chance.random() < 0.7,
        bulk=chance.random() < 0.3,
        hours=chance.choice((None, None, 24)),
        cancel_after=chance.uniform(0, 0.5) if chance.random() < 0.1 else None,
    )
