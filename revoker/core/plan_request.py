"""A request to apply a dry run, as a value."""

from dataclasses import dataclass

from revoker.core.request import Incident, Person, Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """The dry run to apply (``run``), and what the caller asks for beside it.

    Without ``reason``, ``priority`` or ``incident`` the new run has those of the dry run.
    """

    run: str
    requested_by: Person
    reason: str | None = None
    include_new: bool = False
    priority: Priority | None = None
    incident: Incident | None = None
    acknowledge: tuple[str, ...] = ()
