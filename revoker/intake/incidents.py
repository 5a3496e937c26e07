"""The incident that a body is about, in a form that can be stored: number, title, id and link."""

from revoker.core.plain_text import one_line
from revoker.core.request import Incident
from revoker.intake.entities import Entity, fields_of


def sentinel_incident(incident: Entity) -> Incident:
    """Return the incident of a Sentinel trigger."""
    details = fields_of(incident.get("properties"))
    return Incident(
        id=text_of(incident, "id"),
        number=_number(details.get("incidentnumber")),
        title=text_of(details, "title"),
        url=_link(details, "incidenturl"),
    )


def graph_incident(top: Entity) -> Incident:
    """Return the incident of Graph, or of Defender's own API."""
    name = top.get("id") or top.get("incidentid")
    return Incident(
        id=_clean(str(name)) if isinstance(name, str | int) else None,
        number=_number(name),
        title=text_of(top, "displayname") or text_of(top, "incidentname"),
        url=_link(top, "incidentweburl"),
    )


def text_of(fields: Entity, name: str) -> str | None:
    """Return a text of at most 500 characters."""
    value = fields.get(name)
    return _clean(value) if isinstance(value, str) else None


def _number(value: object) -> int | None:
    digits = str(value)
    return int(digits) if digits.isdecimal() and len(digits) < 19 else None


def _link(fields: Entity, name: str) -> str | None:
    value = fields.get(name)
    return _clean(value, 2000) if isinstance(value, str) and value.startswith("https://") else None


def _clean(text: str, most: int = 500) -> str | None:
    return one_line(text)[:most].strip() or None
