"""What the page says around its tables: `text.toml`."""

import tomllib
from pathlib import Path

TEXT: dict[str, str] = tomllib.loads((Path(__file__).parent / "text.toml").read_text(encoding="utf-8"))
