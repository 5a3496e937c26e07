"""What preflight found, as lines of text, and what of it stands in the way of a run. Pure."""

from collections.abc import Iterator
from datetime import timedelta

from revoker.cli.wording import Fields, because

# Without it nobody is revoked; the other permissions are each for a feature (docs/deploy.md).
_INDISPENSABLE = "User.RevokeSessions.All"


def lines(found: Fields) -> Iterator[str]:
    """Return what stands ready, and what does not."""
    yield "Permissions"
    for one in found["permissions"]:
        yield f"  {'granted' if one['granted'] else 'MISSING':<8} {one['name']:<40} {one['purpose']}"
        if not one["granted"]:
            yield f"           without it: {one['without']}"
    federation = found["federation"]
    yield f"Federation: {federation['verdict']}{because(federation['reason'])}"
    for domain in federation["domains"]:
        yield f"  {domain['domain']:<40} {domain['verdict']}"
        yield from (f"    {one['thumbprint']}  issued {one['notBefore']}" for one in domain["certificates"])
    yield "Users"
    yield from (f"  {name:<12} {'not told' if count is None else count}" for name, count in found["users"].items())
    yield "Protected"
    for one in found["protected"]:
        missing = "NOT FOUND" if one["reason"] == "no_such_user" else "not checked"
        yield f"  {one['entry']:<40} {one['userPrincipalName'] or missing}{because(one['reason'])}"
    if estimate := found["estimate"]:
        length = timedelta(seconds=estimate["seconds"])
        yield f"Everybody ({estimate['users']}) would take {length} (h:mm:ss), until {estimate['finishAt']}"


def obstacles(found: Fields) -> Iterator[str]:
    """Return what must be mended before an emergency, or nothing."""
    if any(one["name"] == _INDISPENSABLE and not one["granted"] for one in found["permissions"]):
        yield f"{_INDISPENSABLE} is not granted: every user would end refused."
    for one in found["protected"]:
        if one["reason"]:
            yield f"The protected account {one['entry']} is not known to the directory{because(one['reason'])}."
    if (verdict := found["federation"]["verdict"]) in {"not_rotated", "unchecked"}:
        yield f"Federation is {verdict}: a run over everybody would be refused."
