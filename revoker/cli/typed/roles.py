"""Directory roles by name: the ones with holders that a responder signs out first."""

from difflib import get_close_matches

from revoker.cli.ending import UsageError
from revoker.cli.typed.names import clean, is_upn, is_user_name

# Name and template id of the roles labelled privileged, and of some that intruders use, from Microsoft Learn,
# "Microsoft Entra built-in roles" (entra-docs, permissions-reference.md, 20 January 2026). A template id is the same
# in every tenant, so that a name given in full is no guess.
ROLES = {
    "Application Administrator": "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
    "Application Developer": "cf1c38e5-3621-4004-a7cb-879624dced7c",
    "Authentication Administrator": "c4e39bd9-1100-46d3-8c65-fb160da0071f",
    "Authentication Extensibility Administrator": "25a516ed-2fa0-40ea-a2d0-12923a21473a",
    "Authentication Policy Administrator": "0526716b-113d-4c15-b2c8-68e3c22b9f80",
    "B2C IEF Keyset Administrator": "aaf43236-0c0d-4d5f-883a-6955382ac081",
    "Billing Administrator": "b0f54661-2d74-4c50-afa3-1ec803f12efe",
    "Cloud Application Administrator": "158c047a-c907-4556-b7ef-446551a6b5f7",
    "Cloud Device Administrator": "7698a772-787b-4ac8-901f-60d6b08affd2",
    "Compliance Administrator": "17315797-102d-40b4-93e0-432062caca18",
    "Conditional Access Administrator": "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",
    "Directory Synchronization Accounts": "d29b2b05-8046-44ba-8758-1e26182fcf32",
    "Directory Writers": "9360feb5-f418-4baa-8175-e2a00bac4301",
    "Domain Name Administrator": "8329153b-31d0-4727-b945-745eb3bc5f31",
    "Exchange Administrator": "29232cdf-9323-42fd-ade2-1d097af3e4de",
    "External Identity Provider Administrator": "be2f45a1-457d-42af-a067-6ec1fa63bc45",
    "Global Administrator": "62e90394-69f5-4237-9190-012177145e10",
    "Global Reader": "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
    "Groups Administrator": "fdd7a751-b60b-444a-984c-02652fe8fa1c",
    "Helpdesk Administrator": "729827e3-9c14-49f7-bb1b-9608f156bbb8",
    "Hybrid Identity Administrator": "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2",
    "Identity Governance Administrator": "45d8d3c5-c802-45c6-b32a-1d70b5e1e86e",
    "Intune Administrator": "3a2c62db-5318-420d-8d74-23affee5d9d5",
    "Lifecycle Workflows Administrator": "59d46f88-662b-457b-bceb-5c3809e5908f",
    "Password Administrator": "966707d0-3269-4727-9be2-8c3a10f19b9d",
    "Privileged Authentication Administrator": "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",
    "Privileged Role Administrator": "e8611ab8-c189-46e8-94e1-60213ab1f814",
    "Security Administrator": "194ae4cb-b126-40b2-bd5b-6091b380977d",
    "Security Operator": "5f2222b1-57c3-48ba-8ad5-d4759f1fde6f",
    "Security Reader": "5d6b6bb7-de71-4623-b4af-96380a352509",
    "SharePoint Administrator": "f28a1f50-f6e7-4571-818b-6a12f2af6b6c",
    "Teams Administrator": "69091246-20e8-4a56-aa4d-066075b2a7a8",
    "User Administrator": "fe930be7-5e62-47db-91af-98c3a49a38b1",
}
NAMES = {template: name for name, template in ROLES.items()}
_FOLDED = {name.casefold(): name for name in ROLES}


def role_ids(values: list[str]) -> list[str]:
    """Return template ids, or ``privileged``, for what was typed; raises UsageError with the roles that come close."""
    return [_role_id(clean(value)) for value in values]


def role_name(role: str) -> str:
    """Return a role's name for its template id, where it is one of these."""
    return NAMES.get(role.lower(), role)


def _role_id(value: str) -> str:
    if value.casefold() == "privileged":
        return "privileged"
    if is_user_name(value) and not is_upn(value):
        return value
    if value.casefold() in _FOLDED:
        return ROLES[_FOLDED[value.casefold()]]
    close = get_close_matches(value.casefold(), _FOLDED, n=3, cutoff=0.5)
    close += [folded for folded in _FOLDED if value.casefold() in folded and folded not in close]
    shown = "; ".join(f"'{_FOLDED[folded]}'" for folded in close[:4])
    if not shown:
        raise UsageError(f"--role {value!r}: write privileged, a role's full name, or its template id (a GUID).")
    raise UsageError(f"--role {value!r} is no role that this command knows by name. Did you mean {shown}?")
