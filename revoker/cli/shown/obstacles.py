"""What must be mended before an emergency, from what preflight found. Pure."""

from collections.abc import Iterator

from revoker.cli.shown.first_step import FIRST_STEP
from revoker.cli.shown.readiness import because
from revoker.cli.words import Fields

# Without it no user is revoked; the other permissions are each for a feature (docs/deploy.md).
_INDISPENSABLE = "User.RevokeSessions.All"
_LARGE = 1000
# Verdicts that refuse no run over all users; `undated` judges no age, and the run asks for the date.
_PASSING = {"managed", "rotated", "undated"}
_UNREAD, _NO_SUCH_USER = "could not be read", "no_such_user"
_WRONG = {
    _NO_SUCH_USER: "is not known to the directory",
    "renamed": "has another name now: check who renamed it, and write its object id into REVOKER_PROTECTED",
    "name_taken": "is another account now: check both, and write object ids into REVOKER_PROTECTED",
}


def obstacles(found: Fields) -> Iterator[str]:
    """Return what must be mended before an emergency, or nothing."""
    if any(one["name"] == _INDISPENSABLE and not one["granted"] for one in found["permissions"]):
        yield f"{_INDISPENSABLE} is not granted: every user would end refused. Grant it (docs/deploy.md)."
    if not found["protected"]:
        yield "No account is protected: set REVOKER_PROTECTED to the break-glass accounts."
    for one in found["protected"]:
        if one["reason"]:
            wrong = _WRONG.get(one["reason"], _UNREAD)
            yield f"The protected account {one['entry']} {wrong}{because(one['reason'])}.{_mend(one['reason'])}"
    verdict = found["federation"]["verdict"]
    if verdict not in _PASSING:
        first = FIRST_STEP.get(f"federation_{verdict}", "")
        yield f"Federation is {verdict}: a run over everybody would be refused. {first}".rstrip()
    approval, total = found.get("approval"), found["users"].get("total")
    if approval is not None and not approval["above"] and (total or 0) > _LARGE:
        yield f"Approval is off in a tenant of {total:,} users: set REVOKER_APPROVAL_ABOVE."


def _mend(reason: str) -> str:
    if reason == _NO_SUCH_USER:
        return " Mend or remove its entry in REVOKER_PROTECTED."
    # Its reason may be a moment's, and an entry that is removed for it is an account that a run revokes.
    return "" if reason in _WRONG else " Leave its entry as it is, and repeat the command."
