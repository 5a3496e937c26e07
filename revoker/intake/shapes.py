"""Which of the bodies that Sentinel, Defender and Graph send this is, and which account entities it holds.

Shapes: reference sentinel, 1 to 4 (kept in docs/sentinel.md). Keys are read without regard to case at every level.
What is only mentioned (owner, alerts' custom details, processes, devices) is never a target.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from revoker.errors import InvalidError
from revoker.request import Incident

type Entity = Mapping[str, Any]

ACCEPTED = (
    "a Sentinel incident, alert or entity trigger body, an array of entities, the output of Entities - Get Accounts "
    "or of the REST entities call, a Microsoft Graph security incident or alert, a Defender incident, or a risky user"
)
_ALERT_MARKS = {"systemalertid", "alerttype", "alertdisplayname", "provideralertid"}
_ACCOUNT_MARKS = {"aaduserid", "azureaduserid", "userprincipalname", "accountname", "upnsuffix"}
_RISK_MARKS = {"risklevel", "riskstate"}


@dataclass(frozen=True, slots=True)
class Payload:
    """A recognised body: its kind, its account entities in order (keys lower case), and its incident."""

    kind: str
    accounts: tuple[Entity, ...]
    incident: Incident | None = None
    event_id: str | None = None


def read_payload(body: object) -> Payload:
    """Return what the body holds; raises InvalidError for one that is empty or of no known shape."""
    if body in (None, "", {}):
        raise _unknown("an empty body (the designer's Run Trigger sends one)")
    if isinstance(body, list):
        return Payload("entity_array", tuple(_accounts(body)))
    if not isinstance(body, dict):
        raise _unknown(f"a JSON {type(body).__name__}")
    top = lowered(body)
    if str(top.get("schemaid")).lower() == "azuremonitorcommonalertschema":
        raise _unknown("an Azure Monitor common alert, which carries no identity")
    for recognise in (_sentinel, _entities, _graph, _graph_list):
        if payload := recognise(top):
            return payload
    raise _unknown("an object with the keys " + ", ".join(repr(str(key)[:40]) for key in list(body)[:10]))


def lowered(fields: Mapping[Any, Any]) -> dict[str, Any]:
    """Return an object with lower-case keys; of keys that differ in case only, the first with a value stays."""
    made: dict[str, Any] = {}
    for name, value in fields.items():
        if made.get(str(name).lower()) in (None, ""):
            made[str(name).lower()] = value
    return made


def _sentinel(top: Entity) -> Payload | None:
    if "object" in top or _word(top.get("objectschematype")) == "incident":
        incident = _object(top.get("object"))
        details = _object(incident.get("properties"))
        accounts = _accounts(_listed(details.get("relatedentities"), "object.properties.relatedEntities"))
        return Payload("sentinel_incident", tuple(accounts), _sentinel_incident(incident), _text(top, "eventuniqueid"))
    if isinstance(top.get("entity"), dict):
        arm_id = _text(top, "incidentarmid")
        return Payload("sentinel_entity", tuple(_accounts([top["entity"]])), Incident(id=arm_id) if arm_id else None)
    if top.keys() & _ALERT_MARKS:
        accounts = _accounts(_listed(top.get("entities"), "Entities"))
        return Payload("sentinel_alert", tuple(accounts), Incident(title=_text(top, "alertdisplayname")))
    return None


def _entities(top: Entity) -> Payload | None:
    if "accounts" in top:
        listed = _listed(top["accounts"], "Accounts")
        return Payload("get_accounts_output", tuple(_flat(item) for item in listed))
    if "entities" in top:
        return Payload("rest_entities", tuple(_accounts(_listed(top["entities"], "entities"))))
    if _is_account(top) and not top.keys() & _RISK_MARKS:
        return Payload("entity_array", (_flat(top),))
    return None


def _graph(top: Entity) -> Payload | None:
    kind = _word(top.get("@odata.type"))
    if top.keys() & _RISK_MARKS or kind.endswith(".riskyuser"):
        account = {"aaduserid": top.get("id"), "userprincipalname": top.get("userprincipalname")}
        return Payload("risky_user", (account,))
    if "alerts" in top or kind.endswith("security.incident"):
        alerts = [lowered(alert) for alert in _listed(top.get("alerts"), "alerts") if isinstance(alert, dict)]
        accounts = tuple(account for alert in alerts for account in _alert_accounts(alert))
        return Payload("graph_incident", accounts, _graph_incident(top))
    if "evidence" in top or kind.endswith("security.alert"):
        return Payload("graph_alert", tuple(_alert_accounts(top)), Incident(title=_text(top, "title")))
    return None


def _graph_list(top: Entity) -> Payload | None:
    if not isinstance(top.get("value"), list):
        return None
    parts = [_graph(lowered(item)) if isinstance(item, dict) else None for item in top["value"]]
    if None in parts:
        raise _unknown(f"a list whose item {parts.index(None)} is neither an incident, an alert nor a risky user")
    return Payload("graph_list", tuple(account for part in parts if part for account in part.accounts))


def _alert_accounts(alert: Entity) -> Iterator[Entity]:
    """User evidence (Graph) and user entities (Defender's older API); a process's or device's users are no targets."""
    for item in _listed(alert.get("evidence"), "evidence"):
        evidence = lowered(item) if isinstance(item, dict) else {}
        if _word(evidence.get("@odata.type")).endswith(".userevidence"):
            yield _displayed(_object(evidence.get("useraccount")))
    yield from _accounts(_listed(alert.get("entities"), "entities"))


def _displayed(account: Entity) -> Entity:
    """Graph's ``accountName`` is a displayed name: it may rule an account out, and never names a target."""
    name = str(account.get("accountname") or "")
    kept = {"accountname": name} if name.endswith("$") else {"friendlyname": account.get("displayname") or name}
    named = {key: value for key, value in account.items() if key != "accountname"}
    return {**named, "aadtenantid": account.get("tenantid"), **kept}


def _accounts(listed: list[Any]) -> Iterator[Entity]:
    """Return the account entities of a list; an item that is no object is kept, to be reported as unresolved."""
    for item in listed:
        if not isinstance(item, dict) or _is_account(lowered(item)):
            yield _flat(item)


def _is_account(entity: Entity) -> bool:
    kinds = (entity.get("kind"), entity.get("entitytype"), entity.get("type"))
    words = {_word(kind) for kind in kinds if kind} | {_word(_object(entity.get("properties")).get("type"))}
    if words & {"account", "user"}:
        return True
    return not any(kinds) and bool(
        entity.keys() & _ACCOUNT_MARKS or _object(entity.get("properties")).keys() & _ACCOUNT_MARKS
    )


def _flat(entity: object) -> Entity:
    """Return an entity's fields at one level: those under ``properties`` and those beside it."""
    if not isinstance(entity, dict):
        return {"friendlyname": entity} if isinstance(entity, str) else {}
    fields = lowered(entity)
    properties = _object(fields.get("properties"))
    return {**{k: v for k, v in fields.items() if k not in {"name", "id"} or not properties}, **properties}


def _sentinel_incident(incident: Entity) -> Incident:
    details = _object(incident.get("properties"))
    number = str(details.get("incidentnumber") or "")
    return Incident(
        id=_text(incident, "id"),
        number=int(number) if number.isdecimal() and len(number) < 19 else None,
        title=_text(details, "title"),
        url=_link(details, "incidenturl"),
    )


def _graph_incident(top: Entity) -> Incident:
    name = str(top.get("id") or top.get("incidentid") or "")[:100]
    return Incident(
        id=name or None,
        number=int(name) if name.isdecimal() and len(name) < 19 else None,
        title=_text(top, "displayname") or _text(top, "incidentname"),
        url=_link(top, "incidentweburl"),
    )


def _listed(value: object, path: str) -> list[Any]:
    """Return a list that may come as JSON text, or not at all; raises InvalidError for anything else."""
    if isinstance(value, str) and value.strip():
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise InvalidError(f"{path} is text and not JSON.", [(path, "pass the list as it was given")]) from error
    if value in (None, ""):
        return []
    if not isinstance(value, list):
        raise InvalidError(f"{path} is not a list.", [(path, "pass the list as it was given")])
    return value


def _object(value: object) -> dict[str, Any]:
    return lowered(value) if isinstance(value, dict) else {}


def _word(value: object) -> str:
    return value.strip().lower() if isinstance(value, str) else ""


def _text(fields: Entity, name: str) -> str | None:
    value = fields.get(name)
    return value.encode("utf-8", "replace").decode()[:500].strip() or None if isinstance(value, str) else None


def _link(fields: Entity, name: str) -> str | None:
    value = fields.get(name)
    return value[:2000] if isinstance(value, str) and value.startswith("https://") else None


def _unknown(seen: str) -> InvalidError:
    return InvalidError(f"This is {seen}. Accepted are {ACCEPTED}.", [("", "post the trigger body as it is")])
