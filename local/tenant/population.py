"""The users without names: any number of them, each made from its id, so that nothing else needs keeping.

Two populations. `plain`: internal members and 3 % Entra guests. `mixed`: of the others 2 % are agent users, 1 %
internal guests, 1 % external members and 1 % have no userType; four guests in ten sign in elsewhere than at Entra.
"""

from random import Random

from local.tenant import identities
from local.tenant.people import DEPARTMENTS, DOMAIN, INITIAL_DOMAIN, NAMED, Person, synced
from local.tenant.unusual import UNUSUAL

POPULATIONS = ("plain", "mixed")
_PROVIDERS = (identities.ONE_TIME_PASSCODE, identities.GOOGLE, identities.MICROSOFT_ACCOUNT, identities.SAML)
_AGENTS, _INTERNAL_GUESTS, _EXTERNAL_MEMBERS, _UNTYPED = range(2), range(2, 3), range(3, 4), range(4, 5)


def named(population: str) -> tuple[Person, ...]:
    """Return the users with names, which stand at the head of the directory."""
    if population not in POPULATIONS:
        message = f"no population named {population!r}: it is one of {', '.join(POPULATIONS)}"
        raise ValueError(message)
    if population == "mixed":
        return NAMED + UNUSUAL
    return NAMED


def make_id(random: Random) -> str:
    """Draw a version 4 UUID; formatted by hand, since `uuid.UUID` is the cost of starting a large tenant."""
    bits = random.getrandbits(128)
    text = f"{bits:032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{'89ab'[bits & 3]}{text[17:20]}-{text[20:]}"


def upn_of(index: int, user_id: str, population: str) -> str:
    """Name a generated user; external users carry their home domain in front of `#EXT#`."""
    if _is_guest(user_id) or _is(user_id, _EXTERNAL_MEMBERS, population):
        return f"user{index:06}_partner.example#EXT#@{INITIAL_DOMAIN}"
    return f"user{index:06}@{DOMAIN}"


def make_person(index: int, user_id: str, upn: str, population: str) -> Person:
    """Describe a generated user."""
    if "#" in upn:
        return _external(index, user_id, upn, population)
    agent = _is(user_id, _AGENTS, population)
    on_premises = None
    if not agent and _trait(user_id, 10_000, 10) == 0:
        on_premises = synced(f"user{index:06}", DOMAIN, 100_000 + index)
    return Person(
        id=user_id,
        upn=upn,
        name=f"User {index:06}",
        user_type=_user_type(user_id, population),
        enabled=_is_enabled(user_id),
        agent=agent,
        department=DEPARTMENTS[_trait(user_id, 100_000, len(DEPARTMENTS))],
        on_premises=on_premises,
    )


def _external(index: int, user_id: str, upn: str, population: str) -> Person:
    home, user_type = identities.ENTRA, "Member"
    provider = _trait(user_id, 100_000_000, 10)
    # Four providers for the draws 0 to 3; the other six of ten are guests from another Entra tenant.
    if population == "mixed" and provider < len(_PROVIDERS):
        home = _PROVIDERS[provider]
    if _is_guest(user_id):
        user_type = "Guest"
    return Person(
        id=user_id,
        upn=upn,
        name=f"User {index:06}",
        user_type=user_type,
        enabled=_is_enabled(user_id),
        home=home,
        accepted=_trait(user_id, 100_000, 10) > 0,
        creation="Invitation",
    )


def _user_type(user_id: str, population: str) -> str | None:
    if _is(user_id, _UNTYPED, population):
        return None
    if _is(user_id, _INTERNAL_GUESTS, population):
        return "Guest"
    return "Member"


def _is_enabled(user_id: str) -> bool:
    return _trait(user_id, 100, 50) > 0


def _is_guest(user_id: str) -> bool:
    return _trait(user_id, 1, 100) < 3


def _is(user_id: str, kind: range, population: str) -> bool:
    """Say whether a user is of a kind that only a mixed population has."""
    return population == "mixed" and _trait(user_id, 1_000_000, 100) in kind


def _trait(user_id: str, divisor: int, modulus: int) -> int:
    """Read a trait out of the id's first group: other decimal digits for each divisor, so that traits are independent.

    `12345678-…` in hex is 305,419,896; divisor 100 and modulus 50 give 98 % 50 = 48.
    """
    return int(user_id[:8], 16) // divisor % modulus
