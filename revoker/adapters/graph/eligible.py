"""What Privileged Identity Management lists, and what its refusals mean. Pure."""

from dataclasses import dataclass

from revoker.adapters.graph.json_values import object_of
from revoker.adapters.graph.listing import Row
from revoker.core.graph_answer import GraphAnswer

# Without Entra ID P2 no principal can be eligible (docs/graph-facts.md#groups-and-roles).
_UNLICENSED = "AadPremiumLicenseRequired"


@dataclass(frozen=True, slots=True)
class Eligible:
    """The rows of a listing; ``known`` is false where it may not be read, so that there may be others."""

    rows: tuple[Row, ...] = ()
    known: bool = True


def eligible_rows(listed: tuple[Row, ...] | GraphAnswer) -> Eligible | GraphAnswer:
    """Return what a listing told; an answer only where the same question may be answered later."""
    if not isinstance(listed, GraphAnswer):
        return Eligible(listed)
    if listed.status == 400 and _code(listed) == _UNLICENSED:
        return Eligible()
    if listed.passing:
        return listed
    return Eligible(known=False)


def _code(answer: GraphAnswer) -> object:
    return object_of(answer.body.get("error")).get("code")
