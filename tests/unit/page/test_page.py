"""The page: one file, no script, nothing loaded, each user once, whatever the names in it say."""

import hashlib
import html
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from support.company import ALICE, CROWD, World
from support.evidence import a_run, evidence_of, federation, other, users
from support.fakes import START

from revoker.core.federation import Judgement
from revoker.core.gate import unchecked
from revoker.core.outcome import Outcome
from revoker.core.run import State
from revoker.page.render import page, policy
from revoker.respond.show.report import evidence, report
from revoker.version import VERSION
from revoker.views.evidence.moments import Clock
from revoker.views.not_ended import NOT_ENDED
from revoker.views.report import Format
from revoker.views.status import StatusBasis

MOST_BYTES = 2_000_000


class Read(HTMLParser):
    """Notes a page's tags, the places that can be linked to, and the links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append(tag)
        self.ids += [str(value) for name, value in attrs if name == "id"]
        self.links += [str(value) for name, value in attrs if name in {"href", "src"}]


async def test_the_page_is_made_from_the_ledger(world: World) -> None:
    """Each user of a run of many pages is named once, and the hash is that of the CSV."""
    run = await world.start(*[user.id for user in CROWD], ALICE.id)
    by = StatusBasis(world.pool)
    found = await evidence(run.id, Clock(), world.clock.now(), world.ledger, by)
    text, data = page(found), await report(run.id, Format.CSV, world.ledger, by)

    assert [] == [user.id for user in (*CROWD, ALICE) if text.count(f">{user.id}<") != 1]
    assert hashlib.sha256(data).hexdigest() == found.sha256
    assert found.sha256 in text


def test_the_page_stands_alone() -> None:
    """No script, no resource, every link leads to a place on the page, and no place has two owners."""
    read = Read(page(evidence_of(a_run(), users(30))))

    assert set() == {"script", "link", "img", "iframe", "form"} & set(read.tags)
    assert [] == [link for link in read.links if link.removeprefix("#") not in read.ids]
    assert len(set(read.ids)) == len(read.ids)


def test_the_page_lists_what_revoking_does_not_end() -> None:
    """The list of the documents, each line with what to do, and the moment in place of the field's name."""
    text = html.unescape(re.sub(r"<[^>]+>", "", page(evidence_of(a_run(), users(3)))))

    assert [] == [one.what for one in NOT_ENDED if one.what.replace("`", "") not in text]
    remedies = [one.remedy.replace("`", "") for one in NOT_ENDED if "residualAccessUntil" not in one.remedy]
    assert [] == [remedy for remedy in remedies if remedy not in text]
    assert len(NOT_ENDED) - 1 == len(remedies)


def test_a_run_of_a_plan_names_the_dry_run() -> None:
    """Its scope says whom the dry run asked for; only the users that were looked at there are signed out."""
    assert "the users of dry run 0123" in page(evidence_of(a_run(plan="0123"), users(3)))
    assert "the users of dry run" not in page(evidence_of(a_run(), users(3)))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"scope": {"users": 3}}, "This run named its users, groups or roles, so no domain was read."),
        ({"scope": {"allUsers": True}}, "No domain of the tenant was federated; the gate had nothing to judge."),
        ({"scope": {"allUsers": True}, "version": None}, "what it read was not recorded."),
        (
            {"scope": {"filter": "x"}, "federation": Judgement(findings=(unchecked("every domain", "forbidden"),))},
            "The list of domains could not be read: see the warnings.",
        ),
    ],
)
def test_a_page_without_domains_says_why(changes: dict[str, Any], said: str) -> None:
    """No federated domain, none that was to be read, and none that could be read are three things."""
    assert said in page(evidence_of(a_run(**{"federation": Judgement(), "version": "0.3.0"} | changes), users(3)))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("allUsers", ""),
        ("roles/privileged", "<small>listed first, among privileged users</small>"),
        ("groups/finance", "<small>listed in groups/finance</small>"),
        ("ben@contoso.com", "<small>asked for as ben@contoso.com</small>"),
    ],
)
def test_how_a_user_came_into_the_run(given: str, said: str) -> None:
    """A source of the scan is no name that was asked for."""
    one = replace(other(1, Outcome.PROTECTED, "protected_account"), requested_as=given)
    text = page(evidence_of(a_run(), [one]))

    assert said in text
    assert bool(said) == ("<small>" in text)


