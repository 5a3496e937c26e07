"""The gate before a tenant-wide run: certificates from before the compromise must not be trusted any more (CM0077)."""

from revoker.core.errors import GateError, UnavailableError
from revoker.core.federation import UNCHECKED, Certificate, Compromise, Verdict, judge
from revoker.core.graph_answer import GraphAnswer
from revoker.core.request import Person, Request
from revoker.respond.policy import Tools
from revoker.views.status import moment
from revoker.views.warnings import CLIP, enumerated

_FIRST = (
    "Issue new token-signing certificates twice on AD FS, push them to Entra, then come back (CM0073): whoever holds "
    "an old one signs in again at once."
)


async def pass_gate(request: Request, tools: Tools) -> tuple[str, ...]:
    """Return the sentences to keep on the run; raises GateError for what nobody acknowledged.

    A dry run passes, and is told. Users, groups and roles are not the whole tenant and are not asked.
    """
    if not (request.scope.all_users or request.scope.filter):
        return ()
    compromise = Compromise(request.compromised_at, frozenset(request.compromised_thumbprints))
    verdict = await _verdict(compromise, acknowledged=UNCHECKED in request.acknowledge, tools=tools)
    missing = tuple(code for code in verdict.codes if code not in request.acknowledge)
    if missing and not request.dry_run:
        raise _refusal(verdict, compromise, missing)
    said = {code: f"{code}: {_found(verdict, code)}" for code in verdict.codes}
    return (
        *(
            f"{said[code]} A real run would be refused." if code in missing else _acknowledged(said[code], request)
            for code in verdict.codes
        ),
        *_told(compromise, verdict, request),
    )


async def _verdict(compromise: Compromise, *, acknowledged: bool, tools: Tools) -> Verdict:
    domains = await tools.graph_listings.domains()
    if not isinstance(domains, GraphAnswer):
        return judge(domains, compromise)
    if domains.passing and not acknowledged:
        raise UnavailableError("The federation certificates cannot be read now, so nothing was started.")
    return Verdict(unchecked=("every domain",))


def _told(compromise: Compromise, verdict: Verdict, request: Request) -> tuple[str, ...]:
    """Say by what certificates were judged: a date long past, or a thumbprint of none, lets every one pass."""
    if not (compromise and verdict.judged):
        return ()
    taken = enumerated(sorted(compromise.thumbprints))
    since = f"that took {taken}" if taken else f"since {moment(compromise.began_at)}"
    return (f"Certificates were judged by a compromise {since}, as {named(request.requested_by)} says.",)


def _refusal(verdict: Verdict, compromise: Compromise, missing: tuple[str, ...]) -> GateError:
    found = " ".join(_found(verdict, code) for code in missing)
    if verdict.trusted and not compromise:
        hint = "say since when the intruder was in (RFC 3339); certificates issued before it are not to be trusted"
        detail = f"This tenant is federated: {hint}. {_FIRST}"
        return GateError(detail, missing, certificates(verdict), [("compromisedAt", hint)])
    hint = f"to go on all the same, acknowledge {', '.join(missing)}"
    return GateError(f"{found} {_FIRST}", missing, certificates(verdict), [("acknowledge", hint)])


def _found(verdict: Verdict, code: str) -> str:
    if code == UNCHECKED:
        return (
            f"The certificates of {enumerated(verdict.unchecked)} cannot be read "
            "(Domain.Read.All, Domain-InternalFederation.Read.All)."
        )
    names = [
        f"{domain} trusts {one.thumbprint} ({one.subject[:CLIP]}, issued {moment(one.not_before)})"
        for domain, one in verdict.trusted
    ]
    return f"{enumerated(names, '; ')}."


def _acknowledged(sentence: str, request: Request) -> str:
    return f"{sentence} Acknowledged by {named(request.requested_by)}."


def named(person: Person) -> str:
    """Return a person as sentences name one."""
    return f"{person.name} ({person.id})"


def certificates(verdict: Verdict) -> list[dict[str, object]]:
    """Return the offending certificates, and the domains that name none, as the problem and preflight show them."""
    trusted: list[dict[str, object]] = [{"domain": domain, **certificate(one)} for domain, one in verdict.trusted]
    unchecked: list[dict[str, object]] = [{"domain": domain, "thumbprint": None} for domain in verdict.unchecked]
    return trusted + unchecked


def certificate(one: Certificate) -> dict[str, object]:
    """Return a certificate in JSON."""
    return {"thumbprint": one.thumbprint, "subject": one.subject, "notBefore": moment(one.not_before)}
