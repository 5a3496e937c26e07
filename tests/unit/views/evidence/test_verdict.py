"""One sentence says how a run ended; five numbers account for every user."""

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st
from support.evidence import a_run, confirmed, evidence_of, other, users
from support.fakes import START

from revoker.core.outcome import Outcome
from revoker.core.run import State
from revoker.views.evidence.moments import Clock
from revoker.views.evidence.numbers import Part, numbers

MEMBERS = [confirmed(number) for number in range(2922)]
GUESTS = [other(5000 + number, Outcome.NOT_EFFECTIVE, "external_user") for number in range(78)]
FAILED = other(6000, Outcome.FAILED, "gave_up_http_503", 503)
SPARED = other(6001, Outcome.PROTECTED, "protected_account")
SEEN_LATER = other(6002, Outcome.REVOKED, "read_back_refused", 204)
LEFT = other(6003, Outcome.CANCELLED, "run_cancelled")
TO_DO = other(6004, Outcome.PLANNED, None)

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
        {"finished_as": None, "finished_at": None, "approved_by": None, "approved_at": None},
        [TO_DO],
        "Awaiting approval: Nothing is done yet: a second person must approve this run.",
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
    assert "Rita Responder (id-1)" in excluded.advice
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
