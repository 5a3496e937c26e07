"""The pictures of the documents: up to date with their texts, and drawn from any text that can be read."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from local.draw import flow, sequence
from local.draw.__main__ import drawn

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(("path", "content"), list(drawn()), ids=lambda given: getattr(given, "name", ""))
def test_each_picture_is_up_to_date(path: Path, content: str) -> None:
    """After a change of the text, or of the drawing code, `make pictures` was run."""
    assert content == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("path", "content"), list(drawn()), ids=lambda given: getattr(given, "name", ""))
def test_each_picture_stays_in_its_frame(path: Path, content: str) -> None:
    """No box and no text lies outside of what is shown, and a screen reader has a title to say."""
    root = ET.fromstring(content)  # noqa: S314 - our own text
    width, height = map(float, root.attrib["viewBox"].split()[2:])

    assert root.findtext(f"{SVG}title"), path
    for box in root.iter(f"{SVG}rect"):
        left, top = float(box.get("x", 0)), float(box.get("y", 0))
        assert left >= 0
        assert left + float(box.attrib["width"]) <= width
        assert top + float(box.attrib["height"]) <= height
    for text in root.iter(f"{SVG}text"):
        half = len(text.text or "") * 7 / 2
        assert half <= float(text.attrib["x"]) <= width - half, text.text


BOXES = """
title = "T"
box = [
  { name = "a", at = [0, 0], kind = "room", text = ["A"] },
  { name = "b", at = [1, 0], kind = "room", text = ["B"] },
  { name = "c", at = [1, 1], kind = "store", text = ["C"] },
]
"""


@pytest.mark.parametrize(
    ("arrow", "trace"),
    [
        ('from = "a", to = "b"', "M206 85L256 85"),
        ('from = "b", to = "a"', "M256 85L206 85"),
        ('from = "b", to = "c"', "M349 122L349 166"),
        ('from = "c", to = "b"', "M349 166L349 122"),
        ('from = "a", to = "c"', "M206 85L349 85L349 166"),
        ('from = "a", to = "c", first = "down"', "M113 122L113 203L256 203"),
    ],
)
def test_an_arrow_leads_from_edge_to_edge(arrow: str, trace: str) -> None:
    """Straight along a row or a column, else with one corner."""
    assert f'd="{trace}"' in flow.draw(f"{BOXES}arrow = [{{ {arrow} }}]")


def test_an_arrow_needs_its_boxes() -> None:
    """A name that is misspelt is told, not left out."""
    with pytest.raises(KeyError, match="d"):
        flow.draw(f'{BOXES}arrow = [{{ from = "a", to = "d" }}]')


def test_a_sequence_is_read_line_by_line() -> None:
    """A message, a note, a death, and time that passes."""
    title, actors, steps = sequence.read("title: T\nactors: a, b\na -> b: go: on|now\nb: thinks\n\nb dies\n-- later\n")

    assert ("T", ["a", "b"]) == (title, actors)
    assert [
        sequence.Step("a", "b", "go: on|now"),
        sequence.Step("b", text="thinks"),
        sequence.Step("b"),
        sequence.Step(text="later"),
    ] == steps
    assert ["go: on", "now"] == steps[0].lines


@pytest.mark.parametrize(
    ("line", "complaint"),
    [("a > b", "not a step: a > b"), ("a -> c: hello", "no such actor"), ("c dies", "no such actor")],
)
def test_a_line_that_is_no_step_is_told(line: str, complaint: str) -> None:
    """A picture must not lose a step by a slip."""
    with pytest.raises(ValueError, match=complaint):
        sequence.read(f"title: T\nactors: a, b\n{line}")


def test_names_are_text() -> None:
    """What is a sign of XML in a text is shown as it is."""
    assert "a &lt;b&gt;" in sequence.draw("title: a <b>\nactors: x, y\nx -> y: 1 < 2")
