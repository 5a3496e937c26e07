"""What Microsoft Graph returns, as a body: a security incident, an alert, a risky user, or a list of these."""

from revoker.core.request import Incident
from revoker.intake.entities import Entities, Entity, as_list, fields_of, part, together, word
from revoker.intake.evidence import entities_of_alert
from revoker.intake.incidents import graph_incident, text_of
from revoker.intake.payload import Payload, unknown_body

RISK_MARKS = {"risklevel", "riskstate"}


def read_graph(top: Entity) -> Payload | None:
    """Return the body as an incident, an alert or a risky user of Graph; None where it is none of them."""
    kind = word(top.get("@odata.type"))
    if (top.keys() & RISK_MARKS or kind.endswith(".riskyuser")) and "appid" not in top:
        # A risk detection has an id of its own and the user's beside it.
        account = {"aaduserid": top.get("userid") or top.get("id"), "userprincipalname": top.get("userprincipalname")}
        return Payload("risky_user", Entities((account,)))
    if "alerts" in top or kind.endswith("security.incident"):
        alerts = [part(alert, f"alerts[{index}]") for index, alert in enumerate(as_list(top.get("alerts"), "alerts"))]
        return Payload("graph_incident", together(entities_of_alert(one, one) for one in alerts), graph_incident(top))
    if is_graph_alert(top):
        return Payload("graph_alert", entities_of_alert(top, top), Incident(title=text_of(top, "title")))
    return None


def read_graph_list(top: Entity) -> Payload | None:
    """Return the body as a list of these; None where it is no list, InvalidError where an item is something else."""
    if not isinstance(top.get("value"), list):
        return None
    found = [read_graph(fields_of(item)) for item in top["value"]]
    if None in found:
        raise unknown_body(f"a list whose item {found.index(None)} is neither an incident, an alert nor a risky user")
    return Payload("graph_list", together(each.entities for each in found if each))


def is_graph_alert(top: Entity) -> bool:
    """Tell whether an object is an alert of Graph, which carries its evidence."""
    return "evidence" in top or word(top.get("@odata.type")).endswith("security.alert")
