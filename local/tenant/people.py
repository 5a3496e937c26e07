"""The users with names, which tests and samples refer to, and what is known of any user.

Facts: the `user` resource page; entra-docs `external-id/user-properties` (userType says nothing about how a user
signs in, so a person has a `user_type` and, apart from it, a `home`).
"""

from dataclasses import dataclass

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
    """One user of the tenant.

    `home` is the issuer at which an external user signs in (`identities.ENTRA`, a social provider, a SAML issuer), None
    for a user with credentials of this tenant. `accepted` is the answer to an invitation, None without one. `agent`
    marks an agent user (`resources/agentuser`). `linked` is an issuer added to an account with credentials here, and
    `sign_in_address` the address of a local account (`resources/objectidentity`; both as in B2C tenants).
    """

    id: str
    upn: str
    name: str
    user_type: str | None = "Member"
    enabled: bool = True
    home: str | None = None
    accepted: bool | None = None
    creation: str | None = None
    agent: bool = False
    department: str | None = None
    on_premises: OnPremises | None = None
    linked: str | None = None
    sign_in_address: str | None = None

    @property
    def external(self) -> bool:
        """Whether revoking here changes nothing: the sessions belong to another identity provider."""
        return self.home is not None

    @property
    def guest(self) -> bool:
        """Whether `userType` says Guest, which internal guests have as well."""
        return self.user_type == "Guest"


def synced(sam: str, domain: str, rid: int) -> OnPremises:
    """Describe the local account of a synced user; `rid` is the last part of its security identifier."""
    return OnPremises(sam, domain, f"{SID_PREFIX}-{rid}")


ALICE = Person("2a9f6c31-5e48-4d70-b3c9-f61e8a07d254", f"alice@{DOMAIN}", "Alice Example", department="Finance")
BEN = Person("6f1d0b7a-93c4-4e25-8a6e-0d5b2c71f901", f"ben@{DOMAIN}", "Ben Example", department="Sales")
CARA = Person("6f1d0b7a-93c4-4e25-8a6e-0d5b2c71f902", f"cara@{DOMAIN}", "Cara Example", department="Legal")
SVC_NESTED = Person("6f1d0b7a-93c4-4e25-8a6e-0d5b2c71f903", f"svc-nested@{DOMAIN}", "Nested Service")
DANA = Person(
    "6f1d0b7a-93c4-4e25-8a6e-0d5b2c71f904",
    f"dana_fabrikam.com#EXT#@{INITIAL_DOMAIN}",
    "Dana Guest",
    user_type="Guest",
    home="ExternalAzureAD",
    accepted=True,
    creation="Invitation",
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
    on_premises=synced("frank", DOMAIN, 5140),
)
TWIN = Person(
    "6f1d0b7a-93c4-4e25-8a6e-0d5b2c71f90b",
    f"twin@{DOMAIN}",
    "Twin of Contoso",
    on_premises=synced("twin", DOMAIN, 5141),
)
CORP_TWIN = Person(
    "6f1d0b7a-93c4-4e25-8a6e-0d5b2c71f90c",
    f"twin@{SUBDOMAIN}",
    "Twin of Corp",
    on_premises=synced("twin", SUBDOMAIN, 5142),
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
