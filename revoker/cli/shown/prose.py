"""Prose as lines of a terminal. Pure."""

import re
import textwrap

_COMMANDS = ("  revoker ", "  az ")
_INDENTED = re.compile(r" *")


def wrapped(line: str, width: int) -> list[str]:
    """Return a line in pieces that break at words; a command to copy stays whole, and so does a word.

    What follows an indented line stands four columns deeper, so that it is not read as a line of its own.
    """
    if not line or line.startswith(_COMMANDS):
        return [line]
    indent = _INDENTED.match(line)[0]  # type: ignore[index] # it matches nothing, too
    inner = f"{indent}    " if indent else ""
    if line.startswith("- "):
        inner = "  "
    return textwrap.wrap(
        line, width, subsequent_indent=inner, break_long_words=False, break_on_hyphens=False, replace_whitespace=False
    )
