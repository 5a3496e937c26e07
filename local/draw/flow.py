"""Boxes on a grid and the arrows between them, from TOML. Pure.

A column is 236 pixels wide and a row 118 high: box ``at = [2, 1]`` has its top left corner at (492, 146).
"""

import math
import tomllib
from dataclasses import dataclass
from typing import Any

from local.draw import svg

_COLUMN, _ROW, _WIDTH, _HEIGHT, _MARGIN = 236, 118, 186, 74, 20
_TOP = 28


@dataclass(frozen=True, slots=True)
class Box:
    """A box by its place on the grid."""

    column: int
    row: int
    kind: str
    lines: tuple[str, ...]

    @property
    def corner(self) -> tuple[int, int]:
        """Return the top left corner in pixels."""
        return _MARGIN + self.column * _COLUMN, _MARGIN + _TOP + self.row * _ROW

    @property
    def centre(self) -> tuple[int, int]:
        """Return the middle in pixels."""
        x, y = self.corner
        return x + _WIDTH // 2, y + _HEIGHT // 2


def draw(text: str) -> str:
    """Return the picture that a text describes; raises KeyError for an arrow from or to no box."""
    told = tomllib.loads(text)
    boxes = {each["name"]: _box(each) for each in told["box"]}
    shapes = [_arrow(each, boxes) for each in told["arrow"]]
    for each in boxes.values():
        shapes.append(svg.box(*each.corner, _WIDTH, _HEIGHT, each.kind))
        shapes.append(svg.words(*each.centre, each.lines, first="bold"))
    width = 2 * _MARGIN + max(each.column for each in boxes.values()) * _COLUMN + _WIDTH
    height = 2 * _MARGIN + _TOP + max(each.row for each in boxes.values()) * _ROW + _HEIGHT
    shapes.append(svg.words(width // 2, _MARGIN, [told["title"]], first="bold"))
    return svg.picture(width, height, told["title"], shapes)


def _box(told: dict[str, Any]) -> Box:
    column, row = told["at"]
    return Box(column, row, told["kind"], tuple(told["text"]))


def _arrow(told: dict[str, Any], boxes: dict[str, Box]) -> str:
    route = _down_first if told.get("first") == "down" else _across_first
    points = route(boxes[told["from"]], boxes[told["to"]])
    return svg.arrow(points) + _label(told.get("label", ""), points[-2], points[-1])


def _label(text: str, start: tuple[int, int], end: tuple[int, int]) -> str:
    """Return what is written at the middle of an arrow's last stretch: above one that goes across, else beside it."""
    if not text:
        return ""
    lines = text.split("|")
    x, y = (start[0] + end[0]) // 2, (start[1] + end[1]) // 2
    if start[1] == end[1]:
        y -= 11 + (len(lines) - 1) * svg.LINE // 2
    else:
        x += 4 + svg.CHARACTER * max(map(len, lines)) // 2
    return svg.words(x, y, lines, first="small")


def _across_first(start: Box, end: Box) -> list[tuple[int, int]]:
    """Return a straight line where the boxes share a row or a column, else one that goes across and then up or down."""
    (x, y), (to_x, to_y) = start.centre, end.centre
    # From the middle of the box to its edge, towards the other box.
    right = math.copysign(_WIDTH // 2, to_x - x)
    down = math.copysign(_HEIGHT // 2, to_y - y)
    if start.row == end.row:
        return [(x + int(right), y), (to_x - int(right), to_y)]
    if start.column == end.column:
        return [(x, y + int(down)), (to_x, to_y - int(down))]
    return [(x + int(right), y), (to_x, y), (to_x, to_y - int(down))]


def _down_first(start: Box, end: Box) -> list[tuple[int, int]]:
    """Return a line that leaves a box downwards and enters the other from the side."""
    (x, y), (to_x, to_y) = start.centre, end.centre
    side = math.copysign(_WIDTH // 2, x - to_x)
    return [(x, y + _HEIGHT // 2), (x, to_y), (to_x + int(side), to_y)]
