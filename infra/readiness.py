"""What an answer of preflight means for the deployer: what to read, what is left open, what to mend."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

# Without this one nothing can be revoked; each of the others is for a feature.
INDISPENSABLE = "User.RevokeSessions.All"

# No compromise is named here, so preflight judges no certificate to be old or new.
MEANS = {
    "managed": "no domain is federated, so there is nothing to acknowledge.",
    "undated": "a tenant-wide run must name compromisedAt or compromisedThumbprints, because these are federated:",
    "unchecked": "a tenant-wide run must acknowledge federation_unchecked; certificates cannot be read.",
}

NO_APPROVAL = (
    "No run needs a second person's approval: one caller with Sessions.RevokeAll can sign everybody out. "
    "Set REVOKER_APPROVAL_ABOVE, for instance to 1000."
)
NO_PROTECTED = (
    "No account is protected: a run over everybody signs out the break-glass accounts too. Set REVOKER_PROTECTED."
)
NO_MAIL = "Alerts go to nobody: they only show in the portal. Set alertEmails or actionGroupIds."


@dataclass(frozen=True, slots=True)
class Findings:
    """Lines to read; choices that leave a risk open; problems that must be mended before the app is of use."""

    lines: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def left_open(alert_receivers: str, approval_above: str) -> tuple[str, ...]:
    """Return what the deployment's own outputs leave open; an output that is not known leaves nothing."""
    choices = ((NO_APPROVAL, approval_above), (NO_MAIL, alert_receivers))
    return tuple(text for text, value in choices if value == "0")


def findings(preflight: Json, choices: tuple[str, ...] = ()) -> Findings:
    """Return what an answer of preflight says, added to the choices known from elsewhere."""
    pool = preflight.get("identities", [])
    if not preflight["protected"]:
        choices = (NO_PROTECTED, *choices)
    problems = (*_missing(preflight["permissions"]), *_idle(pool), *_lost(preflight["protected"]))
    return Findings(tuple(_lines(preflight, pool)), choices, problems)


def _lines(preflight: Json, pool: list[Json]) -> Iterator[str]:
    for one in preflight["permissions"]:
        yield f"permission {one['name']}: {_granted(one)}"
    if len(pool) > 1:
        for one in pool:
            yield f"identity {one['clientId']}: {one['state']}"
    yield f"federation: {_federation(preflight['federation'])}"
    for one in preflight["protected"]:
        yield f"protected {one['entry']}: {one['id'] or one['reason']}"
    yield f"users: {preflight['users']['total']}; everybody takes {_duration(preflight['estimate'])}"


def _missing(permissions: list[Json]) -> Iterator[str]:
    for one in permissions:
        if one["name"] == INDISPENSABLE and not one["granted"]:
            yield (
                f"{one['name']} is not granted: {one['without']}. Run `grants`; one granted just now may be missing "
                "for hours, because the identity's token is kept for up to a day."
            )


def _idle(pool: list[Json]) -> Iterator[str]:
    """Yield the identities that do not revoke; the first one's permissions are judged each by itself."""
    for place, one in enumerate(pool):
        judged = place == 0 and one["state"] == "no_permission"
        if one["state"] != "ready" and not judged:
            yield (
                f"Identity {one['clientId']} does not revoke ({one['state']}): run `azure` and `grants` again; its "
                "users go to the other identities meanwhile."
            )


def _lost(protected: list[Json]) -> Iterator[str]:
    for one in protected:
        if one["reason"]:
            yield (
                f"The protected account {one['entry']} is not found ({one['reason']}): mend REVOKER_PROTECTED, "
                "or grant User.Read.All."
            )


def _granted(permission: Json) -> str:
    if permission["granted"]:
        return "granted"
    return f"NOT granted, so: {permission['without']}"


def _federation(federation: Json) -> str:
    names = [one["domain"] for one in federation["domains"] if one["verdict"] != "managed"]
    said = federation["verdict"]
    if federation["reason"]:
        said += f" ({federation['reason']})"
    return f"{said}: {MEANS[federation['verdict']]} {', '.join(names)}".strip()


def _duration(estimate: Json | None) -> str:
    if estimate is None:
        return "an unknown time"
    return f"about {estimate['seconds']} s"
