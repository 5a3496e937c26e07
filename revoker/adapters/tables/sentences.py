"""What is said on a run, as the text of a column, which holds so much and no more."""

import json
from collections.abc import Iterable

# A text column holds 64 KiB in UTF-16 (Table service data model).
_MOST_BYTES = 60_000


def fitting(sentences: Iterable[str]) -> str:
    """Return sentences as a text that fits: what must be said last, that a run is cancelled, always does."""
    kept = list(sentences)
    while len((text := json.dumps(kept, ensure_ascii=False)).encode("utf-16-le")) > _MOST_BYTES:
        longest = max(range(len(kept)), key=lambda place: len(kept[place]))
        kept[longest] = f"{kept[longest][: len(kept[longest]) // 2]} …"
    return text
