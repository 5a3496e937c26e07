"""Write the page, its pictures, and the README's lines from the results."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import picture
from .grown import curves, grown_in
from .page import page
from .panels import panels
from .readme import readme_lines, with_lines


def publish(results: Mapping[str, Any], root: Path) -> None:
    """Write everything below a checkout's root; the README's lines where there is a README."""
    pictures = root / "docs" / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    (root / "docs" / "benchmark.md").write_text(page(results), encoding="utf-8")
    names, drawn = panels(results)
    bars = picture.bars("Who is how fast, who loses whom", names, drawn)
    (pictures / "benchmark.svg").write_text(bars, encoding="utf-8")
    grown = grown_in(results)
    if len(grown) > 1:
        lines = picture.lines("Seconds by users", [each.users for each in grown], curves(grown))
        (pictures / "growth.svg").write_text(lines, encoding="utf-8")
    front = root / "README.md"
    if front.exists():
        text = with_lines(front.read_text(encoding="utf-8"), readme_lines(results))
        front.write_text(text, encoding="utf-8")
