"""Messages between actors in their order, from a text of one line a step. Pure."""

import re
from dataclasses import dataclass

from local.draw import svg

_COLUMN, _MARGIN, _HEAD = 176, 20, 58
_MESSAGE = re.compile(r"(.+?) -> (.+?): (.+)")
_NOTE = re.compile(r"(.+?): (.+)")
_DEATH = re.compile(r"(.+) dies")


@dataclass(frozen=True, slots=True)
class Step:
    """One line: a message, a note (no ``to``), a death (no text), or time that passes (no ``actor``)."""

    actor: str = ""
    to: str = ""
    text: str = ""

    @property
    def lines(self) -> list[str]:
        """Return the text as lines; a death has one that is empty."""
        return list(map(str.strip, self.text.split("|")))

    @property
    def height(self) -> int:
        """Return how much room the step takes, in pixels."""
        return 26 + svg.LINE * len(self.lines)


def read(text: str) -> tuple[str, list[str], list[Step]]:
    """Return title, actors and steps; raises ValueError for a line that is none, or an actor that is not named."""
    head, actors, *rest = filter(str.strip, text.splitlines())
    names = list(map(str.strip, actors.removeprefix("actors:").split(",")))
    steps: list[Step] = []
    for line in rest:
        step = _step(line)
        if not {step.actor, step.to} <= {*names, ""}:
            raise ValueError(f"no such actor: {step}")
        steps.append(step)
    return head.removeprefix("title:").strip(), names, steps


def _step(line: str) -> Step:
    if line.startswith("--"):
        return Step(text=line.removeprefix("--").strip())
    if found := _MESSAGE.fullmatch(line):
        return Step(*found.groups())
    if found := _NOTE.fullmatch(line):
        return Step(actor=found[1], text=found[2])
    if found := _DEATH.fullmatch(line):
        return Step(actor=found[1])
    raise ValueError(f"not a step: {line}")


def draw(text: str) -> str:
    """Return the picture that a text describes."""
    title, names, steps = read(text)
    at = {name: _MARGIN + _COLUMN // 2 + number * _COLUMN for number, name in enumerate(names)}
    width = 2 * _MARGIN + len(names) * _COLUMN
    y, shapes, ends = _MARGIN + _HEAD, [], {}
    for step in steps:
        y += step.height
        if step.actor and not step.text:
            ends[step.actor] = y
        shapes.append(_shape(step, at, y, width))
    lives = []
    for name in names:
        lives.append(_life(at[name], ends.get(name, y + _MARGIN), name))
        if name in ends:
            lives.append(_cross(at[name], ends[name]))
    heading = svg.words(width // 2, _MARGIN, [title], first="bold")
    return svg.picture(width, y + 2 * _MARGIN, title, [heading, *lives, *shapes])


def _life(x: int, end: int, name: str) -> str:
    line = svg.arrow([(x, _MARGIN + _HEAD), (x, end)], "life", tip=False)
    head = svg.box(x - 72, _MARGIN + 18, 144, 34, "room") + svg.words(x, _MARGIN + 35, [name], first="bold")
    return line + head


def _cross(x: int, y: int) -> str:
    strokes = [[(x - 8, y - 8), (x + 8, y + 8)], [(x - 8, y + 8), (x + 8, y - 8)]]
    return "".join(svg.arrow(stroke, "dead", tip=False) for stroke in strokes)


def _shape(step: Step, at: dict[str, int], y: int, width: int) -> str:
    if step.to:
        return _message(at[step.actor], at[step.to], y, step.lines)
    if step.actor and step.text:
        return _note(at[step.actor], y, step.lines, width)
    if step.text:
        return svg.box(_MARGIN, y - 14, width - 2 * _MARGIN, 24, "note") + svg.words(width // 2, y - 2, step.lines)
    return ""


def _message(x: int, to: int, y: int, lines: list[str]) -> str:
    lift = 11 + (len(lines) - 1) * svg.LINE // 2
    return svg.arrow([(x, y), (to, y)]) + svg.words((x + to) // 2, y - lift, lines, first="over", rest="over")


def _note(x: int, y: int, lines: list[str], width: int) -> str:
    """Return a note over a life line, moved inwards where the picture would end."""
    half = svg.CHARACTER * max(map(len, lines)) // 2 + 8
    middle = min(max(x, _MARGIN + half), width - _MARGIN - half)
    high = svg.LINE * len(lines) + 8
    return svg.box(middle - half, y - high + 6, 2 * half, high, "note") + svg.words(
        middle, y - high // 2 + 6, lines, rest=""
    )
