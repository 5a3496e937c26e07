"""The gate as the page shows it: each federated domain, its certificates, and what was found. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from revoker.views.line import Line

_WORDS = {
    "rotated": "rotated: every certificate is from after the compromise",
    "not_rotated": "NOT ROTATED: a certificate from before the compromise is trusted",
    "unchecked": "NOT CHECKED: its certificates could not be read",
    "undated": "not judged: the request named no compromise to measure by",
    "managed": "managed: Entra signs in its users itself",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One domain: its verdict, its certificates and its findings, each a line."""

    domain: str
    verdict: str
    bad: bool
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
    certificates = cast("list[Line]", domain["certificates"])
    return Judged(str(domain["domain"]), words, word in {"not_rotated", "unchecked"}, tuple(_shown(certificates)), said)


def _shown(certificates: list[Line]) -> Iterator[str]:
    for one in certificates:
        issued = str(one["notBefore"])[:10]
        yield f"{one['thumbprint']}, issued {issued}"
