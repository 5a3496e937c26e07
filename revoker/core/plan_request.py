"""A request to apply a dry run, as a value."""

from dataclasses import dataclass

from revoker.core.request import Incident, Person, Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """What a caller says beside the dry run to apply, which else gives ``reason``, ``priority`` and ``incident``."""

    run: str
    requested_by: Person
    reason: str | None = None
    include_new: bool = False
    priority: Priority | None = None
    incident: Incident | None = None
    acknowledge: tuple[str, ...] = ()
