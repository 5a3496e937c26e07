"""One sentence says how a run ended; five numbers account for every user."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, strategies as st
from support.evidence import QUOTA, a_run, confirmed, evidence_of, other, users
from support.fakes import START

from revoker.core.outcome import Outcome
from revoker.core.pool import Pool
from revoker.core.run import State
from revoker.core.tally import tally
from revoker.views.evidence.moments import Clock
from revoker.views.evidence.numbers import Part, numbers
from revoker.views.evidence.verdict import Tone, verdict
from revoker.views.status import StatusBasis, status

MEMBERS = [confirmed(number) for number in range(2922)]
GUESTS = [other(5000 + number, Outcome.NOT_EFFECTIVE, "external_user") for number in range(78)]
FAILED = other(6000, Outcome.FAILED, "gave_up_http_503", 503)
SPARED = other(6001, Outcome.PROTECTED, "protected_account")
SEEN_LATER = other(6002, Outcome.REVOKED, "read_back_refused", 204)
LEFT = other(6003, Outcome.CANCELLED, "run_cancelled")
TO_DO = other(6004, Outcome.PLANNED, None)
YOUNG = other(6005, Outcome.ALREADY_REVOKED, "valid_from_after_cutoff")
GOING = {"finished_as": None, "finished_at": None}
CALLED = (Outcome.VERIFIED, Outcome.REVOKED, Outcome.UNVERIFIED, Outcome.NOT_EFFECTIVE)

CASES = [
    (
        {"finished_as": State.COMPLETED},
        [*MEMBERS, *GUESTS],
        "Done: 2,922 of 2,922 members signed out and confirmed; 78 guests left to their home tenants; 0 not done.",
    ),
    (
        {},
        [MEMBERS[0], FAILED, SPARED],
        (
            "Not all done: 1 of 2 members signed out and confirmed; 0 guests left to their home tenants; "
            "1 left alone on purpose; 1 not done."
        ),
    ),
    (
        {"finished_as": State.COMPLETED},
        [MEMBERS[0], SEEN_LATER, GUESTS[0]],
        "Done: 2 of 2 members signed out, 1 of them confirmed; 1 guest left to the home tenant; 0 not done.",
    ),
    (
        {"finished_as": State.CANCELLED, "cancelled_at": START},
        [MEMBERS[0], LEFT],
        (
            "Cancelled: Cancelled before its end: 1 of 2 members signed out and confirmed; "
            "0 guests left to their home tenants; 1 not done."
        ),
    ),
    (
        {"finished_as": State.FAILED},
        [MEMBERS[0]],
        (
            "Failed: Failed: users of its scope could not be listed, and are missing here; "
            "1 of 1 member signed out and confirmed; 0 guests left to their home tenants; 0 not done."
        ),
    ),
    (
        {"dry_run": True, "finished_as": State.COMPLETED},
        [TO_DO, GUESTS[0]],
        "Dry run: Dry run, no user was touched: 1 member would be signed out; 1 guest left to the home tenant.",
    ),
    (
        {"finished_as": None, "finished_at": None},
        [MEMBERS[0], TO_DO],
        (
            "Still going: So far 1 of 2 members signed out and confirmed; 0 guests left to their home tenants; "
            "1 still to do."
        ),
    ),
    (
        {**GOING, "approved_by": None, "approved_at": None},
        [TO_DO],
        "Awaiting approval: Nothing is done yet: a second person must approve this run.",
    ),
    (  # 400 were counted and a group was filled meanwhile: some users are signed out while the run waits once more
        {**GOING, "approved_by": None, "approved_at": None, "begun_at": START, "approval_size": 5000},
        [MEMBERS[0], TO_DO],
        (
            "Awaiting approval: So far 1 of 2 members signed out and confirmed; 0 guests left to their home tenants; "
            "1 still to do; the scope has grown, and a second person must approve 5,000 users before any user beyond "
            "these is signed out."
        ),
    ),
    (
        {"finished_as": State.CANCELLED, "cancelled_at": START, "incomplete": True},
        [LEFT],
        (
            "Cancelled: Cancelled before its scope was listed to the end: users that were not listed are missing here; "
            "0 of 1 member signed out and confirmed; 0 guests left to their home tenants; 1 not done."
        ),
    ),
    (
        {**GOING, "cancelled_at": START},
        [MEMBERS[0], LEFT],
        (
            "Being cancelled: Being cancelled. So far 1 of 2 members signed out and confirmed; "
            "0 guests left to their home tenants; 1 still to do."
        ),
    ),
    ({"finished_as": State.COMPLETED}, [], "No user signed out: No user was signed out: this run had no users."),
    (
        {"finished_as": State.COMPLETED},
        [GUESTS[0], SPARED],
        (
            "No user signed out: No user was signed out: 1 guest left to the home tenant; 1 left alone on purpose; "
            "0 not done."
        ),
    ),
    (
        {"finished_as": State.COMPLETED},
        [YOUNG, SPARED],
        (
            "Done: No user had to be signed out: the sessions of 1 were younger than the cutoff; "
            "0 guests left to their home tenants; 2 left alone on purpose; 0 not done."
        ),
    ),
    (
        {"dry_run": True, "finished_as": State.FAILED, "incomplete": True},
        [TO_DO, other(6006, Outcome.UNRESOLVED, "ambiguous")],
        (
            "Dry run: Dry run, no user was touched: 1 member would be signed out; 0 guests left to their home tenants; "
            "1 could not be planned; users that were not listed are missing here."
        ),
    ),
]


@pytest.mark.parametrize(("run", "people", "said"), CASES)
def test_the_verdict(run: dict[str, object], people: list, said: str) -> None:
    """Every end has its word and its sentence; the title begins with the word."""
    page = evidence_of(a_run(**run), people)

    assert said == f"{page.verdict.word}: {page.verdict.sentence}"
    assert page.title.startswith(page.verdict.word)


@given(st.dictionaries(st.sampled_from(list(Outcome)), st.integers(0, 100_000)), st.booleans())
def test_five_numbers_add_up(counts: dict[Outcome, int], dry: bool) -> None:  # noqa: FBT001 - Hypothesis gives it
    """Whatever the outcomes are, each user is in one of the five numbers."""
    assert sum(counts.values()) == sum(number.count for number in numbers(counts, dry_run=dry))


def test_users_not_done_come_worst_first_with_what_to_do() -> None:
    """Refused before failed before unverified before not found, each with its meaning and its remedy."""
    groups = evidence_of(a_run(), users(20)).groups[Part.NOT_DONE]

    assert ["refused", "failed", "unverified", "not_found"] == [group.outcome for group in groups]
    assert all(group.advice.startswith("What to do: ") for group in groups)
    assert "gave_up_http_503, HTTP 503" == groups[1].rows[0].why


def test_a_user_left_alone_stands_beside_the_rule() -> None:
    """Protected by the app's list, excluded by the request's, young by the cutoff: each says whose rule it was."""
    protected, excluded, young = evidence_of(a_run(), users(20)).groups[Part.SPARED]

    assert "REVOKER_PROTECTED" in protected.advice
    for spared in (protected, excluded):
        assert spared.advice.endswith("This run ended no session of theirs.")
    assert "Rita Responder (id-1)" in excluded.advice
    assert "not_in_plan: by the dry run that it applies" in excluded.advice
    assert "2026-03-02 09:00:00 UTC" in young.advice


def test_the_page_names_2000_users_the_worst_first() -> None:
    """Of 3,000 users it names 2,000, all that are not done among them, and counts the others."""
    page = evidence_of(a_run(), users(3000))
    [group] = page.groups[Part.CONFIRMED]
    named = sorted(row.name for row in group.rows)

    assert (2000, 3000) == (page.named, page.total)
    assert (4, 2990) == (sum(len(one.rows) for one in page.groups[Part.NOT_DONE]), group.count)
    assert named == [row.name for row in group.rows]


def test_the_hash_is_of_the_csv_and_does_not_hang_on_the_pages() -> None:
    """The same users give the same hash, another user another one."""
    people = users(1500)

    assert evidence_of(a_run(), people).sha256 == evidence_of(a_run(), list(people)).sha256
    assert evidence_of(a_run(), people).sha256 != evidence_of(a_run(), people[1:]).sha256


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (-10, "2026-03-02 09:05:00 UTC (2026-03-01 23:05:00 UTC-10:00)"),
        (5.5, "2026-03-02 09:05:00 UTC (14:35:00 UTC+05:30)"),
        (0, "2026-03-02 09:05:00 UTC"),
        (None, "2026-03-02 09:05:00 UTC"),
    ],
)
def test_a_moment_stands_at_the_callers_offset_too(hours: float | None, said: str) -> None:
    """The finish is at 9:05 in UTC: the day before ten hours west; said once where the caller's clock is UTC."""
    offset = None if hours is None else timedelta(hours=hours)

    assert said == Clock(offset).both("2026-03-02T09:05:00.000Z")


