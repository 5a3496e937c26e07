"""What the gate finds: one finding for each code, domain and certificate, and none excuses another."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from revoker.core.federation import CODES, Certificate, Compromise, Domain, Trust
from revoker.core.gate import followed_parent, judge, unchecked
from revoker.core.gate_advice import advice
from revoker.core.unjudged import unjudged

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
SINCE = NOW - timedelta(days=2)
AD_FS, OKTA = "http://contoso.com/adfs/services/trust", "http://www.okta.com/exk7contoso42"
NOT_ROTATED, ROTATED_ONCE = "federation_not_rotated", "federation_rotated_once"
SAME_KEY, UNTRUSTED, UNCHECKED = "federation_same_key", "federation_untrusted", "federation_unchecked"


def a_certificate(name: str, issued: datetime, key: str | None = None) -> Certificate:
    """Return a certificate whose digests repeat one hex digit."""
    return Certificate(name * 40, name * 64, (key or name) * 64, f"CN={name}", issued)


OLD = a_certificate("a", SINCE - timedelta(days=700))
NEW = a_certificate("b", SINCE + timedelta(hours=1))
NEWER = a_certificate("c", SINCE + timedelta(hours=2))
OVER_OLD_KEY = a_certificate("d", SINCE + timedelta(hours=3), key="a")
NAMED_BY_AD_FS = replace(a_certificate("e", NEW.not_before), subject="CN=ADFS Signing - sts.contoso.com")
RICH = "https://login.contoso.com/services/trust/2005/usernamemixed"
ROTATED = Trust(AD_FS, current=NEW, next=NEWER)


def federated(*trusts: Trust, name: str = "contoso.com", root: bool = True, unread: str | None = None) -> Domain:
    """Return a federated domain."""
    return Domain(name, federated=True, is_root=root, trusts=trusts, unread=unread)


def found(domains: list[Domain], compromise: Compromise) -> list[tuple[str, str, str | None]]:
    """Return code, domain and the first digit of the thumbprint of each finding."""
    findings = judge(domains, compromise)
    return [(one.code, one.domain, one.thumbprint[0] if one.thumbprint else None) for one in findings]


@pytest.mark.parametrize(
    ("trust", "compromise", "expected"),
    [
        (ROTATED, Compromise(SINCE), []),
        (Trust(AD_FS, current=OLD, next=NEW), Compromise(SINCE), [(NOT_ROTATED, "a")]),
        (Trust(AD_FS, current=NEW, next=OLD), Compromise(SINCE), [(NOT_ROTATED, "a")]),
        (ROTATED, Compromise(), [(NOT_ROTATED, "b"), (NOT_ROTATED, "c")]),
        (ROTATED, Compromise(NEW.not_before), [(NOT_ROTATED, "b")]),
        (ROTATED, Compromise(SINCE, rotated_since=NEW.not_before), [(NOT_ROTATED, "b")]),
        (ROTATED, Compromise(NEW.not_before, rotated_since=SINCE), [(NOT_ROTATED, "b")]),
        (ROTATED, Compromise(rotated_since=SINCE), []),
        (ROTATED, Compromise(SINCE, thumbprints=frozenset({NEW.thumbprint})), [(NOT_ROTATED, "b")]),
        (ROTATED, Compromise(SINCE, thumbprints=frozenset({NEW.sha256})), [(NOT_ROTATED, "b")]),
        (ROTATED, Compromise(thumbprints=frozenset({OLD.thumbprint})), []),
        (Trust(AD_FS, current=NEW), Compromise(SINCE), [(ROTATED_ONCE, "b")]),
        (Trust(AD_FS, next=NEW), Compromise(SINCE), [(ROTATED_ONCE, "b")]),
        (Trust(AD_FS, current=NEW, next=NEW), Compromise(SINCE), [(ROTATED_ONCE, "b")]),
        (Trust(None, "https://sts.contoso.com/adfs/ls/", current=NEW), Compromise(SINCE), [(ROTATED_ONCE, "b")]),
        (Trust(AD_FS.upper(), current=NEW), Compromise(SINCE), [(ROTATED_ONCE, "b")]),
        (Trust(current=NEW), Compromise(SINCE), [(ROTATED_ONCE, "b")]),
        (Trust(OKTA, "https://contoso.okta.example/sso", current=NEW), Compromise(SINCE), []),
        (Trust(AD_FS, "https://login.contoso.com/ls", current=NEW), Compromise(SINCE), [(ROTATED_ONCE, "b")]),
        (Trust("urn:contoso", "https://adfs.contoso.com/ls", current=NEW), Compromise(SINCE), [(ROTATED_ONCE, "b")]),
        (Trust("urn:contoso", current=NEW, other_addresses=(RICH,)), Compromise(SINCE), [(ROTATED_ONCE, "b")]),
        (Trust("urn:contoso", current=NAMED_BY_AD_FS), Compromise(SINCE), [(ROTATED_ONCE, "e")]),
        (Trust("urn:contoso", "https://login.contoso.com", current=NEW), Compromise(SINCE), []),
        (Trust(OKTA, current=NAMED_BY_AD_FS, other_addresses=(RICH,)), Compromise(SINCE), []),
        (Trust(OKTA, "https://sts.contoso.com/adfs/ls", current=NEW), Compromise(SINCE), [(ROTATED_ONCE, "b")]),
        (Trust(AD_FS, current=OLD), Compromise(SINCE), [(NOT_ROTATED, "a"), (ROTATED_ONCE, "a")]),
        (
            Trust(AD_FS, current=OLD, next=OVER_OLD_KEY),
            Compromise(SINCE),
            [(NOT_ROTATED, "a"), (SAME_KEY, "d")],
        ),
        (ROTATED, Compromise(SINCE, keys=frozenset({NEWER.key})), [(SAME_KEY, "c")]),
        (Trust(OKTA, current=OVER_OLD_KEY), Compromise(keys=frozenset({OLD.key})), [(SAME_KEY, "d")]),
        (ROTATED, Compromise(SINCE, trusted_thumbprints=frozenset({NEW.sha256, NEWER.thumbprint})), []),
        (ROTATED, Compromise(SINCE, trusted_thumbprints=frozenset({NEW.thumbprint})), [(UNTRUSTED, "c")]),
        (ROTATED, Compromise(trusted_thumbprints=frozenset({NEW.thumbprint})), [(UNTRUSTED, "c")]),
        (
            Trust(AD_FS, current=OLD, damaged=("nextSigningCertificate",)),
            Compromise(SINCE),
            [(UNCHECKED, None), (NOT_ROTATED, "a")],
        ),
        (Trust(AD_FS, current=NEW, damaged=("nextSigningCertificate",)), Compromise(SINCE), [(UNCHECKED, None)]),
        (Trust(AD_FS), Compromise(SINCE), [(UNCHECKED, None)]),
    ],
)
def test_each_configuration(trust: Trust, compromise: Compromise, expected: list[tuple[str, str | None]]) -> None:
    """A configuration has exactly these findings."""
    assert [(code, "contoso.com", digit) for code, digit in expected] == found([federated(trust)], compromise)


CHILD = federated(name="corp.contoso.com", root=False)
GRANDCHILD = federated(name="EU.corp.Contoso.com", root=False)


@pytest.mark.parametrize(
    ("domains", "expected"),
    [
        ([Domain("contoso.com")], []),
        ([federated(ROTATED), CHILD, GRANDCHILD], []),
        ([GRANDCHILD, federated(Trust(AD_FS, current=OLD, next=NEW))], [(NOT_ROTATED, "contoso.com", "a")]),
        ([Domain("contoso.com"), CHILD], [(UNCHECKED, "corp.contoso.com", None)]),
        ([federated(ROTATED, name="toso.com"), CHILD], [(UNCHECKED, "corp.contoso.com", None)]),
        ([federated()], [(UNCHECKED, "contoso.com", None)]),
        ([federated(ROTATED), replace(CHILD, unread="http_500")], [(UNCHECKED, "corp.contoso.com", None)]),
        (
            [federated(Trust(AD_FS, current=OLD, next=NEW)), replace(CHILD, unread="http_500")],
            [(NOT_ROTATED, "contoso.com", "a"), (UNCHECKED, "corp.contoso.com", None)],
        ),
        (
            [federated(ROTATED), replace(CHILD, trusts=(Trust(AD_FS, current=OLD, next=NEW),))],
            [(NOT_ROTATED, "corp.contoso.com", "a")],
        ),
        (
            [federated(ROTATED, Trust("http://any.sts/16F8B2C4", current=OLD))],
            [(NOT_ROTATED, "contoso.com", "a")],
        ),
        (
            [federated(ROTATED), federated(Trust(OKTA, current=OVER_OLD_KEY), Trust(OKTA, current=OLD), name="b.com")],
            [(SAME_KEY, "b.com", "d"), (NOT_ROTATED, "b.com", "a")],
        ),
    ],
)
def test_each_tenant(domains: list[Domain], expected: list[tuple[str, str, str | None]]) -> None:
    """Every domain is judged by itself, and a child without a configuration by its nearest federated parent."""
    assert expected == found(domains, Compromise(SINCE))


def test_a_child_follows_its_nearest_parent() -> None:
    """A parent with a configuration of its own stands before the root; one that cannot be read says why."""
    parent = replace(CHILD, trusts=(ROTATED,))
    known = {domain.name.lower(): domain for domain in (federated(ROTATED), parent, GRANDCHILD)}
    [finding] = judge([replace(parent, trusts=(), unread="http_500")], Compromise(SINCE))

    assert parent is followed_parent(GRANDCHILD, known)
    assert "The certificates of corp.contoso.com cannot be read: http_500." == finding.text


def test_a_finding_names_everything() -> None:
    """Domain, issuer, thumbprint, key and date are in the value and in its sentence."""
    [finding] = judge([federated(Trust(OKTA, current=OLD))], Compromise(SINCE))

    assert ("contoso.com", OKTA, OLD.thumbprint, OLD.key, OLD.not_before) == (
        finding.domain,
        finding.issuer,
        finding.thumbprint,
        finding.key,
        finding.not_before,
    )
    assert (
        f"contoso.com (issuer {OKTA}) trusts certificate {OLD.thumbprint} (CN=a, issued 2024-12-23T03:00:00Z, key "
        f"{OLD.key[:16]}), which was issued before 2026-11-23T03:00:00Z."
    ) == finding.text


@pytest.mark.parametrize(
    ("trust", "words", "others"),
    [
        (Trust(AD_FS, current=OLD), "Update-AdfsCertificate", "another identity provider"),
        (Trust(OKTA, current=OLD), "another identity provider", "Update-AdfsCertificate"),
    ],
)
def test_advice_follows_the_issuer(trust: Trust, words: str, others: str) -> None:
    """AD FS commands are no advice where another identity provider signs; each sentence comes once."""
    said = advice(judge([federated(trust), federated(trust, name="b.com")], Compromise(SINCE)))

    assert 1 == said.count(words)
    assert others not in said


def test_advice_on_what_no_rotation_helps() -> None:
    """A domain that is not known, and one that cannot be read, have advice of their own."""
    compromise = Compromise(trusted_thumbprints=frozenset({NEW.thumbprint}))
    said = advice([*judge([federated(Trust(OKTA, current=NEWER))], compromise), unchecked("b.com", "http_403")])

    assert "convert it to managed" in said
    assert "Domain.Read.All" in said
    assert "rotate" not in said


NOWHERE = Trust("urn:contoso", "https://login.contoso.com", current=NEW)


@pytest.mark.parametrize(
    ("trust", "compromise", "words"),
    [
        (ROTATED, Compromise(SINCE), []),
        (ROTATED, Compromise(rotated_since=SINCE), []),
        (ROTATED, Compromise(), []),
        (ROTATED, Compromise(thumbprints=frozenset({OLD.thumbprint})), ["The age of the certificates was not judged"]),
        (ROTATED, Compromise(keys=frozenset({OLD.key})), ["neither compromisedAt nor rotatedSince is given"]),
        (ROTATED, Compromise(trusted_thumbprints=NEW.thumbprints | NEWER.thumbprints), ["Give compromisedAt"]),
        (Trust(OKTA, current=NEW), Compromise(SINCE), []),
        (Trust(OKTA), Compromise(thumbprints=frozenset({OLD.thumbprint})), []),
        (NOWHERE, Compromise(SINCE), ["contoso.com (issuer urn:contoso) trusts one certificate"]),
        (NOWHERE, Compromise(), ["so the kind of identity provider is unknown"]),
        (NOWHERE, Compromise(keys=frozenset({OLD.key})), ["was not judged", "rotate a second time"]),
        (replace(NOWHERE, next=NEWER), Compromise(SINCE), []),
        (Trust(AD_FS, current=NEW), Compromise(SINCE), []),
    ],
)
def test_what_was_not_judged_is_said(trust: Trust, compromise: Compromise, words: list[str]) -> None:
    """The age where no date is given, and whether half a rotation is all that the provider can do."""
    said = unjudged([federated(trust)], compromise)

    assert [True] * len(words) == [word in sentence for word, sentence in zip(words, said, strict=True)]


# What is in a certificate follows from its digest: one letter has one date and one key in an example.
CONTENT = st.tuples(st.sampled_from([SINCE, NOW]), st.sampled_from(["a", "b", None]))
CONTENTS = st.shared(st.fixed_dictionaries(dict.fromkeys("abcd", CONTENT)), key="contents")
CERTIFICATES = st.builds(
    lambda letter, contents: a_certificate(letter, *contents[letter]), st.sampled_from("abcd"), CONTENTS
)
TRUSTS = st.builds(
    Trust,
    issuer=st.sampled_from([AD_FS, OKTA]) | st.none(),
    current=st.none() | CERTIFICATES,
    next=st.none() | CERTIFICATES,
    damaged=st.sampled_from([(), ("signingCertificate",)]),
)
DOMAINS = st.lists(
    st.builds(
        Domain,
        st.sampled_from(["contoso.com", "corp.contoso.com", "b.com"]),
        federated=st.booleans(),
        is_root=st.booleans(),
        trusts=st.lists(TRUSTS, max_size=2).map(tuple),
        unread=st.none() | st.just("http_500"),
    ),
    max_size=4,
    unique_by=lambda domain: domain.name,
)
COMPROMISES = st.builds(
    Compromise,
    began_at=st.none() | st.just(SINCE),
    rotated_since=st.none() | st.just(NOW),
    thumbprints=st.frozensets(st.sampled_from(["a" * 40, "b" * 64])),
    keys=st.frozensets(st.sampled_from(["a" * 64])),
    trusted_thumbprints=st.frozensets(st.sampled_from(["a" * 40, "c" * 64])),
)


@given(DOMAINS, COMPROMISES)
def test_one_finding_for_each_code_domain_and_certificate(domains: list[Domain], compromise: Compromise) -> None:
    """No finding comes twice, each has a known code, and only federated domains have any."""
    findings = judge(domains, compromise)
    names = {domain.name for domain in domains if domain.federated}

    assert len(findings) == len({(one.code, one.domain, one.thumbprint) for one in findings})
    assert {one.code for one in findings} <= set(CODES)
    assert {one.domain for one in findings} <= names


@given(DOMAINS, DOMAINS, COMPROMISES)
def test_another_domain_excuses_nothing(some: list[Domain], others: list[Domain], compromise: Compromise) -> None:
    """Adding domains that are no parents takes no finding away."""
    renamed = [replace(domain, name=f"{number}.example") for number, domain in enumerate(others)]
    before = {(one.code, one.domain, one.thumbprint) for one in judge(some, compromise)}

    assert before <= {(one.code, one.domain, one.thumbprint) for one in judge([*some, *renamed], compromise)}
