"""What the comparison's page says of its rows: goals, calls, revisions, and rows of fewer users."""

import subprocess
from pathlib import Path

import pytest

from bench.compare import calls
from bench.compare.calls import Call, call_now, calls_in, with_call
from bench.compare.contestant import CONTESTANTS
from bench.compare.goals import goals, goals_section
from bench.compare.judgement import Row
from bench.compare.page import page
from bench.compare.page_calls import calls_section
from bench.compare.page_scenario import scenario_section
from bench.compare.panels import panels
from bench.compare.picture import bars
from bench.compare.results import rows_by_place, with_profile, with_rows
from bench.compare.scenario import SCENARIOS
from bench.compare.service_api import pause_after
from bench.compare.shown import HEADS, cells

FIRST = Call(began="2026-11-26T09:00:00Z", arguments="", commit="aaa", took=700.0)
SECOND = Call(began="2026-11-26T09:20:00Z", arguments="--scenarios storm --only revoker", commit="bbb", took=230.0)


def row(scenario: str, contestant: str, **changes: object) -> Row:
    """Return a row that took two seconds over 1,000 users."""
    return Row(**{"scenario": scenario, "contestant": contestant, "users": 1_000, "seconds": 2.0, **changes})  # type: ignore[arg-type]


def test_a_row_of_fewer_users_is_shown_in_proportion() -> None:
    """Every count is multiplied and marked, and the time says how many users were played; the ratio stays."""
    shown = cells(row("day", "sdk32", users=20_000, factor=50.0, until_end=3.0, bound=1.0, throttled=7, missed=1))

    assert ["≈ 100 s, from 400", "200.0 %", "≈ 150 s", "≈ 0", "≈ 350", "≈ 50"] == shown[1:7]
    assert len(HEADS) == len(shown)


def test_a_host_is_told_apart_from_its_app() -> None:
    """The host is Azure's: the app's part of the CPU stands beside the whole."""
    assert "36.4 s, app 20.0 s" in cells(row("tenant", "revoker", cpu=36.4, app_cpu=20.0))
    assert "36.4 s" in cells(row("tenant", "sdk32", cpu=36.4))


def test_what_a_kill_leaves_is_a_column() -> None:
    """Beside how many users were revoked by then, and how many of them a second time."""
    [scenario] = [each for each in SCENARIOS if each.name == "kill"]
    killed = row("kill", "batches", at_kill=504, left="no record; begins again with the first user", twice=504)

    section = scenario_section(scenario, [killed], "")

    assert "| batches of 20, 16 at once, unpaced | 504 | no record; begins again with the first user | 504 |" in section


def test_urgent_users_are_counted_and_timed() -> None:
    """How many were asked for before the rest was done, and one that was never revoked is told as such."""
    [scenario] = [each for each in SCENARIOS if each.name == "urgent"]
    rows = [row("urgent", "revoker", waits=(0.2, 0.1, 0.3)), row("urgent", "batches", waits=(0.1, float("inf")))]

    section = scenario_section(scenario, rows, "")

    assert "| Revoker | 3 | 0.20 s | 0.30 s |" in section
    assert "| batches of 20, 16 at once, unpaced | 2 | never | never |" in section


def test_a_row_of_a_smaller_play_says_so() -> None:
    """`--users 300` keeps the scenario's title; extrapolated rows say their number themselves."""
    [scenario] = [each for each in SCENARIOS if each.name == "kill"]
    told = "Played with fewer users than the title says: Revoker with 300."

    assert told in scenario_section(scenario, [row("kill", "revoker", users=300), row("kill", "batches")], "")
    assert "Played with fewer" not in scenario_section(scenario, [row("kill", "batches")], "")


def test_a_row_of_another_revision_names_it() -> None:
    """What the last call did not measure again is not passed off as its revision's."""
    [scenario] = [each for each in SCENARIOS if each.name == "one"]
    rows = [row("one", "revoker", commit="aaa"), row("one", "batches", commit="bbb")]

    assert "another revision than the last call's: Revoker at `aaa`." in scenario_section(scenario, rows, "bbb")
    assert "another revision" not in scenario_section(scenario, rows[:1], "aaa")


