"""Which of the bodies that Sentinel, Defender and Graph send this is, and the entities it holds.

Keys are read without regard to case at every level. Shapes and their sources: docs/sentinel.md and
docs/graph-facts.md#sentinel-and-defender.
"""

from dataclasses import replace

from revoker.core.names import object_id
from revoker.core.request import Incident
from revoker.intake.entities import (
    Entities,
    Entity,
    as_list,
    entities_in,
    fields_of,
    flat,
    is_account,
    kinds,
    lowered,
    part,
    together,
    word,
)
from revoker.intake.graph_shapes import RISK_MARKS, is_graph_alert, read_graph, read_graph_list
from revoker.intake.incidents import sentinel_incident, text_of
from revoker.intake.payload import Payload, unknown_body
from revoker.intake.references import resolved

_ALERT_MARKS = {"systemalertid", "alerttype", "alertdisplayname", "provideralertid"}


def read_payload(body: object) -> Payload:
    """Return what the body holds; raises InvalidError for one that is empty or of no known shape."""
    if body in (None, "", {}):
        raise unknown_body("an empty body (the designer's Run Trigger sends one)")
    if isinstance(body, list):
        return _array(body)
    if not isinstance(body, dict):
        raise unknown_body(f"a JSON {type(body).__name__}")
    top = lowered(body)
    if word(top.get("schemaid")) == "azuremonitorcommonalertschema":
        raise unknown_body("an Azure Monitor common alert, which carries no identity")
    for recognise in (_sentinel, _entities, read_graph, read_graph_list):
        if payload := recognise(top):
            return replace(payload, workspaces=_workspaces(top))
    raise unknown_body("an object with the keys " + ", ".join(repr(str(key)[:40]) for key in list(body)[:10]))


def _array(items: list[object]) -> Payload:
    """Read entities, or a list of what Graph returns; items of which none says its kind are neither."""
    said = [fields_of(item) for item in items if item is not None]
    with_kind = 0
    graph: list[Entities] = []
    # An entity says its kind, and what Graph returns does not: an array of both is taken for entities.
    for item in said:
        if kinds(item):
            with_kind += 1
        elif payload := read_graph(item):
            graph.append(payload.entities)
    if said and len(graph) == len(said):
        return Payload("graph_list", together(graph))
    entities = entities_in(items, items)
    if said and not entities.accounts and not with_kind:
        raise unknown_body("an array in which no item says its kind")
    return Payload("entity_array", entities)


def _sentinel(top: Entity) -> Payload | None:
    if top.get("object") or word(top.get("objectschematype")) == "incident":
        incident = part(top.get("object"), "object")
        details = part(incident.get("properties"), "object.properties")
        entities = entities_in(as_list(details.get("relatedentities"), "object.properties.relatedEntities"), top)
        return Payload("sentinel_incident", entities, sentinel_incident(incident), text_of(top, "eventuniqueid"))
    if isinstance(top.get("entity"), dict):
        arm_id = text_of(top, "incidentarmid")
        return Payload("sentinel_entity", entities_in([top["entity"]], top), Incident(id=arm_id) if arm_id else None)
    # A Graph alert has a providerAlertId too; its evidence tells it apart.
    if top.keys() & _ALERT_MARKS and not is_graph_alert(top):
        entities = entities_in(as_list(top.get("entities"), "Entities"), top)
        return Payload("sentinel_alert", entities, Incident(title=text_of(top, "alertdisplayname")))
    return None


def _entities(top: Entity) -> Payload | None:
    if "accounts" in top:
        # Each element is an account, also one that says no kind and one that cannot be read.
        accounts = tuple(flat(item) for item in resolved(as_list(top["accounts"], "Accounts"), top))
        return Payload("get_accounts_output", Entities(accounts))
    if "entities" in top:
        return Payload("rest_entities", entities_in(as_list(top["entities"], "entities"), top))
    if is_account(top) and not top.keys() & RISK_MARKS:
        return Payload("entity_array", Entities((flat(top),)))
    return None


def _workspaces(top: Entity) -> frozenset[str]:
    """Return the workspace ids that a body names; an alert's type is ``<workspace id>_<rule id>``."""
    told = (top.get("workspaceid"), fields_of(top.get("workspaceinfo")).get("workspaceid"), top.get("alerttype"))
    ids = [object_id(word(text).partition("_")[0]) for text in told]
    return frozenset(filter(None, ids))
