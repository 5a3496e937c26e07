"""A recognised body, and the error for one that is not."""

from dataclasses import dataclass

from revoker.core.problems import InvalidError
from revoker.core.request import Incident
from revoker.intake.entities import Entities, Entity

ACCEPTED = (
    "a Sentinel incident, alert or entity trigger body, an array of entities, the output of Entities - Get Accounts "
    "or of the REST entities call, a Microsoft Graph security incident or alert, an alert of Defender for Endpoint, a "
    "Defender incident, or a risky user"
)

_FROM_SENTINEL = frozenset(
    {"sentinel_incident", "sentinel_alert", "entity_array", "get_accounts_output", "rest_entities"}
)


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
    def from_sentinel(self) -> bool:
        """Whether the entities come from Sentinel, by a trigger or by what a playbook's actions give."""
        return self.kind in _FROM_SENTINEL

    @property
    def accounts(self) -> tuple[Entity, ...]:
        """The account entities, each of which becomes one target."""
        return self.entities.accounts


def unknown_body(seen: str) -> InvalidError:
    """Return the error for a body of no known shape: what it is, and what is accepted."""
    return InvalidError(f"This is {seen}. Accepted are {ACCEPTED}.", [("", "post the trigger body as it is")])