def test_each_call_is_on_record_with_what_it_measured() -> None:
    """A later call takes the place of the rows that it measures; the others stay with theirs."""
    results = with_rows(with_call({}, FIRST), [row("urgent", "revoker"), row("storm", "revoker")], FIRST)
    results = with_rows(with_call(results, SECOND), [row("storm", "revoker")], SECOND)
    results = with_profile(results, [], SECOND)

    section = calls_section(results)

    assert "| 2026-11-26T09:00:00Z | `compare` | `aaa` | 700 s | urgent (revoker) |" in section
    assert "| `compare --scenarios storm --only revoker` | `bbb` | 230 s | storm; profile |" in section
    assert "revision bbb" in page({**results, "machine": {"cores": 2}})
    assert "" == calls_section({})


def test_a_scenario_with_all_its_contestants_is_named_alone() -> None:
    """A whole run would otherwise name everyone ten times."""
    every = [row("urgent", each.name) for each in CONTESTANTS if each.takes_part("urgent")]

    assert "| urgent |" in calls_section(with_rows({}, every, FIRST))


def test_a_call_that_ends_takes_its_own_place() -> None:
    """It is on record from its first row on, and gets its duration at the end."""
    began = Call(began=FIRST.began, arguments="", commit="aaa")

    assert [FIRST] == calls_in(with_call(with_call({}, began), FIRST))


def test_what_the_command_writes_changes_no_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Results, page, pictures and README are its own; any other change is marked with a plus."""
    monkeypatch.setattr(calls, "ROOT", tmp_path)
    for name in ("README.md", "code.py"):
        (tmp_path / name).write_text("1", encoding="utf-8")
    identity = ["-c", "user.name=n", "-c", "user.email=e@x.example"]
    for command in (["init", "-q"], ["add", "."], [*identity, "commit", "-qm", "one"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)  # noqa: S607 - the developer's own git

    (tmp_path / "README.md").write_text("2", encoding="utf-8")
    clean = call_now(["--users", "20"])
    (tmp_path / "code.py").write_text("2", encoding="utf-8")

    assert "--users 20" == clean.arguments
    assert clean.commit + "+" == call_now([]).commit
    assert not clean.commit.endswith("+")


def test_goals_are_judged_by_the_rows() -> None:
    """In proportion where fewer users were played; one without both sides is not judged."""
    rows = [
        row("tenant", "revoker", users=20_000, seconds=82.0, bound=81.0, throttled=35, cpu=36.0),
        row("tenant", "sdk32", users=20_000, factor=4.0, throttled=124, cpu=15.0),
        row("tenant", "revoker3", seconds=23.0),
        row("faults", "revoker", twice=5),
    ]
    found = {goal.goal: (goal.measured, goal.met) for goal in goals(rows_by_place(with_rows({}, rows, FIRST)))}

    assert ("101.2 %", True) == found["20,000 users in at most 103 % of the bound"]
    assert ("3.6 times", True) == found["three identities at least 2.6 times as fast as one"]
    assert ("5 in `faults`", False) == found["nobody revoked twice, in any scenario"]
    assert ("0", True) == found["nobody missed, in any scenario"]
    assert ("1.8 s against 3.0 s", True) == found["less CPU for 1,000 users than Graph SDK, 32 calls at once"]
    [refused] = [value for goal, value in found.items() if "429s" in goal]
    assert ("35 against 496", False) == refused


def test_a_goal_that_is_not_met_says_why() -> None:
    """Once, however many rows miss it."""
    section = goals_section(with_rows({}, [row("faults", "revoker", twice=5)], FIRST))

    assert 1 == section.count("Revoked twice: where an answer was lost")
    assert "" == goals_section({})


def test_a_bar_far_above_the_others_is_cut_and_marked() -> None:
    """3,639 seconds do not flatten 5 and 15."""
    drawn = bars("t", ["a", "b", "c"], [("seconds", [(5.0, "5 s"), (15.0, "15 s"), (3_639.0, "3,639 s")])])

    assert "» 3,639 s" in drawn
    assert ['width="50"', 'width="150"', 'width="150"'] == [
        part for line in drawn.splitlines() if 'class="room"' in line for part in line.split() if "width" in part
    ]


def test_a_contestant_that_was_not_played_has_no_bar() -> None:
    """An empty panel is drawn all the same."""
    _, drawn = panels(with_rows({}, [row("crowd", "revoker")], FIRST))

    assert [(2.0, "2.0 s")] == drawn[0][1]
    assert [(None, "not run")] == drawn[1][1]


@pytest.mark.parametrize(("passed", "pause"), [(0.0, 0.1), (20.0, 0.4), (500.0, 2.0)])
def test_a_long_run_is_asked_for_less_often(passed: float, pause: float) -> None:
    """The question is work for the service, and counts as its CPU."""
    assert pause == pytest.approx(pause_after(passed))
