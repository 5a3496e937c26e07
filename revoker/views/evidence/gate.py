"""The gate as the page shows it: each federated domain, its certificates, and what was found. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from revoker.views.line import Line

_WORDS = {
    "untrusted": "NOT TRUSTED: a certificate is not among those that the request trusts",
    "not_rotated": "NOT ROTATED: a certificate from before the compromise is trusted",
    "same_key": "SAME KEY: a new certificate was made over an old or a compromised key",
    "rotated_once": "ROTATED ONCE: the second new certificate is missing",
    "unchecked": "NOT CHECKED: its certificates could not be read",
    "undated": "age not judged: the request named no date to measure by",
    "rotated": "rotated: every certificate is from after the compromise",
    "managed": "managed: Entra signs in its users itself",
}
_GOOD = frozenset({"rotated", "managed", "undated"})


@dataclass(frozen=True, slots=True)
class Judged:
    """One domain: its verdict, its issuers with what they may say of MFA, its certificates, its findings."""

    domain: str
    verdict: str
    bad: bool
    issuers: tuple[str, ...]
    certificates: tuple[str, ...]
    findings: tuple[str, ...]


def judged(federation: object) -> tuple[Judged, ...]:
    """Return every federated domain as the gate saw it."""
    return tuple(_judged(domain) for domain in cast("list[Line]", federation or []))


def _judged(domain: Line) -> Judged:
    word = str(domain["verdict"])
    findings = cast("list[Line]", domain["findings"])
    said = tuple(f"{finding['code']}: {finding['text']}" for finding in findings)
    words = _WORDS.get(word, word)
    if domain.get("follows"):
        words = f"{words} (as its parent {domain['follows']})"
    issuers = tuple(_issuers(cast("list[Line]", domain["configurations"])))
    certificates = cast("list[Line]", domain["certificates"])
    return Judged(str(domain["domain"]), words, word not in _GOOD, issuers, tuple(_shown(certificates)), said)


def _issuers(configurations: list[Line]) -> Iterator[str]:
    for one in configurations:
        yield f"{one['issuer'] or 'no issuer named'}, MFA: {one['mfaBehavior']}"


def _shown(certificates: list[Line]) -> Iterator[str]:
    for one in certificates:
        issued = str(one["notBefore"])[:10]
        yield f"{one['thumbprint']}, issued {issued} (UTC)"
