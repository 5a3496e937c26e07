"""Who plays: the simulated tenant's users in pools that do not mix, each asked for by one of their names."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random

from local.tenant.directory import Directory
from local.tenant.memberships import FIELD, FINANCE, Memberships
from local.tenant.people import Person

USERS = 400
TENANT_SEED = 1
_DIRECTORY = Directory(USERS, TENANT_SEED, 0.0)
_NAMED = range(7)
_CROWD = range(20, 300)
_EXCLUDED = range(300, 340)
_PROTECTED = (7, 8, 15)
PROTECTED = f"{_DIRECTORY.person(7).upn},{_DIRECTORY.person(8).id},{_DIRECTORY.person(15).upn}"


class Part(StrEnum):
    """What is to become of somebody."""

    REVOKED = "revoked"
    PROTECTED = "protected"
    EXCLUDED = "excluded"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Who:
    """One user as a request names them; ``person`` is their place in the directory, None for a stranger.

    ``listed`` says that nobody named them: the directory did.
    """

    name: str
    person: int | None
    part: Part
    listed: bool = False

    @property
    def user(self) -> Person | None:
        """The user behind the name."""
        return None if self.person is None else _DIRECTORY.person(self.person)

    @property
    def external(self) -> bool:
        """Whether only the home tenant can end this user's sessions."""
        return self.user is not None and self.user.external


def cast(chance: Random, most: int) -> tuple[Who, ...]:
    """Draw who is asked for, the well-known odd ones among them."""
    size = chance.choice((1, 3, most // 2, most))
    crowd = [_named(place, Part.REVOKED, chance) for place in chance.sample([*_NAMED, *_CROWD], size)]
    few = [_named(place, Part.PROTECTED, chance) for place in chance.sample(_PROTECTED, chance.randint(0, 2))]
    strangers = [Who(f"nobody{chance.randrange(10**6)}@contoso.com", None, Part.UNKNOWN)] * chance.randint(0, 1)
    everybody = [*crowd, *few, *strangers]
    chance.shuffle(everybody)
    return tuple(everybody)


def left_out(chance: Random) -> tuple[Who, ...]:
    """Draw whom a request names and excludes at the same time."""
    return tuple(_named(place, Part.EXCLUDED, chance) for place in chance.sample(_EXCLUDED, chance.randint(0, 3)))


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a request leaves to the directory to list: a field of the body, its value, and who that is."""

    field: str
    value: object
    places: tuple[int, ...]


def scope(chance: Random) -> Scope:
    """Draw a scope."""
    groups = Memberships(_DIRECTORY)
    everybody = range(_DIRECTORY.end)
    in_sales = tuple(place for place in everybody if _DIRECTORY.person(place).department == "Sales")
    in_groups = dict.fromkeys(place for name in (FIELD, FINANCE) for place in groups.transitive(groups.groups[name])[0])
    return chance.choice(
        (
            Scope("allUsers", True, tuple(everybody)),
            Scope("allUsers", True, tuple(everybody)),
            Scope("groups", (FIELD, FINANCE), tuple(in_groups)),
            Scope("filter", "department eq 'Sales'", in_sales),
        )
    )


def listed(scope: Scope, named: tuple[Who, ...]) -> tuple[Who, ...]:
    """Return those whom the directory adds to the ones named."""
    known = {who.person for who in named}
    return tuple(
        Who(_DIRECTORY.person(place).id, place, Part.PROTECTED if place in _PROTECTED else Part.REVOKED, listed=True)
        for place in scope.places
        if place not in known
    )


def _named(place: int, part: Part, chance: Random) -> Who:
    person = _DIRECTORY.person(place)
    name = chance.choice((person.id, person.upn))
    return Who(chance.choice((name, name.upper())), place, part)
