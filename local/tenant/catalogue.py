"""The directory roles there are: built-in ones by template id, and custom ones.

Facts: entra-docs `role-based-access-control/permissions-reference` (names and template ids; forty of the built-in roles
are here); `rbacapplication-list-roledefinitions` (a built-in role's id is its template id, in every tenant).
"""

from dataclasses import dataclass

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
PRIVILEGED_ROLE_ADMINISTRATOR = "e8611ab8-c189-46e8-94e1-60213ab1f814"
USER_ADMINISTRATOR = "fe930be7-5e62-47db-91af-98c3a49a38b1"
EXCHANGE_ADMINISTRATOR = "29232cdf-9323-42fd-ade2-1d097af3e4de"
SECURITY_ADMINISTRATOR = "194ae4cb-b126-40b2-bd5b-6091b380977d"
DIRECTORY_READERS = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"
PRIVILEGED_AUTHENTICATION_ADMINISTRATOR = "7be44c8a-adaf-4e2a-84d6-ab2650e08a13"
APPLICATION_ADMINISTRATOR = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"
CUSTOM_ROLE = "5f0b8a3d-27c4-4e19-b6d8-90e1c3f7a254"

BUILT_IN = {
    "Agent ID Administrator": "db506228-d27e-4b7d-95e5-295956d6615f",
    "AI Administrator": "d2562ede-74db-457e-a7b6-544e236ebb61",
    "Application Administrator": APPLICATION_ADMINISTRATOR,
    "Application Developer": "cf1c38e5-3621-4004-a7cb-879624dced7c",
    "Attribute Assignment Administrator": "58a13ea3-c632-46ae-9ee0-9c0d43cd7f3d",
    "Authentication Administrator": "c4e39bd9-1100-46d3-8c65-fb160da0071f",
    "Authentication Extensibility Administrator": "25a516ed-2fa0-40ea-a2d0-12923a21473a",
    "Authentication Policy Administrator": "0526716b-113d-4c15-b2c8-68e3c22b9f80",
    "Azure DevOps Administrator": "e3973bdf-4987-49ae-837a-ba8e231c7286",
    "Azure Information Protection Administrator": "7495fdc4-34c4-4d15-a289-98788ce399fd",
    "B2C IEF Keyset Administrator": "aaf43236-0c0d-4d5f-883a-6955382ac081",
    "Billing Administrator": "b0f54661-2d74-4c50-afa3-1ec803f12efe",
    "Cloud App Security Administrator": "892c5842-a9a6-463a-8041-72aa08ca3cf6",
    "Cloud Application Administrator": "158c047a-c907-4556-b7ef-446551a6b5f7",
    "Cloud Device Administrator": "7698a772-787b-4ac8-901f-60d6b08affd2",
    "Compliance Administrator": "17315797-102d-40b4-93e0-432062caca18",
    "Conditional Access Administrator": "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",
    "Directory Readers": DIRECTORY_READERS,
    "Directory Synchronization Accounts": "d29b2b05-8046-44ba-8758-1e26182fcf32",
    "Directory Writers": "9360feb5-f418-4baa-8175-e2a00bac4301",
    "Domain Name Administrator": "8329153b-31d0-4727-b945-745eb3bc5f31",
    "Dynamics 365 Administrator": "44367163-eba1-44c3-98af-f5787879f96a",
    "Exchange Administrator": EXCHANGE_ADMINISTRATOR,
    "Exchange Recipient Administrator": "31392ffb-586c-42d1-9346-e59415a2cc4e",
    "External Identity Provider Administrator": "be2f45a1-457d-42af-a067-6ec1fa63bc45",
    "Fabric Administrator": "a9ea8996-122f-4c74-9520-8edcd192826c",
    "Global Administrator": GLOBAL_ADMINISTRATOR,
    "Global Reader": "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
    "Groups Administrator": "fdd7a751-b60b-444a-984c-02652fe8fa1c",
    "Guest Inviter": "95e79109-95c0-4d8e-aee3-d01accf2d47b",
    "Helpdesk Administrator": "729827e3-9c14-49f7-bb1b-9608f156bbb8",
    "Hybrid Identity Administrator": "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2",
    "Identity Governance Administrator": "45d8d3c5-c802-45c6-b32a-1d70b5e1e86e",
    "Insights Administrator": "eb1f4a8d-243a-41f0-9fbd-c7cdf6c5ef7c",
    "Intune Administrator": "3a2c62db-5318-420d-8d74-23affee5d9d5",
    "Knowledge Administrator": "b5a8dcf3-09d5-43a9-a639-8e29ef291470",
    "Privileged Authentication Administrator": PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
    "Privileged Role Administrator": PRIVILEGED_ROLE_ADMINISTRATOR,
    "Security Administrator": SECURITY_ADMINISTRATOR,
    "User Administrator": USER_ADMINISTRATOR,
}


@dataclass(frozen=True, slots=True)
class Definition:
    """What a role is called; the id of a built-in role is the same in every tenant."""

    id: str
    name: str
    built_in: bool = True


def definitions() -> list[Definition]:
    """List the built-in roles and the one custom role that this tenant starts with."""
    found = [Definition(template, name) for name, template in BUILT_IN.items()]
    return [*found, Definition(CUSTOM_ROLE, "Session Helpdesk", built_in=False)]
