"""Sentences said on a run, shortened until they fit beside its other columns."""

from collections.abc import Iterable

from revoker.adapters.tables.columns import as_json

# A row holds 1 MiB (docs/graph-facts.md#tables): this leaves the rest of a run sixteen times as much.
_MOST_BYTES = 60_000


def fitting(sentences: Iterable[str]) -> tuple[str, ...]:
    """Return sentences that fit: the longest is halved as often as need be, so the last one said is kept whole."""
    kept = list(sentences)
    while len(as_json(kept).encode("utf-16-le")) > _MOST_BYTES:
        longest = max(range(len(kept)), key=lambda index: len(kept[index]))
        kept[longest] = f"{kept[longest][: len(kept[longest]) // 2]} …"
    return tuple(kept)
