"""The pictures of the comparison, as SVG text. Pure."""

import math
import statistics
from collections.abc import Mapping, Sequence
from html import escape
from itertools import chain

from local.draw import svg

_NAME, _PANEL, _GAP, _ROW, _TOP = 285, 150, 100, 30, 78
_INKS = ("#218bff", "#2da44e", "#e16f24", "#8250df", "#cf222e")


def bars(title: str, names: Sequence[str], panels: Sequence[tuple[str, Sequence[tuple[float | None, str]]]]) -> str:
    """Draw a panel beside the other: a heading, and for each name a value with its label; None has no bar.

    A value far above the others is cut and marked, so that those are seen: 3,639 s beside 5 and 15.
    """
    width = _NAME + len(panels) * (_PANEL + _GAP)
    height = _TOP + len(names) * _ROW + 16
    shapes = [_text(width / 2, 20, title, "middle", "bold")]
    for row, name in enumerate(names):
        shapes.append(_text(_NAME - 12, _middle(row), name, "end"))
    for place, (heading, values) in enumerate(panels):
        left = _NAME + place * (_PANEL + _GAP)
        shapes.append(_text(left, 52, heading, "start", "small"))
        most = _scale([value for value, _ in values if value])
        for row, (value, label) in enumerate(values):
            long, cut = 0, ""
            if value is not None:
                long = min(_PANEL, max(2, round(_PANEL * value / most)))
                cut = "» " if value > most else ""
                shapes.append(f'<rect class="room" x="{left}" y="{_middle(row) - 9}" width="{long}" height="18"/>')
            shapes.append(_text(left + long + 6, _middle(row), cut + label, "start", "small"))
    return svg.picture(width, height, title, shapes)


def _scale(values: Sequence[float]) -> float:
    """Return the value that fills a panel: the largest that is at most ten times the middle one."""
    if not values:
        return 1.0
    middle = statistics.median_low(values)
    return max(value for value in values if value <= 10 * middle)


def _middle(row: int) -> int:
    return _TOP + row * _ROW + _ROW // 2


def lines(title: str, sizes: Sequence[int], curves: Mapping[str, Sequence[float]]) -> str:
    """Draw curves on two logarithmic scales: users to the right, seconds upwards, a grid line a power of ten."""
    width, height, left, top, wide, high = 860, 480, 80, 50, 560, 370
    every = [*chain.from_iterable(curves.values())]
    lowest = math.floor(math.log10(max(0.001, min(every))))
    highest = math.ceil(math.log10(max(every)))
    first, last = math.log10(min(sizes)), math.log10(max(sizes))

    def at(size: float, cost: float) -> tuple[int, int]:
        x = left + wide * (math.log10(size) - first) / max(last - first, 0.001)
        y = top + high * (highest - math.log10(max(cost, 10**lowest))) / max(highest - lowest, 1)
        return round(x), round(y)

    shapes = [_text(width / 2, 20, title, "middle", "bold")]
    for power in range(lowest, highest + 1):
        _, y = at(min(sizes), 10**power)
        shapes.append(svg.arrow([(left, y), (left + wide, y)], "life", tip=False))
        shapes.append(_text(left - 8, y, f"{10.0**power:g} s", "end", "small"))
    for size in sizes:
        x, _ = at(size, 1)
        shapes.append(_text(x, top + high + 20, f"{size:,}", "middle", "small"))
    shapes.append(_text(left + wide / 2, top + high + 42, "users", "middle", "small"))
    taken: list[int] = []
    for ink, (name, costs) in zip(_INKS, curves.items(), strict=False):
        points = list(map(at, sizes, costs))
        trace = "L".join(f"{x} {y}" for x, y in points)
        shapes.append(f'<path d="M{trace}" style="stroke:{ink};stroke-width:2.2"/>')
        y = points[-1][1]
        while any(abs(y - other) < 17 for other in taken):
            y += 17
        taken.append(y)
        shapes.append(_text(left + wide + 12, y, name, "start"))
    return svg.picture(width, height, title, shapes)


def _text(x: float, y: float, text: str, anchor: str, style: str = "") -> str:
    return f'<text class="{style}" x="{x:.0f}" y="{y:.0f}" style="text-anchor:{anchor}">{escape(text)}</text>'
