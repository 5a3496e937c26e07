"""The account entities inside lists and alerts, their fields at one level and their keys in lower case.

What is only mentioned (processes, devices, logged-on users) is no account. Shapes: docs/sentinel.md.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from revoker.core.errors import InvalidError

type Entity = Mapping[str, Any]

_ACCOUNTS = {"account", "user"}
_ACCOUNT_MARKS = {
    "aaduserid",
    "azureaduserid",
    "userprincipalname",
    "accountname",
    "upnsuffix",
    "sid",
    "usersid",
    "puid",
}
_AUTHORITY_PREFIX = "nt authority\\"


def accounts_in(listed: list[Any]) -> Iterator[Entity]:
    """Return the account entities of a list; an item that is no object is kept, to be reported as unresolved."""
    for item in listed:
        if item is not None and (not isinstance(item, dict) or is_account(lowered(item))):
            yield flat(item)


def accounts_of_alert(alert: Entity) -> Iterator[Entity]:
    """User evidence (Graph) and user entities (Defender's older API); a process's or device's users are no targets."""
    for item in listed(alert.get("evidence"), "evidence"):
        if isinstance(item, str):
            yield flat(item)
        evidence = fields_of(item)
        if word(evidence.get("@odata.type")).endswith(".userevidence"):
            yield _displayed(fields_of(evidence.get("useraccount")))
    yield from accounts_in(listed(alert.get("entities"), "entities"))


def is_account(entity: Entity) -> bool:
    """Whether an entity is an account: by its kind, and without one by its fields."""
    if words := kinds(entity):
        return not words.isdisjoint(_ACCOUNTS)
    keys = entity.keys() | fields_of(entity.get("properties")).keys()
    return not keys.isdisjoint(_ACCOUNT_MARKS) or ({"name", "ntdomain"} <= keys and "hostname" not in keys)


def kinds(entity: Entity) -> set[str]:
    """Return the words an entity has for what it is; a resource type (``Microsoft.SecurityInsights/…``) is none."""
    details = fields_of(entity.get("properties"))
    given = (entity.get("kind"), entity.get("entitytype"), entity.get("type"), details.get("type"))
    return {word(kind) for kind in given if word(kind) and "/" not in word(kind)}


def flat(entity: object) -> Entity:
    """Return an entity's fields at one level: those under ``properties``, where filled, and those beside it."""
    if not isinstance(entity, dict):
        return {"friendlyname": entity} if isinstance(entity, str) else {}
    fields = lowered(entity)
    properties = {key: value for key, value in fields_of(fields.get("properties")).items() if value not in (None, "")}
    hidden = {"name", "id"} if properties else set()
    return {**{key: value for key, value in fields.items() if key not in hidden}, **properties}


def lowered(fields: Mapping[Any, Any]) -> dict[str, Any]:
    """Return an object with lower-case keys; of keys that differ in case only, the first with a value stays."""
    made: dict[str, Any] = {}
    for name, value in fields.items():
        if made.get(str(name).lower()) in (None, "", [], {}):
            made[str(name).lower()] = value
    return made


def fields_of(value: object) -> dict[str, Any]:
    """Return an object with lower-case keys; anything else has no fields."""
    return lowered(value) if isinstance(value, dict) else {}


def part(value: object, path: str) -> dict[str, Any]:
    """Return an object that may be missing; raises InvalidError for what is neither."""
    if value not in (None, "") and not isinstance(value, dict):
        raise InvalidError(f"{path} is not an object.", [(path, "pass the object as it was given")])
    return fields_of(value)


def listed(value: object, path: str) -> list[Any]:
    """Return a list that may come as JSON text, or not at all; raises InvalidError for anything else."""
    if isinstance(value, str) and value.strip():
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise InvalidError(f"{path} is text and not JSON.", [(path, "pass the list as it was given")]) from error
    if value is None or (isinstance(value, str) and not value.strip()):
        return []
    if not isinstance(value, list):
        raise InvalidError(f"{path} is not a list.", [(path, "pass the list as it was given")])
    return value


def word(value: object) -> str:
    """Return a word to compare without case."""
    return value.strip().lower() if isinstance(value, str) else ""


def _displayed(account: Entity) -> Entity:
    """Graph's ``accountName`` is a displayed name: it may rule an account out, and never names a target."""
    name = word(account.get("accountname"))
    rules_out = name.partition("@")[0].endswith("$") or name.startswith(_AUTHORITY_PREFIX)
    kept = "accountname" if rules_out else "friendlyname"
    shown = account.get("accountname") if rules_out else account.get("displayname") or account.get("accountname")
    named = {key: value for key, value in account.items() if key != "accountname"}
    return {**named, "aadtenantid": account.get("tenantid") or account.get("aadtenantid"), kept: shown}
