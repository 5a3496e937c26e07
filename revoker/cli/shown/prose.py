"""Prose as lines of a terminal. Pure."""

import textwrap


def wrapped(line: str, width: int) -> list[str]:
    """Return a line in pieces: prose breaks at words, what is indented (lists, commands to copy) stays whole.

    An option and what is wrong with it is indented, and no command.
    """
    is_option = line.startswith("  --")
    if not line or (line.startswith("  ") and not is_option):
        return [line]
    inner = "    " if is_option else ""
    return textwrap.wrap(line, width, subsequent_indent=inner, break_long_words=False, break_on_hyphens=False)
