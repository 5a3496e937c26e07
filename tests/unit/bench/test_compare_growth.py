"""What the comparison keeps and shows of larger tenants."""

from dataclasses import asdict

from bench.compare.calls import Call
from bench.compare.grown import Grown, curves, grown_in
from bench.compare.page_growth import cost_section, growth_section
from bench.compare.results import with_sizes


def of_size(users: int) -> Grown:
    """Return a size in which every stage takes a millisecond a user."""
    took = users / 1000
    return Grown(
        users=users,
        plan=took,
        run=took,
        verify=took,
        status=took,
        report=took,
        report_bytes=2**20,
        megabytes=80.0,
        cpu=1.0,
        operations=7_000,
        executions=600,
    )


def test_a_size_measured_again_takes_the_place_of_its_last() -> None:
    """The others stay, all in order, each under the revision that it was measured at."""
    before = {"growth": [asdict(of_size(3_000)) | {"plan": 9.0}, asdict(of_size(10_000))], "rows": []}

    after = with_sizes(before, [of_size(3_000), of_size(1_000)], Call(began="10:00", arguments="", commit="abc"))

    assert [(1_000, 1.0, "abc"), (3_000, 3.0, "abc"), (10_000, 10.0, "")] == [
        (each.users, each.plan, each.commit) for each in grown_in(after)
    ]
    assert [] == after["rows"]


def test_each_stage_has_its_curve() -> None:
    """One value a size, in the order of the sizes."""
    sizes = [of_size(1_000), of_size(3_000)]

    assert {"plan": (1.0, 3.0), "report": (1.0, 3.0)}.items() <= curves(sizes).items()


def test_linear_stages_have_the_exponent_one() -> None:
    """Below the sizes stand the exponents; one size alone has none, and no section."""
    section = growth_section([of_size(1_000), of_size(10_000)], "abc")

    assert "| 10,000 | 10.0 s | 10.0 s | 10.0 s | 10.0 s | 10.0 s | 1.0 MB | 1.0 s | 80 MB |" in section
    assert "| exponent | 1.00 | 1.00 | 1.00 | 1.00 | 1.00 |  |  |  |" in section
    assert "" == growth_section([of_size(1_000)], "abc")


def test_two_sizes_have_a_price() -> None:
    """10,000 and 100,000 users, where they were measured: 365 s at the quota and 10 s of reading back, at 2 GB."""
    assert "| 10,000 | 7,000 | 15,000 | 600 | 750 | 0.03 |" in cost_section([of_size(1_000), of_size(10_000)])
    assert "" == cost_section([of_size(1_000)])
