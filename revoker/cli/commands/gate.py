"""The gate as preflight shows it: whether a run over the whole tenant would be refused, before anything is asked."""

from collections.abc import Sequence

from revoker.cli.ending import RefusedError
from revoker.cli.remote.client import Api
from revoker.cli.words import NOT_ROTATED, UNCHECKED, Fields

_CODES = {"not_rotated": NOT_ROTATED, "undated": NOT_ROTATED, "unchecked": UNCHECKED}


def look_ahead(api: Api, compromised_at: str | None) -> Fields:
    """Return what preflight found; nothing where it may not be asked (Sessions.Read)."""
    try:
        return api.get("preflight", compromisedAt=compromised_at).body
    except RefusedError as error:
        if error.status != 403:
            raise
        return {}


def judged(found: Fields, acknowledged: Sequence[str], *, by_thumbprint: bool) -> str:
    """Return the gate's finding in words; raises RefusedError where the API would refuse the run."""
    federation = found.get("federation")
    if not federation:
        return "judged by the API at the start"
    verdict = federation["verdict"]
    code = _CODES.get(verdict)
    if by_thumbprint and code == NOT_ROTATED:
        return "certificates are judged by thumbprint at the start"
    if code is None:
        federated = sum(1 for domain in federation["domains"] if domain["verdict"] != "managed")
        return f"passed: {federated} federated domains, certificates renewed" if federated else "no federated domain"
    if code in acknowledged:
        return f"{verdict}, acknowledged by you"
    raise RefusedError("\n".join(_refusal(federation, code)))


def _refusal(federation: Fields, code: str) -> list[str]:
    """Return why it would be refused, the certificates in the way, and the two ways on."""
    lines = [f"The gate would refuse this run: certificates are {federation['verdict']}. Nothing was started."]
    for domain in federation["domains"]:
        if domain["verdict"] in _CODES:
            for one in domain["certificates"] or [{}]:
                thumb, issued = one.get("thumbprint", "its certificates cannot be read"), one.get("notBefore", "")
                lines.append(f"  {domain['domain']}: {thumb} {issued}".rstrip())
    if federation["verdict"] == "undated":
        lines.append("Say since when the intruder was in, --compromised-at TIME: older certificates must be gone.")
    elif code == NOT_ROTATED:
        lines.append("First issue new token-signing certificates twice (CM0073), then repeat the command.")
    lines.append(f"Or go on all the same, on record: --acknowledge {code}")
    return lines
