"""Which of the bodies that Sentinel, Defender and Graph send this is, and the entities it holds.

Keys are read without regard to case at every level. Shapes and their sources: docs/sentinel.md and
docs/graph-facts.md#sentinel-and-defender.
"""

from dataclasses import dataclass, replace

from revoker.core.names import object_id
from revoker.core.problems import InvalidError
from revoker.core.request import Incident
from revoker.intake.entities import (
    Entities,
    Entity,
    entities_in,
    fields_of,
    flat,
    is_account,
    kinds,
    listed,
    lowered,
    part,
    together,
    word,
)
from revoker.intake.evidence import entities_of_alert
from revoker.intake.incidents import graph_incident, sentinel_incident, text_of
from revoker.intake.references import resolved

ACCEPTED = (
    "a Sentinel incident, alert or entity trigger body, an array of entities, the output of Entities - Get Accounts "
    "or of the REST entities call, a Microsoft Graph security incident or alert, an alert of Defender for Endpoint, a "
    "Defender incident, or a risky user"
)
_ALERT_MARKS = {"systemalertid", "alerttype", "alertdisplayname", "provideralertid"}
_RISK_MARKS = {"risklevel", "riskstate"}


@dataclass(frozen=True, slots=True)
class Payload:
    """A recognised body: its kind, its entities in order (keys lower case), and its incident.

    ``workspaces`` are the ids of Log Analytics workspaces in the body, which analytics rules mistake for a tenant's.
    """

    kind: str
    entities: Entities
    incident: Incident | None = None
    event_id: str | None = None
    workspaces: frozenset[str] = frozenset()

    @property
    def accounts(self) -> tuple[Entity, ...]:
        """The account entities, each of which becomes one target."""
        return self.entities.accounts


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
            return replace(payload, workspaces=_workspaces(top))
    raise _unknown("an object with the keys " + ", ".join(repr(str(key)[:40]) for key in list(body)[:10]))


def _array(items: list[object]) -> Payload:
    """Read entities, or a list of what Graph returns; items of which none says its kind are neither."""
    said = [item for item in items if item is not None]
    graph = [_graph(fields_of(item)) if not kinds(fields_of(item)) else None for item in said]
    if said and all(graph):
        return Payload("graph_list", together(found.entities for found in graph if found))
    entities = entities_in(items, items)
    if said and not entities.accounts and not any(kinds(fields_of(item)) for item in said):
        raise _unknown("an array in which no item says its kind")
    return Payload("entity_array", entities)


def _sentinel(top: Entity) -> Payload | None:
    if top.get("object") or word(top.get("objectschematype")) == "incident":
        incident = part(top.get("object"), "object")
        details = part(incident.get("properties"), "object.properties")
        entities = entities_in(listed(details.get("relatedentities"), "object.properties.relatedEntities"), top)
        return Payload("sentinel_incident", entities, sentinel_incident(incident), text_of(top, "eventuniqueid"))
    if isinstance(top.get("entity"), dict):
        arm_id = text_of(top, "incidentarmid")
        return Payload("sentinel_entity", entities_in([top["entity"]], top), Incident(id=arm_id) if arm_id else None)
    # A Graph alert has a providerAlertId too; its evidence tells it apart.
    if top.keys() & _ALERT_MARKS and not _is_graph_alert(top):
        entities = entities_in(listed(top.get("entities"), "Entities"), top)
        return Payload("sentinel_alert", entities, Incident(title=text_of(top, "alertdisplayname")))
    return None


def _entities(top: Entity) -> Payload | None:
    if "accounts" in top:
        # Each element is an account, also one that says no kind and one that cannot be read.
        accounts = tuple(flat(item) for item in resolved(listed(top["accounts"], "Accounts"), top))
        return Payload("get_accounts_output", Entities(accounts))
    if "entities" in top:
        return Payload("rest_entities", entities_in(listed(top["entities"], "entities"), top))
    if is_account(top) and not top.keys() & _RISK_MARKS:
        return Payload("entity_array", Entities((flat(top),)))
    return None


def _graph(top: Entity) -> Payload | None:
    kind = word(top.get("@odata.type"))
    if (top.keys() & _RISK_MARKS or kind.endswith(".riskyuser")) and "appid" not in top:
        # A risk detection has an id of its own and the user's beside it.
        account = {"aaduserid": top.get("userid") or top.get("id"), "userprincipalname": top.get("userprincipalname")}
        return Payload("risky_user", Entities((account,)))
    if "alerts" in top or kind.endswith("security.incident"):
        alerts = [part(alert, f"alerts[{index}]") for index, alert in enumerate(listed(top.get("alerts"), "alerts"))]
        return Payload("graph_incident", together(entities_of_alert(one, one) for one in alerts), graph_incident(top))
    if _is_graph_alert(top):
        return Payload("graph_alert", entities_of_alert(top, top), Incident(title=text_of(top, "title")))
    return None


def _graph_list(top: Entity) -> Payload | None:
    if not isinstance(top.get("value"), list):
        return None
    found = [_graph(fields_of(item)) for item in top["value"]]
    if None in found:
        raise _unknown(f"a list whose item {found.index(None)} is neither an incident, an alert nor a risky user")
    return Payload("graph_list", together(each.entities for each in found if each))


def _is_graph_alert(top: Entity) -> bool:
    return "evidence" in top or word(top.get("@odata.type")).endswith("security.alert")


def _workspaces(top: Entity) -> frozenset[str]:
    """Return the workspace ids that a body names; an alert's type is ``<workspace id>_<rule id>``."""
    told = (top.get("workspaceid"), fields_of(top.get("workspaceinfo")).get("workspaceid"), top.get("alerttype"))
    ids = [object_id(word(text).partition("_")[0]) for text in told]
    return frozenset(found for found in ids if found)


def _unknown(seen: str) -> InvalidError:
    return InvalidError(f"This is {seen}. Accepted are {ACCEPTED}.", [("", "post the trigger body as it is")])
