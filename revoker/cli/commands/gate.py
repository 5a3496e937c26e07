"""The gate as preflight shows it: whether a run over the whole tenant would be refused, before anything is asked."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from revoker.cli.ending import RefusedError
from revoker.cli.remote.client import Api
from revoker.cli.shown.first_step import FIRST_STEP
from revoker.cli.words import NOT_ROTATED, UNCHECKED, Fields

_SHOWN = 5
# What a verdict means where the API does not list findings: one from before 0.3.
_CODES = {"not_rotated": NOT_ROTATED, "undated": NOT_ROTATED, "unchecked": UNCHECKED}


def look_ahead(api: Api, judged_by: Mapping[str, str] = MappingProxyType({})) -> Fields:
    """Return what preflight finds by these parameters; nothing where it may not be asked (Sessions.Read)."""
    try:
        return api.get("preflight", **judged_by).body
    except RefusedError as error:
        if error.status != 403:
            raise
        return {}


def judged(found: Fields, acknowledged: Sequence[str]) -> str:
    """Return the gate's finding in words; raises RefusedError where the API would refuse the run."""
    federation = found.get("federation")
    if not federation:
        return "judged by the API at the start"
    findings = list(_findings(federation))
    codes = dict.fromkeys(code for code, _ in findings)
    missing = [code for code in codes if code not in acknowledged]
    if missing:
        raise RefusedError("\n".join(_refusal(federation, missing, findings)))
    if codes:
        return f"{', '.join(codes)}: acknowledged by you"
    federated = sum(1 for domain in federation["domains"] if domain["verdict"] != "managed")
    if not federated:
        return "no federated domain"
    if federation["verdict"] == "undated":
        return f"passed: {federated} federated, the age of their certificates not judged"
    return f"passed: {federated} federated, certificates renewed"


def judged_before(status: Fields, acknowledged: Sequence[str]) -> str:
    """Return the finding of a dry run in words; raises RefusedError where the run that applies it would be refused."""
    if not (status["scope"].get("allUsers") or status["scope"].get("filter")):
        return ""
    domains = status["federation"]
    verdicts = {domain["verdict"] for domain in domains}
    worst = next((word for word in _CODES if word in verdicts), "rotated")
    return judged({"federation": {"domains": domains, "verdict": worst, "reason": None}}, acknowledged)


def _findings(federation: Fields) -> Iterator[tuple[str, str]]:
    """Return each reason to refuse, once: its code and its sentence."""
    if not federation["domains"] and federation["verdict"] in _CODES:
        yield _CODES[federation["verdict"]], f"Domains cannot be read: {federation['reason']}."
    seen: set[tuple[str, str]] = set()
    for domain in federation["domains"]:
        for one in _of(domain):
            if one not in seen:
                seen.add(one)
                yield one


def _undated(federation: Fields) -> Iterator[str]:
    """Return each certificate with its date, where no date was given to judge it by."""
    if federation["verdict"] != "undated":
        return
    for domain in federation["domains"]:
        for one in domain["certificates"]:
            yield f"- {domain['domain']}: {one['thumbprint']}, issued {one['notBefore'][:10]}"


def _of(domain: Fields) -> Iterator[tuple[str, str]]:
    code = _CODES.get(domain["verdict"])
    if "findings" in domain:
        yield from ((one["code"], one["text"]) for one in domain["findings"])
    elif code:
        certificates: Sequence[Fields] = domain["certificates"] or ({},)
        for one in certificates:
            thumb = one.get("thumbprint", "its certificates cannot be read")
            yield code, f"{domain['domain']}: {thumb} {one.get('notBefore', '')}".rstrip()


def _refusal(federation: Fields, missing: Sequence[str], findings: Sequence[tuple[str, str]]) -> list[str]:
    """Return why it would be refused, what stands in the way, and the two ways on."""
    shown = list(_undated(federation))
    if not shown:
        shown = [f"- {text}" for code, text in findings if code in missing]
    lines = ["The gate would refuse this run. Nothing was started.", *shown[:_SHOWN]]
    if len(shown) > _SHOWN:
        lines.append(f"- and {len(shown) - _SHOWN} more: revoker preflight")
    if federation["verdict"] == "undated":
        lines.append("Say since when the intruder was in, --compromised-at TIME: older certificates must be gone.")
    lines += [FIRST_STEP[code] for code in missing if code in FIRST_STEP and federation["verdict"] != "undated"]
    lines.append(f"Or go on all the same, on record: --acknowledge {' '.join(missing)}")
    return lines
