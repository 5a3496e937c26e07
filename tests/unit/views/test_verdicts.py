"""What preflight, status and report show of federated domains."""

from datetime import UTC, datetime

import pytest

from revoker.core.federation import CODES, Compromise, Domain, Finding, Trust
from revoker.views.evidence.gate import judged
from revoker.views.federation import Verdict, domains_status

SINCE = datetime(2026, 11, 23, 3, tzinfo=UTC)
DOMAIN = Domain("contoso.com", federated=True)


def a_finding(code: str) -> Finding:
    """Return a finding about the domain."""
    return Finding(f"federation_{code}", DOMAIN.name, None, None, None, None, "Text.")


@pytest.mark.parametrize(
    ("found", "compromise", "verdict"),
    [
        ((), Compromise(SINCE), "rotated"),
        ((), Compromise(rotated_since=SINCE), "rotated"),
        ((), Compromise(thumbprints=frozenset({"a" * 40})), "undated"),
        (("untrusted",), Compromise(trusted_thumbprints=frozenset({"a" * 40})), "untrusted"),
        *(((code.removeprefix("federation_"),), Compromise(SINCE), code.removeprefix("federation_")) for code in CODES),
        (("rotated_once", "not_rotated"), Compromise(SINCE), "not_rotated"),
        (("not_rotated", "untrusted"), Compromise(SINCE), "untrusted"),
        (("unchecked", "rotated_once"), Compromise(SINCE), "rotated_once"),
        (("rotated_once", "same_key"), Compromise(SINCE), "same_key"),
        (("not_rotated", "rotated_once"), Compromise(), "undated"),
        (("not_rotated", "unchecked"), Compromise(), "unchecked"),
    ],
)
def test_the_worst_finding_is_the_verdict(found: tuple[str, ...], compromise: Compromise, verdict: str) -> None:
    """Each code has a word of its own; without anything to judge by, a domain is undated and not called old."""
    [shown] = domains_status([DOMAIN], [a_finding(code) for code in found], compromise)

    assert verdict == shown["verdict"]


def test_each_verdict_has_words_on_the_page() -> None:
    """The page says each in words of its own, and shows only what is in order, or not judged, without emphasis."""
    lines = [
        {"domain": "a.example", "verdict": word.value, "configurations": [], "certificates": [], "findings": []}
        for word in Verdict
    ]
    shown = judged(lines)

    assert len(Verdict) == len({one.verdict for one in shown} - set(Verdict))
    assert ["undated", "rotated", "managed"] == [
        word.value for word, one in zip(Verdict, shown, strict=True) if not one.bad
    ]


def test_the_page_shows_issuer_and_mfa() -> None:
    """A person knows an intruder's own domain by its issuer, and that a forged token carries MFA."""
    domain = Domain("contoso.com", federated=True, trusts=(Trust("http://any.sts/1"), Trust()))
    [shown] = judged(domains_status([domain], [], Compromise(SINCE)))

    assert (
        "http://any.sts/1, MFA: acceptIfMfaDoneByFederatedIdp",
        "no issuer named, MFA: acceptIfMfaDoneByFederatedIdp",
    ) == shown.issuers


def test_a_managed_domain_is_managed() -> None:
    """Nothing is found about it."""
    assert ["managed"] == [
        shown["verdict"] for shown in domains_status([Domain("a.example")], [a_finding("untrusted")], Compromise(SINCE))
    ]
