"""The body of ``POST /api/runs`` that applies a dry run becomes a ``PlanRequest``."""

import uuid

from revoker.core.plan_request import PlanRequest
from revoker.core.request import Person
from revoker.intake.fields import Fields
from revoker.intake.http import REASON, acknowledgement, incident_of, known_codes, priority
from revoker.intake.values import prose, truth

# They were settled by the dry run: saying them again could only contradict it.
_SETTLED = (
    *("users", "groups", "roles", "filter", "allUsers", "exclude", "guests", "issuedBefore", "dryRun"),
    *("compromisedAt", "rotatedSince", "compromisedThumbprints", "compromisedCertificates", "trustedThumbprints"),
)
_RUN_ID = "write the id of a dry run that has completed"


def applies_plan(body: object) -> bool:
    """Tell whether a body names a dry run to apply."""
    return isinstance(body, dict) and body.get("plan") is not None


def parse_plan(body: object, person: Person) -> PlanRequest:
    """Return what is asked for; raises InvalidError, which lists every error with its path."""
    fields = Fields(body)
    asked = PlanRequest(
        run=fields.take("plan", _run_id, _RUN_ID) or "",
        requested_by=person,
        reason=fields.take("reason", prose(500), REASON),
        include_new=fields.take("includeNew", truth, "write true or false") or False,
        priority=fields.take("priority", priority, 'write "urgent" or "bulk"'),
        incident=incident_of(fields),
        acknowledge=fields.take_list("acknowledge", acknowledgement, known_codes(), 10),
    )
    for name in _SETTLED:
        if fields.has(name):
            fields.wrong(name, "plan applies a dry run as it is: leave this out, or start a new dry run with it")
    fields.refuse_unknown()
    fields.finish()
    return asked


def _run_id(value: object) -> str | None:
    try:
        return str(uuid.UUID(value)) if isinstance(value, str) else None
    except ValueError:
        return None
