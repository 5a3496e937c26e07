"""The account entities of a list, their fields at one level and their keys in lower case.

Users that are only mentioned, such as those of a process or a device, are no accounts. Shapes: docs/sentinel.md.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from revoker.core.problems import InvalidError
from revoker.intake.references import reference, resolved

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


@dataclass(frozen=True, slots=True)
class Entities:
    """What a list holds: ``accounts``, each to be accounted for, and ``others``, which are no targets."""

    accounts: tuple[Entity, ...] = ()
    others: tuple[Entity, ...] = ()

    def __add__(self, other: "Entities") -> "Entities":
        """Return both."""
        return Entities(self.accounts + other.accounts, self.others + other.others)


def entities_in(items: list[Any], body: object) -> Entities:
    """Return the entities of a list inside a body; an item that cannot be read counts as an account."""
    accounts: list[Entity] = []
    others: list[Entity] = []
    for item in resolved(items, body):
        if item is None:
            continue
        entity = flat(item)
        is_other = isinstance(item, dict) and reference(item) is None and not is_account(lowered(item))
        (others if is_other else accounts).append(entity)
    return Entities(tuple(accounts), tuple(others))


def together(parts: Iterable[Entities]) -> Entities:
    """Return all parts in one."""
    return sum(parts, Entities())


def is_account(entity: Entity) -> bool:
    """Whether an entity is an account: by its kind, and without one by its fields."""
    if words := kinds(entity):
        return not words.isdisjoint(_ACCOUNTS)
    keys = entity.keys() | fields_of(entity.get("properties")).keys()
    return not keys.isdisjoint(_ACCOUNT_MARKS) or ({"name", "ntdomain"} <= keys and "hostname" not in keys)


def kinds(entity: Entity) -> set[str]:
    """Return the words by which an entity says its kind; a resource type (``Microsoft.SecurityInsights/…``) is none."""
    details = fields_of(entity.get("properties"))
    given = (entity.get("kind"), entity.get("entitytype"), entity.get("type"), details.get("type"))
    return {word(kind) for kind in given if word(kind) and "/" not in word(kind)}


def flat(entity: object) -> Entity:
    """Return an entity's fields at one level: those under ``properties``, where filled, and those beside it."""
    if isinstance(entity, str):
        return {"friendlyname": entity}
    if not isinstance(entity, dict):
        return {}
    pointer = reference(entity)
    if pointer is not None:
        return {"friendlyname": f"$ref {pointer}, which is not in the body"}
    fields = lowered(entity)
    properties = {key: value for key, value in fields_of(fields.get("properties")).items() if value not in (None, "")}
    # Beside properties, "name" and "id" are those of the Azure resource.
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
    """Return an object with lower-case keys; any other value has no fields."""
    return lowered(value) if isinstance(value, dict) else {}


def part(value: object, path: str) -> dict[str, Any]:
    """Return an object that may be missing; raises InvalidError for any other value."""
    if value not in (None, "") and not isinstance(value, dict):
        raise InvalidError(f"{path} is not an object.", [(path, "pass the object as it was given")])
    return fields_of(value)


def as_list(value: object, path: str) -> list[Any]:
    """Return a list that may be JSON text, or missing; raises InvalidError for any other value."""
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
