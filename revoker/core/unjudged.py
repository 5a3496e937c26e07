"""What the gate could not judge, in sentences. None of it stops a run, and a person should look at it."""

from collections.abc import Iterable, Iterator

from revoker.core.federation import Compromise, Domain, Trust
from revoker.core.provider import Provider

_SHOWN = 100
AGE = (
    "The age of the certificates was not judged, since neither compromisedAt nor rotatedSince is given: an old one "
    "passes unless it is named. Give compromisedAt, or look at the date of each."
)


def unjudged(domains: Iterable[Domain], compromise: Compromise) -> tuple[str, ...]:
    """Return what the gate leaves to a person: ages without a date to judge by, and providers of an unknown kind."""
    listed = tuple(domains)
    said = tuple(_one_certificate(listed))
    # A caller that tells nothing of the compromise gets each certificate as a finding, so nothing is left unsaid.
    if compromise and compromise.clean_since is None and any(trust.certificates for trust in _trusts(listed)):
        return (AGE, *said)
    return said


def _trusts(domains: Iterable[Domain]) -> Iterator[Trust]:
    for domain in domains:
        yield from domain.trusts


def _one_certificate(domains: Iterable[Domain]) -> Iterator[str]:
    """Yield a sentence for each configuration with one certificate that AD FS may have made: half a rotation."""
    for domain in domains:
        for trust in domain.trusts:
            if len(trust.certificates) == 1 and trust.provider is Provider.UNKNOWN:
                issuer = (trust.issuer or "no issuer named")[:_SHOWN]
                yield (
                    f"{domain.name[:_SHOWN]} (issuer {issuer}) trusts one certificate, and no address or name in its "
                    "configuration shows AD FS, so the kind of identity provider is unknown. Other providers hold "
                    "one by nature; if AD FS signs there, rotate a second time before the run."
                )
