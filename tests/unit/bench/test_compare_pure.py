import math

import pytest

from bench.compare.contestant import CONTESTANTS, code_lines
from bench.compare.fit import exponent
from bench.compare.judgement import ContestantRun, Truth, bound_of, judge
from bench.compare.price import Counted, bill
from bench.compare.profile_run import read
from bench.compare.readme import readme_lines, with_lines
from bench.compare.scenario import SCENARIOS
from bench.compare.table import Table, number, percent, seconds


@pytest.mark.parametrize(
    ("costs", "slope"),
    [([1.0, 10.0, 100.0], 1.0), ([5.0, 5.0, 5.0], 0.0), ([1.0, 100.0, 10_000.0], 2.0), ([0.0, 0.001, 0.001], 0.0)],
)
def test_the_exponent_is_the_slope_of_the_logarithms(costs: list[float], slope: float) -> None:
    """Linear is 1, flat 0, quadratic 2; nothing at all counts as a millisecond."""
    assert slope == pytest.approx(exponent([10, 100, 1000], costs))


def test_one_size_has_no_exponent() -> None:
    """A line needs two points."""
    with pytest.raises(ValueError, match="two sizes"):
        exponent([10, 10], [1.0, 2.0])


def test_a_table_keeps_its_cells_apart() -> None:
    """A bar inside a cell does not start another one."""
    table = Table("a", "b")
    table.add("x | y", "2")

    assert "| a | b |\n| --- | --- |\n| x \\| y | 2 |" == table.text()


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (0.1666, "0.17 s"), (42.34, "42.3 s"), (310.2, "310 s"), (6000.0, "6,000 s"), (math.inf, "never")],
)
def test_a_time_has_the_digits_that_count(value: float | None, text: str) -> None:
    """Hundredths below a second, tenths below a hundred, whole seconds above."""
    assert text == seconds(value)


def test_a_ratio_and_a_count_are_written_for_people() -> None:
    """With one decimal, with commas, and with a dash for none."""
    assert ("102.6 %", "-", "20,000") == (percent(1.0258), percent(None), number(20_000))


@pytest.mark.parametrize(
    ("writes", "identities", "bound"), [(20_000, 1, 42.5), (20_000, 3, 11_000 / 1_200), (3_000, 1, 0.0), (100, 1, 0.0)]
)
def test_the_bound_is_what_the_quota_takes(writes: int, identities: int, bound: float) -> None:
    """Each identity has a burst and a rate of its own; what fits into the bursts takes no time."""
    assert bound == pytest.approx(bound_of(writes, 3_000, 400, identities))


def test_the_bill_follows_the_documented_quota() -> None:
    """10,000 users: 365 seconds of an instance of 2 GB, forty polls in each, and what was counted."""
    total = bill(Counted(users=10_000, operations=7_000, executions=600, checking_seconds=0.0))

    assert (730.0, 14_600) == (total.gb_seconds, total.polls)
    assert 730 * 0.000026 + 600 * 0.4e-6 + 21_600 * 0.4e-6 == pytest.approx(total.dollars)


JOURNAL = {"lastAcceptedAt": 14.0, "requests": 9, "statuses": {"429": 3}}
TRUTH = Truth(
    members=frozenset({"a", "b", "c", "d"}),
    guests=frozenset({"g", "h"}),
    protected=frozenset({"p"}),
    urgent=frozenset({"u"}),
)


def test_the_journal_judges() -> None:
    """A member that the tenant did not revoke is missed, silently if it is not even named as failed."""
    ran = ContestantRun(began=10.0, ended=16.0, done=frozenset({"a", "b", "g", "c"}), failed=frozenset({"d"}))

    row = judge(TRUTH, JOURNAL, {"a": 1, "b": 2, "g": 1, "p": 1, "u": 2}, ran)

    assert (4.0, 6.0, 9, 3) == (row["seconds"], row["until_end"], row["requests"], row["throttled"])
    assert (2, 1, 1) == (row["missed"], row["unreported"], row["twice"])
    assert (1, 1) == (row["protected_touched"], row["guests_done"])


