"""Text that a person chose, in one line that forges no other: for titles, names and reasons."""

import re

# C0 and C1 drive terminals; Unicode's bidirectional marks show a text in another order than it is stored in
# (Unicode Technical Report 36, "Bidirectional Text Spoofing"); a lone surrogate cannot be stored.
_BREAKS = re.compile(r"[\t-\r\x85\u2028\u2029]+")
_HARMFUL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def one_line(text: str) -> str:
    """Return a text with a blank for each break and a question mark for any other control character, trimmed.

    Replaced and not refused: a title is an intruder's to choose, and must not keep a run from being started.
    """
    return _HARMFUL.sub("?", _BREAKS.sub(" ", text)).strip()


def is_plain(text: str) -> bool:
    """Whether a text is one line without control characters."""
    return not (_BREAKS.search(text) or _HARMFUL.search(text))
