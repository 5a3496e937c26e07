"""`python -m local.draw` (make pictures): write every picture of the documents beside its text."""

from collections.abc import Iterator
from pathlib import Path

from local.draw import flow, sequence

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


def drawn() -> Iterator[tuple[Path, str]]:
    """Yield every picture's file and what should be in it."""
    for text in sorted(PICTURES.glob("*.toml")):
        yield text.with_suffix(".svg"), flow.draw(text.read_text(encoding="utf-8"))
    for text in sorted(PICTURES.glob("*.seq.txt")):
        yield text.with_name(text.name.replace(".seq.txt", ".svg")), sequence.draw(text.read_text(encoding="utf-8"))


if __name__ == "__main__":
    for path, content in drawn():
        path.write_text(content, encoding="utf-8")
        print(path.relative_to(PICTURES.parents[1]))