def test_a_contestant_that_died_reports_nothing() -> None:
    """Then nobody is counted as done, and every missed user is missed in silence."""
    row = judge(TRUTH, {**JOURNAL, "lastAcceptedAt": None}, {}, ContestantRun(began=10.0, ended=11.0, done=None))

    assert (1.0, 4, 4, 0) == (row["seconds"], row["missed"], row["unreported"], row["guests_done"])


def test_lines_are_counted_without_what_nobody_must_write() -> None:
    """No empty line, no comment, no docstring of one line or several."""
    assert 2 == code_lines('"""One."""\n\n# two\ndef f():\n    """Three\n\n    four.\n    """\n    return 5\n')


def test_each_contestant_is_what_it_says() -> None:
    """It has its source in one line, a name of its own, and a script or an identity to run as."""
    assert len(CONTESTANTS) == len({each.name for each in CONTESTANTS})
    for each in CONTESTANTS:
        assert each.source
        assert "\n" not in each.source
        assert bool(each.script) != bool(each.identities)
        assert each.lines > 0
        assert {*each.only, *each.most} <= {scenario.name for scenario in SCENARIOS}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda given: given.name)
def test_a_scenario_shrinks_in_proportion(scenario: object) -> None:
    """Fewer users with a burst as much smaller, so that the quota is felt at the same place."""
    assert isinstance(scenario, type(SCENARIOS[0]))
    small = scenario.at_most(20)

    assert small.size <= 20
    if scenario.named is None:
        assert math.isclose(small.burst / small.size, scenario.burst / scenario.size, rel_tol=0.2)


def test_the_readme_gets_its_lines_between_the_marks() -> None:
    """What stands around them stays, and a README without marks is told."""
    begin, end = "<!-- benchmark: written by make bench ARGS=compare -->", "<!-- benchmark ends -->"

    assert f"a\n{begin}\nx\ny\n{end}\nb" == with_lines(f"a\n{begin}\nold\n{end}\nb", ["x", "y"])
    with pytest.raises(ValueError, match="lacks"):
        with_lines("nothing here", [])


def test_the_readme_shows_what_the_seconds_buy() -> None:
    """Read back or not stands beside the time; what fewer users were played for is marked; empty columns go."""
    day, kill = {"scenario": "day", "factor": 50.0}, {"scenario": "kill"}
    rows = [
        measured("revoker", read_back=3000),
        measured("batches"),
        measured("guidance", factor=20.0),
        measured("batches", throttled=4, **day),
        measured("revoker", left="its ledger; goes on by itself", **kill),
    ]
    lines = readme_lines({"rows": rows})

    assert "|  | 3,000 users | read back | 20,000 users | 429 | left after a kill | twice after it |" == lines[0]
    assert "| Revoker | 2.0 s | 3,000 | - | - | its ledger | 0 |" in lines
    assert "| batches of 20, 16 at once, unpaced | 2.0 s | no | ≈ 100 s | ≈ 200 | - | - |" in lines
    assert "| `Get-MgUser -All`, one by one | ≈ 40.0 s | no | - | - | - | - |" in lines


def measured(contestant: str, **changes: object) -> dict[str, object]:
    """Return a row of 3,000 users as the results keep it."""
    return {"scenario": "crowd", "contestant": contestant, "users": 3000, "seconds": 2.0, **changes}


def test_samples_are_told_apart_by_stage() -> None:
    """The first sign of a stage in a stack decides; a function counts once a sample."""
    revoke, other = "run (asyncio/x.py:1);step (revoker/respond/revoke/batch.py:7);send (httpx/c.py:3)", "idle (x.py:1)"

    first, second = read([f"{revoke} 3", f"{other} 1"])

    assert ("revoke batch", 0.75) == (first.stage, first.share)
    assert (("respond/revoke/batch.py step", 1.0), ("[httpx]", 1.0)) == first.spent
    assert ("everything else", ()) == (second.stage, second.spent)
