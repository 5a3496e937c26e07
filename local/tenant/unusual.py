"""Users that a listing is easily wrong about; they have names where the population is `mixed`.

Facts: entra-docs `external-id/user-properties` (internal guests, external members, identity providers);
`resources/agentuser`; microsoft-graph-docs#594 and msgraph-sdk-dotnet#654 (userType null in old tenants);
entra-docs `external-id/convert-external-users-internal` (a converted guest loses every sign).
"""

from local.tenant import identities
from local.tenant.people import DOMAIN, INITIAL_DOMAIN, Person, synced


def _id(number: int) -> str:
    return f"7c2e1d90-4b8a-4f63-9d15-8e0a6b3c5d{number:02}"


def _invited(number: int, local: str, name: str, home: str, *, accepted: bool | None = True) -> Person:
    return Person(
        _id(number),
        f"{local}#EXT#@{INITIAL_DOMAIN}",
        name,
        user_type="Guest",
        home=home,
        accepted=accepted,
        creation="Invitation",
    )


AGENT = Person(_id(1), f"invoices-agent@{DOMAIN}", "Invoices Agent", agent=True)
INTERNAL_GUEST = Person(_id(2), f"ivan.contractor@{DOMAIN}", "Ivan Contractor", user_type="Guest")
EXTERNAL_MEMBER = Person(
    _id(3),
    f"emil_fabrikam.com#EXT#@{INITIAL_DOMAIN}",
    "Emil of Fabrikam",
    home=identities.ENTRA,
    accepted=True,
    creation="Invitation",
)
# An administrator may rename an external user; then only `identities` tells.
RENAMED_EXTERNAL = Person(_id(4), f"mila@{DOMAIN}", "Mila Renamed", home=identities.ENTRA)
PASSCODE_GUEST = _invited(5, "olga_mail.example", "Olga Passcode", identities.ONE_TIME_PASSCODE)
GOOGLE_GUEST = _invited(6, "gina_gmail.com", "Gina Google", identities.GOOGLE)
ACCOUNT_GUEST = _invited(7, "mike_outlook.com", "Mike Account", identities.MICROSOFT_ACCOUNT)
SAML_GUEST = _invited(8, "sam_partner.example", "Sam Saml", identities.SAML)
PENDING_GUEST = _invited(9, "pia_fabrikam.com", "Pia Pending", identities.ENTRA, accepted=False)
UNTYPED = Person(_id(10), f"nora@{DOMAIN}", "Nora Untyped", user_type=None, on_premises=synced("nora", DOMAIN, 5150))
CONVERTED = Person(_id(11), f"cleo@{DOMAIN}", "Cleo Converted")
SELF_SERVICE = Person(
    _id(12),
    f"selma_facebook.com#EXT#@{INITIAL_DOMAIN}",
    "Selma Self-Service",
    user_type="Guest",
    home=identities.FACEBOOK,
    creation="SelfServiceSignUp",
)

UNUSUAL = (
    AGENT,
    INTERNAL_GUEST,
    EXTERNAL_MEMBER,
    RENAMED_EXTERNAL,
    PASSCODE_GUEST,
    GOOGLE_GUEST,
    ACCOUNT_GUEST,
    SAML_GUEST,
    PENDING_GUEST,
    UNTYPED,
    CONVERTED,
    SELF_SERVICE,
)