def test_only_a_run_that_ended_sessions_is_shown_as_good() -> None:
    """Guests and protected accounts alone may have been the users that were meant."""
    ended = {"finished_as": State.COMPLETED}
    tones = [evidence_of(a_run(**ended), people).verdict.tone for people in ([MEMBERS[0]], [YOUNG], [SPARED], [])]

    assert [Tone.GOOD, Tone.GOOD, Tone.OPEN, Tone.OPEN] == tones


def test_a_listing_that_goes_on_says_how_far_it_has_come() -> None:
    """The five numbers are of the users listed so far: without the other number they would look like all."""
    run, people = a_run(**GOING), [MEMBERS[0], TO_DO]
    counted = replace(tally(people), planning=True, expected=5845)
    shown = status(run, counted, StatusBasis(Pool(QUOTA, QUOTA)))

    assert verdict(shown, numbers(shown["counts"], dry_run=False)).sentence.endswith(
        "; 1 still to do; 2 of about 5,845 users are listed."
    )


def test_the_picture_shows_the_users_that_the_verdict_counts() -> None:
    """Graph accepts a guest and a user that never shows, too: neither is signed out in one place and not in another."""
    accepted = [replace(MEMBERS[place], outcome=outcome) for place, outcome in enumerate(CALLED)]
    page = evidence_of(a_run(), accepted)

    assert page.picture
    assert page.picture.words.startswith("2 users were signed out")
    assert page.verdict.sentence.startswith("2 of 3 members signed out, 1 of them confirmed")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"approval_size": 5845}, ("Approved by", "Bo Approver (id-2)", "2026-03-02 09:00:00 UTC", "for 5,845 users")),
        ({"approval_until": None, "approved_by": None, "approved_at": None}, ("Approval", "not needed")),
        (
            {"approved_by": None, "approved_at": None},
            ("Approval", "needed from a second person by 2026-03-02 13:00:00 UTC, and not given", ""),
        ),
    ],
)
def test_an_approval_that_was_not_given_says_so(changes: dict[str, object], said: tuple[str, ...]) -> None:
    """An auditor reads for how many users a second person answered, or that none did."""
    [found] = [fact for fact in evidence_of(a_run(**changes), [], Clock()).facts if fact.title.startswith("Appro")]

    assert said == (found.title, *found.lines)