def test_a_dry_run_claims_no_call() -> None:
    """Its method says that no session was revoked; a real run's names the call and the date that was read back."""
    dry = page(evidence_of(a_run(dry_run=True), [other(1, Outcome.PLANNED, None)]))

    assert "no user's sessions were revoked" in html.unescape(dry)
    assert "Revoker called" not in dry
    assert "Revoker called <code>revokeSignInSessions</code>" in page(evidence_of(a_run(), users(3)))


@pytest.mark.parametrize(
    ("version", "said"),
    [
        (VERSION, f"<dd>version {VERSION}</dd>"),
        ("0.1.9", f"<dd>version 0.1.9 accepted the run; version {VERSION} wrote this page</dd>"),
        (None, f"<dd>the version of the run was not recorded; version {VERSION} wrote this page</dd>"),
    ],
)
def test_the_page_names_the_version_of_the_run_and_its_own(version: str | None, said: str) -> None:
    """A page that is made years later is not made by the version that ran."""
    assert said in page(evidence_of(a_run(version=version), users(3)))


def test_users_that_were_not_listed_are_not_done() -> None:
    """No table can name them: "None." below "Users not done" would be read as all done."""
    missing = page(evidence_of(a_run(incomplete=True, finished_as=State.CANCELLED, cancelled_at=START), []))

    assert "Users that were not listed are not done either" in missing
    assert "<p>No listed user.</p>" in missing
    assert "not listed" not in page(evidence_of(a_run(), []))


def test_a_wide_scope_is_counted_at_the_top_and_named_below() -> None:
    """The first sheet must be whole, and an auditor must find each group that was asked for."""
    groups = [f"0a0a0a0a-1111-4222-8333-{number:012d}" for number in range(100)]
    text = page(evidence_of(a_run(scope={"groups": groups, "names": {groups[0]: "Finance"}}), users(3)))
    facts, _, below = text.partition("</figure>")

    assert ("groups: 100" in facts, groups[0] in facts) == (True, False)
    assert f"<li>group Finance ({groups[0]})</li>" in below
    assert [] == [group for group in groups if group not in below]


def test_a_narrow_scope_is_named_at_the_top_alone() -> None:
    """Two groups are read at a glance; the section below is for those that are not."""
    text = page(evidence_of(a_run(scope={"groups": ["g-1", "g-2"], "exclude": {"groups": ["g-3"]}}), users(3)))

    assert ["<dd>group g-1</dd>", "<dd>group g-2</dd>", "<dd>excluded group g-3</dd>"] == re.findall(
        r"<dd>[a-z ]*group g-\d</dd>", text
    )
    assert "The scope in full" not in text


def test_the_page_shows_each_issuer() -> None:
    """An intruder's own federated domain is known by its issuer, and by what it may say of MFA."""
    text = page(evidence_of(a_run(federation=federation()), users(3)))

    assert "http://sts.contoso.com/adfs/services/trust, MFA: acceptIfMfaDoneByFederatedIdp" in text


def test_the_page_says_since_when_the_intruder_was_in_and_when_tokens_end() -> None:
    """As dates: no reader of a page knows the field names of the API."""
    dated = page(evidence_of(a_run(federation=federation()), users(30)))

    assert "Intruder in since" in dated
    assert "2026-02-20" in dated
    assert "residualAccessUntil" not in dated
    assert "Intruder in since" not in page(evidence_of(a_run(federation=Judgement()), users(3)))


def test_the_policy_holds_in_the_saved_file_too() -> None:
    """The file allows its own style by its hash, and nothing else; it has no style anywhere else."""
    text = page(evidence_of(a_run(), users(30)))
    [style] = re.findall("<style>(.*?)</style>", text, re.DOTALL)

    assert policy().startswith("default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-")
    assert "unsafe" not in policy()
    assert "style=" not in text.replace(style, "")


def test_100000_users_fit_in_two_megabytes() -> None:
    """The page names 2,000 users, with names of a hundred characters."""
    people = [other(number, Outcome.FAILED, "gave_up_http_503") for number in range(3000)]

    assert len(page(evidence_of(a_run(), people)).encode()) < MOST_BYTES


@settings(max_examples=50)
@given(st.text(min_size=1))
def test_a_name_is_text_and_nothing_else(name: str) -> None:
    """Whatever a user is called, the page has the same tags."""
    named, plain = (
        Read(page(evidence_of(a_run(reason=said), [other(1, Outcome.FAILED, said)]))) for said in (name, "x")
    )

    assert plain.tags == named.tags


def test_only_the_page_brings_its_template_engine() -> None:
    """The app starts without Jinja2: a cold start does not pay for it."""
    asked = "import sys, function_app; print('jinja2' in sys.modules)"

    assert "False\n" == subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout
