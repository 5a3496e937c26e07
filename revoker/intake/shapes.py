"""Which of the bodies that Sentinel, Defender and Graph send this is, and which account entities it holds.

Shapes: reference sentinel, 1 to 4 (kept in docs/sentinel.md). Keys are read without regard to case at every level.
What is only mentioned (owner, alerts' custom details, processes, devices) is never a target.
"""

from dataclasses import dataclass

from revoker.core.errors import InvalidError
from revoker.core.request import Incident
from revoker.intake.entities import (
    Entity,
    accounts_in,
    accounts_of_alert,
    fields_of,
    flat,
    is_account,
    kinds,
    listed,
    lowered,
    part,
    word,
)

ACCEPTED = (
    "a Sentinel incident, alert or entity trigger body, an array of entities, the output of Entities - Get Accounts "
    "or of the REST entities call, a Microsoft Graph security incident or alert, a Defender incident, or a risky user"
)
_ALERT_MARKS = {"systemalertid", "alerttype", "alertdisplayname", "provideralertid"}
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
        return _array(body)
    if not isinstance(body, dict):
        raise _unknown(f"a JSON {type(body).__name__}")
    top = lowered(body)
    if word(top.get("schemaid")) == "azuremonitorcommonalertschema":
        raise _unknown("an Azure Monitor common alert, which carries no identity")
    for recognise in (_sentinel, _entities, _graph, _graph_list):
        if payload := recognise(top):
            return payload
    raise _unknown("an object with the keys " + ", ".join(repr(str(key)[:40]) for key in list(body)[:10]))


def _array(items: list[object]) -> Payload:
    """Entities, or what Graph lists; items of which none says what it is are neither."""
    said = [item for item in items if item is not None]
    parts = [_graph(fields_of(item)) if not kinds(fields_of(item)) else None for item in said]
    if said and all(parts):
        return Payload("graph_list", tuple(account for found in parts if found for account in found.accounts))
    accounts = tuple(accounts_in(items))
    if said and not accounts and not any(kinds(fields_of(item)) for item in said):
        raise _unknown("an array in which no item says its kind")
    return Payload("entity_array", accounts)


def _sentinel(top: Entity) -> Payload | None:
    if top.get("object") or word(top.get("objectschematype")) == "incident":
        incident = part(top.get("object"), "object")
        details = part(incident.get("properties"), "object.properties")
        accounts = accounts_in(listed(details.get("relatedentities"), "object.properties.relatedEntities"))
        return Payload("sentinel_incident", tuple(accounts), _sentinel_incident(incident), _text(top, "eventuniqueid"))
    if isinstance(top.get("entity"), dict):
        arm_id = _text(top, "incidentarmid")
        return Payload("sentinel_entity", tuple(accounts_in([top["entity"]])), Incident(id=arm_id) if arm_id else None)
    # A Graph alert has a providerAlertId too; its evidence tells it apart.
    if top.keys() & _ALERT_MARKS and not _is_graph_alert(top):
        accounts = accounts_in(listed(top.get("entities"), "Entities"))
        return Payload("sentinel_alert", tuple(accounts), Incident(title=_text(top, "alertdisplayname")))
    return None


def _entities(top: Entity) -> Payload | None:
    if "accounts" in top:
        return Payload("get_accounts_output", tuple(flat(item) for item in listed(top["accounts"], "Accounts")))
    if "entities" in top:
        return Payload("rest_entities", tuple(accounts_in(listed(top["entities"], "entities"))))
    if is_account(top) and not top.keys() & _RISK_MARKS:
        return Payload("entity_array", (flat(top),))
    return None


def _graph(top: Entity) -> Payload | None:
    kind = word(top.get("@odata.type"))
    if (top.keys() & _RISK_MARKS or kind.endswith(".riskyuser")) and "appid" not in top:
        # A risk detection has an id of its own and the user's beside it.
        account = {"aaduserid": top.get("userid") or top.get("id"), "userprincipalname": top.get("userprincipalname")}
        return Payload("risky_user", (account,))
    if "alerts" in top or kind.endswith("security.incident"):
        alerts = [part(alert, f"alerts[{index}]") for index, alert in enumerate(listed(top.get("alerts"), "alerts"))]
        accounts = tuple(account for alert in alerts for account in accounts_of_alert(alert))
        return Payload("graph_incident", accounts, _graph_incident(top))
    if _is_graph_alert(top):
        return Payload("graph_alert", tuple(accounts_of_alert(top)), Incident(title=_text(top, "title")))
    return None


def _graph_list(top: Entity) -> Payload | None:
    if not isinstance(top.get("value"), list):
        return None
    parts = [_graph(fields_of(item)) for item in top["value"]]
    if None in parts:
        raise _unknown(f"a list whose item {parts.index(None)} is neither an incident, an alert nor a risky user")
    return Payload("graph_list", tuple(account for found in parts if found for account in found.accounts))


def _is_graph_alert(top: Entity) -> bool:
    return "evidence" in top or word(top.get("@odata.type")).endswith("security.alert")


def _sentinel_incident(incident: Entity) -> Incident:
    details = fields_of(incident.get("properties"))
    return Incident(
        id=_text(incident, "id"),
        number=_number(details.get("incidentnumber")),
        title=_text(details, "title"),
        url=_link(details, "incidenturl"),
    )


def _graph_incident(top: Entity) -> Incident:
    name = top.get("id") or top.get("incidentid")
    return Incident(
        id=_clean(str(name)) if isinstance(name, str | int) else None,
        number=_number(name),
        title=_text(top, "displayname") or _text(top, "incidentname"),
        url=_link(top, "incidentweburl"),
    )


def _number(value: object) -> int | None:
    digits = str(value)
    return int(digits) if digits.isdecimal() and len(digits) < 19 else None


def _text(fields: Entity, name: str) -> str | None:
    value = fields.get(name)
    return _clean(value) if isinstance(value, str) else None


def _link(fields: Entity, name: str) -> str | None:
    value = fields.get(name)
    return _clean(value, 2000) if isinstance(value, str) and value.startswith("https://") else None


def _clean(text: str, most: int = 500) -> str | None:
    return text.encode("utf-8", "replace").decode()[:most].strip() or None


def _unknown(seen: str) -> InvalidError:
    return InvalidError(f"This is {seen}. Accepted are {ACCEPTED}.", [("", "post the trigger body as it is")])
