"""The judge sees what is wrong: a good end passes, and each way of spoiling it is named."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cast import Part, Who
from identities import EVERY, Fault, Shrink, Throttled, Unfit
from misfortune import Kill, Mail, Misfortune, Rubbish, Skew
from play import Seen
from repeats import about_repeats
from retries import about_retries
from scenario import Ask, Scenario, draw
from secrecy import told
from verdict import judge

from local.azurite.process import KEY

NOW = "2026-03-02T09:00:00Z"
LONG_AGO = "2026-01-01T00:00:00Z"
ALICE, DANA = Who("alice@contoso.com", 0, Part.REVOKED), Who("dana", 4, Part.REVOKED)
GLASS, LEFT = Who("breakglass1@contoso.com", 7, Part.PROTECTED), Who("user300", 300, Part.EXCLUDED)
NOBODY = Who("nobody@contoso.com", None, Part.UNKNOWN)
ENDS = {
    ALICE: "verified",
    DANA: "not_effective",
    GLASS: "protected",
    LEFT: "excluded",
    NOBODY: "not_found",
}
SCENARIO = Scenario(1, (Ask(number=0, at=0.0, people=tuple(ENDS)),), ())


def good() -> Seen:
    """Return what there is to see after a scenario without fault."""
    lines = [
        {"requestedAs": who.name, "id": who.name, "outcome": outcome, "reason": "x"} for who, outcome in ENDS.items()
    ]
    report = {
        "runId": "r",
        "reason": "canary-1-99-0.",
        "state": "completed_with_failures",
        "finishedAt": NOW,
        "issuedBefore": NOW,
        "cancelledAt": None,
        "counts": dict.fromkeys(ENDS.values(), 1),
        "warnings": [],
        "users": lines,
    }
    journal = {
        who.user.id: {"accepted": len(times), "acceptedAt": times, "validFrom": NOW if who is ALICE else LONG_AGO}
        for who, times in ((ALICE, [1772442000.5]), (DANA, [1772442000.5]), (GLASS, []), (LEFT, []))
        if who.user
    }
    return Seen((report,), journal, {0: {"r"}}, (), {}, frozenset(), 1.0)


def spoil(change: Callable[[dict[str, Any]], object]) -> Seen:
    """Return what was seen with a change to the report."""
    seen = good()
    change(seen.reports[0])
    return seen


def outcome(who: int, word: str, reason: str | None = "x") -> Seen:
    """Return what was seen with another outcome for somebody, the counts in step."""

    def change(report: dict[str, Any]) -> None:
        line = report["users"][who]
        del report["counts"][line["outcome"]]
        report["counts"][word] = report["counts"].get(word, 0) + 1
        line |= {"outcome": word, "reason": reason}

    return spoil(change)


def journal(who: Who, **truth: object) -> Seen:
    """Return what was seen with another truth about somebody."""
    seen = good()
    seen.journal[who.user.id if who.user else "?"] |= truth
    return seen


def test_a_good_end_passes() -> None:
    """Nothing is wrong with it."""
    assert [] == judge(SCENARIO, good())


@pytest.mark.parametrize(
    ("seen", "complaint"),
    [
        (spoil(lambda report: report.update(finishedAt=None)), "not final"),
        (spoil(lambda report: report["users"].pop()), "1 who were asked for are not reported"),
        (spoil(lambda report: report["users"].append(report["users"][0])), "1 too many"),
        (spoil(lambda report: report["counts"].update(verified=2)), "counts"),
        (spoil(lambda report: report.update(state="completed")), "ended as completed"),
        (spoil(lambda report: report.update(reason="canary-1-99-7.")), "no run"),
        (outcome(0, "revoked"), "revoked (x)"),
        (outcome(0, "abandoned", "lost"), "abandoned (lost)"),
        (outcome(0, "failed", None), "failed without a reason"),
        (outcome(0, "cancelled"), "cancelled (x)"),
        (outcome(0, "not_effective"), "no guest"),
        (outcome(1, "verified"), "a guest"),
        (outcome(2, "verified"), "verified (x)"),
        (outcome(3, "verified"), "verified (x)"),
        (outcome(4, "verified"), "verified (x)"),
        (journal(ALICE, validFrom="2026-03-02T08:59:59Z"), "before the cutoff"),
        (journal(DANA, acceptedAt=[]), "nobody asked the directory"),
        (journal(GLASS, accepted=1), "is protected"),
        (journal(LEFT, accepted=1), "nobody asked for that"),
        (replace(good(), journal=good().journal | {"stranger": {"accepted": 1}}), "nobody asked for that"),
        (replace(good(), left={"verify": 1}), "left in queues"),
        (replace(good(), refusals=("POST runs: 500",)), "500"),
        (replace(good(), accepted={0: {"r", "s"}}), "is not listed"),
        (replace(good(), reports=(good().reports[0], good().reports[0] | {"runId": "s"})), "2 runs under one key"),
    ],
)
def test_each_wrong_is_named(seen: Seen, complaint: str) -> None:
    """Every sentence of the verdict can fail."""
    assert any(complaint in text for text in judge(SCENARIO, seen)), judge(SCENARIO, seen)


def test_only_what_a_misfortune_can_do_is_excused() -> None:
    """A queue that loses messages may cost somebody their turn, said so; not without a word, and not anybody else."""
    lossy = replace(SCENARIO, misfortunes=(Mail(1, lost=0.3),))

    assert [] == judge(lossy, outcome(0, "abandoned", "lost"))
    assert judge(lossy, outcome(0, "abandoned", "message_died"))
    assert judge(SCENARIO, outcome(0, "abandoned", "lost"))


def test_a_wrong_clock_moves_the_cutoff() -> None:
    """A cutoff read off a clock that is a minute ahead is a minute earlier for everybody else."""
    ahead = replace(SCENARIO, misfortunes=(Skew(60),))

    assert [] == judge(ahead, journal(ALICE, validFrom="2026-03-02T08:59:00Z"))
    assert judge(ahead, journal(ALICE, validFrom="2026-03-02T08:58:59Z"))


def test_nonsense_must_be_kept() -> None:
    """A message that nobody understands is in the ledger, whole."""
    strewn = replace(SCENARIO, misfortunes=(Rubbish("verify", "rubbish"),))

    assert judge(strewn, good())
    assert [] == judge(strewn, replace(good(), kept=frozenset({"rubbish"})))


def test_a_seed_is_a_scenario() -> None:
    """The same number draws the same scenario, another number another one; names are those of the pools."""
    drawn = [draw(seed) for seed in range(200)]

    assert drawn == [draw(seed) for seed in range(200)]
    assert 200 == len({(scenario.asks, scenario.misfortunes) for scenario in drawn})


@pytest.mark.parametrize(
    "line",
    [
        "Authorization: Bearer abc.def",
        "token eyJhbGciOiJub25l.x.y",
        f"AccountKey={KEY}",
        f"x {KEY} y",
        '{"users": ["a"]}',
        "reason canary-1-2-3.",
        "alice@contoso.com",
        "/users/dana_fabrikam.com%23EXT%23%40contoso.onmicrosoft.com",
    ],
)
def test_a_secret_in_a_line_is_seen(line: str) -> None:
    """The search finds what it looks for."""
    assert told(["run_finished {}", line])
    assert not told(['run_finished {"run": "01a20ce9-7170-7d7a-adcc-35c76b284dad", "counts": {"verified": 3}}'])


def repeated(times: int) -> Seen:
    """Return a good end in which Alice was revoked so often."""
    seen = journal(ALICE, accepted=times)
    seen.reports[0]["users"][0]["id"] = ALICE.user.id if ALICE.user else ""
    return seen


@pytest.mark.parametrize(
    ("told", "most"), [((), 1), ((Throttled(1, 0, 1.0),), 1), ((Kill(0.1),), 3), ((Shrink(0, 0, 1.0),), 6)]
)
def test_a_user_is_revoked_once_beyond_what_deaths_explain(told: tuple[Misfortune, ...], most: int) -> None:
    """No trouble of an identity repeats a call; a start of the host may."""
    scenario = replace(SCENARIO, misfortunes=told)

    assert [0, 1] == [len([*about_repeats(scenario, repeated(times))]) for times in (most, most + 1)]


def test_what_no_identity_could_revoke_must_be_done_by_the_retry() -> None:
    """`refused` is excused where no identity worked for a while, and the retry is not."""
    scenario = replace(SCENARIO, misfortunes=(Unfit(EVERY, Fault.FORBIDDEN, 0, 1.0),))
    seen = outcome(0, "refused", "forbidden")
    again = {**seen.reports[0], "runId": "s", "retryOf": "r", "users": [{"id": ALICE.name, "outcome": "verified"}]}
    failed = {**again, "users": [{"id": ALICE.name, "outcome": "refused"}]}

    assert [] == [*about_retries(scenario, replace(seen, reports=(*seen.reports, again)))]
    assert 1 == len([*about_retries(scenario, replace(seen, reports=(*seen.reports, failed)))])
    assert 1 == len([*about_retries(scenario, seen)])
