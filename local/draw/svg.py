"""The few shapes that the pictures are made of, as SVG text. Pure.

Colours follow the reader's light or dark setting. Text is never measured: a character counts as seven pixels wide.
"""

from collections.abc import Iterable
from html import escape

CHARACTER, LINE = 7, 17
_STYLE = """
text{font:13px system-ui,sans-serif;fill:#1b1f24;text-anchor:middle;dominant-baseline:middle}
.over{paint-order:stroke;stroke:#fff;stroke-width:5px;stroke-linejoin:round}
.bold{font-weight:600}.small{font-size:12px;fill:#57606a}
rect{fill:#f6f8fa;stroke:#8c959f}.room{fill:#ddf4ff;stroke:#218bff}.store{fill:#dafbe1;stroke:#2da44e}
.graph{fill:#fff1e5;stroke:#e16f24}.note{fill:#fff8c5;stroke:#d4a72c}.back{fill:#fff;stroke:none}
path{fill:none;stroke:#57606a;stroke-width:1.3}.life{stroke-dasharray:3 4}.dead{stroke:#cf222e;stroke-width:2.5}
marker path{fill:#57606a;stroke:none}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.small{fill:#9198a1}.over{stroke:#0d1117}
rect{fill:#161b22;stroke:#6e7681}.room{fill:#0d2d4f}.store{fill:#0f2f1a}.graph{fill:#40200a}.note{fill:#3b2e04}
.back{fill:#0d1117;stroke:none}path{stroke:#9198a1}marker path{fill:#9198a1}.dead{stroke:#ff7b72}}
"""
_MARKER = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
    '<path d="M0 0L8 4L0 8z"/></marker></defs>'
)


def picture(width: int, height: int, title: str, shapes: Iterable[str]) -> str:
    """Return the whole file; the title is what a screen reader says."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
    back = f'<rect class="back" width="{width}" height="{height}"/>'
    body = "\n".join(shapes)
    return f"{head}<title>{escape(title)}</title><style>{_STYLE}</style>{_MARKER}\n{back}\n{body}\n</svg>\n"


def box(x: int, y: int, width: int, height: int, kind: str) -> str:
    """Return a rectangle by its top left corner."""
    return f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}" rx="6"/>'


def words(x: int, y: int, lines: Iterable[str], *, first: str = "", rest: str = "small") -> str:
    """Return lines of text, centred on a point; the first line may look different from the rest."""
    written = list(lines)
    styles = [first, *[rest] * (len(written) - 1)]
    at = y - (len(written) - 1) * LINE // 2
    shown = []
    for line, style in zip(written, styles, strict=True):
        shown.append(f'<text class="{style}" x="{x}" y="{at}">{escape(line)}</text>')
        at += LINE
    return "\n".join(shown)


def arrow(points: Iterable[tuple[int, int]], style: str = "", *, tip: bool = True) -> str:
    """Return a line through points, with a tip at its end."""
    trace = "L".join(f"{x} {y}" for x, y in points)
    end = ' marker-end="url(#tip)"' if tip else ""
    return f'<path class="{style}" d="M{trace}"{end}/>'
