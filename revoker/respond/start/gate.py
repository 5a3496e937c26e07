"""The gate before a tenant-wide run: certificates from before the compromise must not be trusted any more (CM0077)."""

from revoker.core.acknowledged import acknowledged_codes
from revoker.core.federation import UNCHECKED, Compromise, Domain, Finding, Judgement
from revoker.core.gate import judge, unchecked
from revoker.core.gate_advice import advice
from revoker.core.graph_answer import GraphAnswer, reason_of
from revoker.core.problems import GateError, UnavailableError
from revoker.core.request import Request
from revoker.core.told_compromise import compromise_of
from revoker.core.unjudged import unjudged
from revoker.ports.graph import GraphListings
from revoker.respond.start.facts import Passed
from revoker.views.enumerated import enumerated
from revoker.views.federation import finding_status
from revoker.views.judged_by import judged_by
from revoker.views.person import named

# How many are kept on the run: some 120 and 140 KB of the mebibyte that its row may have. Preflight lists all of them.
_MOST_DOMAINS, _MOST_FINDINGS = 100, 200


async def pass_gate(request: Request, graph_listings: GraphListings) -> Passed:
    """Return what to keep on the run; raises GateError for a finding that the caller did not acknowledge.

    A dry run passes, and its warnings say what would refuse a real run. Requests for users, groups or roles pass
    without being judged, since they are not for the whole tenant.
    """
    if not _is_judged(request):
        return Passed()
    compromise = compromise_of(request)
    domains = await _domains(request, graph_listings)
    findings = _findings(domains, compromise)
    by_code = _by_code(findings)
    missing = tuple(code for code in by_code if code not in request.acknowledge)
    if missing and not request.dry_run:
        raise _refusal(by_code, missing, compromise)
    said = _passed_sentences(by_code, missing, request)
    if not isinstance(domains, GraphAnswer):
        if compromise and _has_certificates(domains):
            said.append(judged_by(compromise, request.requested_by))
        said += unjudged(domains, compromise)
    codes = tuple(code for code in by_code if code not in missing)
    return Passed(tuple(said), _judgement(domains, findings, compromise), codes)


def _passed_sentences(by_code: dict[str, list[Finding]], missing: tuple[str, ...], request: Request) -> list[str]:
    """Return a sentence for each code of the findings; each code is acknowledged by itself."""
    said: list[str] = []
    for code, findings in by_code.items():
        passed = f"Acknowledged by {named(request.requested_by)}."
        if code in missing:
            passed = "A real run would be refused."
        said.append(f"{code}: {_sentence(findings)} {passed}")
    return said


async def see_domains(request: Request, graph_listings: GraphListings) -> Passed:
    """Return what a sweep keeps on its run: what was acknowledged when it was made, and the domains as they are now."""
    codes = acknowledged_codes(request.acknowledge)
    if not _is_judged(request):
        return Passed(request.acknowledge, codes=codes)
    compromise, domains = compromise_of(request), await graph_listings.domains()
    return Passed(request.acknowledge, _judgement(domains, _findings(domains, compromise), compromise), codes)


def _is_judged(request: Request) -> bool:
    """Tell whether the request is for the whole tenant, or for a part of it that no list of users bounds."""
    return request.scope.all_users or request.scope.filter is not None


async def _domains(request: Request, graph_listings: GraphListings) -> tuple[Domain, ...] | GraphAnswer:
    domains = await graph_listings.domains()
    # One domain that cannot be read is a finding about that domain. Without any list of domains the caller should ask
    # again, unless it has acknowledged that the domains are unchecked.
    if isinstance(domains, GraphAnswer) and domains.passing and UNCHECKED not in request.acknowledge:
        raise UnavailableError("The federation certificates cannot be read now, so nothing was started.")
    return domains


def _findings(domains: tuple[Domain, ...] | GraphAnswer, compromise: Compromise) -> tuple[Finding, ...]:
    if isinstance(domains, GraphAnswer):
        return (unchecked("every domain", reason_of(domains)),)
    return judge(domains, compromise)


def _by_code(findings: tuple[Finding, ...]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.code, []).append(finding)
    return found


def _has_certificates(domains: tuple[Domain, ...]) -> bool:
    return any(trust.certificates for domain in domains for trust in domain.trusts)


def _judgement(
    domains: tuple[Domain, ...] | GraphAnswer, findings: tuple[Finding, ...], compromise: Compromise
) -> Judgement:
    """Return what to keep on the run for a person to read: no rule here can tell that a domain is an intruder's."""
    if isinstance(domains, GraphAnswer):
        return Judgement(findings=findings, compromise=compromise)
    federated = tuple(domain for domain in domains if domain.federated)
    return Judgement(federated[:_MOST_DOMAINS], findings[:_MOST_FINDINGS], compromise)


def _refusal(by_code: dict[str, list[Finding]], missing: tuple[str, ...], compromise: Compromise) -> GateError:
    stopping: list[Finding] = []
    for code in missing:
        stopping += by_code[code]
    shown = [finding_status(finding) for finding in stopping]
    if not compromise and missing != (UNCHECKED,):
        hint = "say since when the intruder was in (RFC 3339); certificates issued before it are not to be trusted"
        detail = f"This tenant is federated: {hint}. {advice(stopping)}"
        return GateError(detail, missing, shown, [("compromisedAt", hint)])
    found = " ".join(_sentence(by_code[code]) for code in missing)
    hint = f"to go on all the same, acknowledge {', '.join(missing)}"
    return GateError(f"{found} {advice(stopping)}", missing, shown, [("acknowledge", hint)])


def _sentence(findings: list[Finding]) -> str:
    return enumerated([finding.text.removesuffix(".") for finding in findings], "; ") + "."
