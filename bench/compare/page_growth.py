"""The sections on larger tenants: how long each stage takes, and what a run costs. Pure."""

from collections.abc import Sequence

from .fit import exponent
from .grown import STAGES, Grown, curves
from .price import SEEN, SOURCE, bill
from .shown import other_revisions
from .table import Table, number, seconds
from .text import TEXT

_PRICED = (10_000, 100_000)  # users; the sizes whose price is shown


def growth_section(grown: Sequence[Grown], newest: str) -> str:
    """Return the seconds of each stage by size, and below them the exponents; empty for fewer than two sizes.

    `newest` is the last call's revision: what was measured at another one is named.
    """
    if len(grown) < 2:
        return ""
    table = Table("users", *STAGES, "report", "CPU of the app", "its memory")
    for each in grown:
        table.add(
            number(each.users),
            *map(seconds, each.stages()),
            f"{each.report_bytes / 2**20:.1f} MB",
            f"{each.cpu:.1f} s",
            f"{each.megabytes:,.0f} MB",
        )
    table.add("exponent", *_slopes(grown), "", "", "")
    others = other_revisions([(f"{number(each.users)} users", each.commit) for each in grown], newest)
    return TEXT["growth"].format(table=table.text()) + f"\n{others}"


def _slopes(grown: Sequence[Grown]) -> list[str]:
    sizes = [each.users for each in grown]
    return [f"{exponent(sizes, costs):.2f}" for costs in curves(grown).values()]


def cost_section(grown: Sequence[Grown]) -> str:
    """Return what a run costs on Azure, by size; empty where neither size was measured."""
    priced = [each for each in grown if each.users in _PRICED]
    if not priced:
        return ""
    table = Table("users", "storage operations", "polls of queues", "executions", "GB-seconds", "dollars")
    for each in priced:
        total = bill(each.counted())
        amounts = (total.users, total.operations, total.polls, total.executions, total.gb_seconds)
        table.add(*map(number, amounts), f"{total.dollars:.2f}")
    return TEXT["cost"].format(table=table.text(), seen=SEEN, source=SOURCE)
