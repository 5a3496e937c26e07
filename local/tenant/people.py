"""Who the users are: a few with names, so that tests and samples can call on them, and any number made from a seed."""

from dataclasses import dataclass
from random import Random

TENANT_ID = "3f8a1c52-6b7d-4e90-9a41-0c5d2e7f8b13"
DOMAIN = "contoso.com"
INITIAL_DOMAIN = "contoso.onmicrosoft.com"
SUBDOMAIN = "corp.contoso.com"
SID_PREFIX = "S-1-5-21-1004336348-1177238915-682003330"
DEPARTMENTS = ("Engineering", "Finance", "Legal", "Operations", "People", "Research", "Sales")


@dataclass(frozen=True, slots=True)
class OnPremises:
    """The local directory's side of a synced user."""

    sam_account: str
    domain: str
    sid: str


@dataclass(frozen=True, slots=True)
class Person:
    """One user. `accepted` is set for those who were invited: they sign in at home, in their own tenant."""

    id: str
    upn: str
    name: str
    guest: bool = False
    enabled: bool = True
    accepted: bool | None = None
    department: str | None = None
    on_premises: OnPremises | None = None

    @property
    def external(self) -> bool:
        """Only the home tenant can end an external user's sessions."""
        return self.accepted is not None


def _synced(sam: str, domain: str, rid: int) -> OnPremises:
    return OnPremises(sam, domain, f"{SID_PREFIX}-{rid}")


ALICE = Person("2a9f6c31-5e48-4d70-b3c9-f61e8a07d254", f"alice@{DOMAIN}", "Alice Example", department="Finance")
BEN = Person("6f1d0b7a-93c4-4e25-8a6e-0d5b2c71f901", f"ben@{DOMAIN}", "Ben Example", department="Sales")
CARA = Person("6f1d0b7a-93c4-4e25-8a6e-0d5b2c71f902", f"cara@{DOMAIN}", "Cara Example", department="Legal")
SVC_NESTED = Person("6f1d0b7a-93c4-4e25-8a6e-0d5b2c71f903", f"svc-nested@{DOMAIN}", "Nested Service")
DANA = Person(
    "6f1d0b7a-93c4-4e25-8a6e-0d5b2c71f904",
    f"dana_fabrikam.com#EXT#@{INITIAL_DOMAIN}",
    "Dana Guest",
    guest=True,
    accepted=True,
)
DOLLAR = Person("6f1d0b7a-93c4-4e25-8a6e-0d5b2c71f905", f"$dollar@{DOMAIN}", "Dollar Sign")
OBRIEN = Person("6f1d0b7a-93c4-4e25-8a6e-0d5b2c71f906", f"o'brien@{DOMAIN}", "Orla O'Brien")
BREAKGLASS1 = Person("6f1d0b7a-93c4-4e25-8a6e-0d5b2c71f907", f"breakglass1@{DOMAIN}", "Break Glass One")
BREAKGLASS2 = Person("6f1d0b7a-93c4-4e25-8a6e-0d5b2c71f908", f"breakglass2@{DOMAIN}", "Break Glass Two")
ERIN = Person("6f1d0b7a-93c4-4e25-8a6e-0d5b2c71f909", f"erin@{DOMAIN}", "Erin Disabled", enabled=False)
FRANK = Person(
    "6f1d0b7a-93c4-4e25-8a6e-0d5b2c71f90a",
    f"frank@{DOMAIN}",
    "Frank Synced",
    on_premises=_synced("frank", DOMAIN, 5140),
)
TWIN = Person(
    "6f1d0b7a-93c4-4e25-8a6e-0d5b2c71f90b",
    f"twin@{DOMAIN}",
    "Twin of Contoso",
    on_premises=_synced("twin", DOMAIN, 5141),
)
CORP_TWIN = Person(
    "6f1d0b7a-93c4-4e25-8a6e-0d5b2c71f90c",
    f"twin@{SUBDOMAIN}",
    "Twin of Corp",
    on_premises=_synced("twin", SUBDOMAIN, 5142),
)
GAIL = Person("6f1d0b7a-93c4-4e25-8a6e-0d5b2c71f90d", f"gail@{DOMAIN}", "Gail Privileged", department="Operations")

NAMED = (
    ALICE,
    BEN,
    CARA,
    SVC_NESTED,
    DANA,
    DOLLAR,
    OBRIEN,
    BREAKGLASS1,
    BREAKGLASS2,
    ERIN,
    FRANK,
    TWIN,
    CORP_TWIN,
    GAIL,
)


def make_id(random: Random) -> str:
    """Draw a version 4 UUID; formatted by hand, since `uuid.UUID` is the cost of starting a large tenant."""
    bits = random.getrandbits(128)
    text = f"{bits:032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{'89ab'[bits & 3]}{text[17:20]}-{text[20:]}"


def upn_of(index: int, user_id: str) -> str:
    """Name a generated user; guests carry their home domain in front of `#EXT#`."""
    if _trait(user_id, 1, 100) < 3:
        return f"user{index:06}_partner.example#EXT#@{INITIAL_DOMAIN}"
    return f"user{index:06}@{DOMAIN}"


def make_person(index: int, user_id: str, upn: str) -> Person:
    """Describe a generated user: everything follows from the id, so nothing else needs keeping."""
    guest = "#" in upn
    synced = not guest and _trait(user_id, 10_000, 10) == 0
    return Person(
        id=user_id,
        upn=upn,
        name=f"User {index:06}",
        guest=guest,
        enabled=_trait(user_id, 100, 50) > 0,
        accepted=_trait(user_id, 100_000, 10) > 0 if guest else None,
        department=None if guest else DEPARTMENTS[_trait(user_id, 100_000, len(DEPARTMENTS))],
        on_premises=_synced(f"user{index:06}", DOMAIN, 100_000 + index) if synced else None,
    )


def _trait(user_id: str, divisor: int, modulus: int) -> int:
    """Read one independent digit out of the id's first group."""
    return int(user_id[:8], 16) // divisor % modulus
