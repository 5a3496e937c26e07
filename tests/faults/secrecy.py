"""What may stand in no log line: what authenticates, what was sent, what names a person. Pure."""

import re
from collections.abc import Iterable

from local.azurite.process import KEY

_FORBIDDEN = {
    "a token": re.compile(r"eyJ[\w-]{8}|(?i:bearer )[\w.-]"),
    "a key": re.compile(re.escape(KEY) + r"|AccountKey=|SharedKey "),
    "a body": re.compile(r"canary|rubbish|requestedAs|\"users\""),
    "a person's name": re.compile(r"(?i)[\w.'$-]@contoso|#ext#|%40contoso|rita responder"),
}


def told(lines: Iterable[str]) -> list[str]:
    """Return every breach: what was told, and the line's first words."""
    return [f"{what}: {line[:200]}" for line in lines for what, sign in _FORBIDDEN.items() if sign.search(line)]
