"""The `identities` of a user: how the user signs in, which `userType` does not tell.

Facts: `resources/objectidentity`; entra-docs `external-id/user-properties`, "Identities" (the values; a pending
invitation shows the host's domain only); Microsoft's guide "Convert External Users to Internal Users" (an Entra guest
has `ExternalAzureAD` with a null `issuerAssignedId`, beside a `userPrincipalName` identity of this tenant).
"""

from collections.abc import Iterator

from local.tenant.people import INITIAL_DOMAIN, Person

ENTRA = "ExternalAzureAD"
ONE_TIME_PASSCODE = "mail"
GOOGLE = "google.com"
FACEBOOK = "facebook.com"
# The page calls it "Microsoft account"; no published answer shows how Graph spells the issuer.
MICROSOFT_ACCOUNT = "MicrosoftAccount"
SAML = "http://idp.partner.example/adfs/services/trust"

type Identity = dict[str, str | None]


def identities(person: Person) -> list[Identity]:
    """List the identities of a user; external users show their issuer once the invitation is accepted."""
    own: Identity = {
        "signInType": "userPrincipalName",
        "issuer": INITIAL_DOMAIN,
        "issuerAssignedId": person.upn,
    }
    if person.home is None:
        return [*_added(person), own]
    if person.accepted is False:
        return [own]
    return [{"signInType": "federated", "issuer": person.home, "issuerAssignedId": _assigned(person)}, own]


def _added(person: Person) -> Iterator[Identity]:
    """Yield what an account of this tenant has beside its UPN, as the example of `user-post-users` shows it."""
    if person.sign_in_address is not None:
        address = person.sign_in_address
        yield {"signInType": "emailAddress", "issuer": INITIAL_DOMAIN, "issuerAssignedId": address}
    if person.linked is not None:
        yield {"signInType": "federated", "issuer": person.linked, "issuerAssignedId": person.id[:8]}


def _assigned(person: Person) -> str | None:
    """Return the id that the issuer gave; another Entra tenant's is not shown."""
    if person.home == ENTRA:
        return None
    if person.home == ONE_TIME_PASSCODE:
        return mail(person)
    return person.id[:8]


def mail(person: Person) -> str:
    """Return a user's address; `dana_fabrikam.com#EXT#@…` stands for `dana@fabrikam.com`."""
    home, mark, _ = person.upn.partition("#EXT#")
    if not mark:
        return person.upn
    return "@".join(home.rsplit("_", 1))
