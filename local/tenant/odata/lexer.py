"""The tokens of a filter, one after another."""

import re
from typing import NoReturn

from local.tenant.exchange import Refusal

# A quoted text (two quotes inside stand for one), a bracket or comma, or anything else without white space.
_TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|([(),])|([^\s(),']+))")


class Tokens:
    """Reads the tokens of a filter; refuses with 400 where another one was expected."""

    def __init__(self, text: str) -> None:
        self._tokens = _split(text)
        self._at = 0

    def peek(self) -> str:
        """Return the token that comes next; at the end, an empty one."""
        if self._at >= len(self._tokens):
            return ""
        return self._tokens[self._at]

    def take(self) -> str:
        """Use up the next token."""
        token = self.peek()
        if not token:
            unreadable("It ends too early.")
        self._at += 1
        return token

    def skip(self, token: str) -> bool:
        """Use up the next token if it is this one, whatever its casing."""
        if self.peek().lower() != token:
            return False
        self._at += 1
        return True

    def expect(self, token: str) -> None:
        """Use up the next token, which has to be this one."""
        if not self.skip(token):
            unreadable(f"'{token}' expected, found '{self.peek()}'.")

    def take_text(self) -> str:
        """Use up a text in single quotes and return what it stands for."""
        token = self.take()
        if not token.startswith("'"):
            unreadable(f"'{token}' is not a string in single quotes.")
        return token[1:-1].replace("''", "'")


def unreadable(message: str) -> NoReturn:
    """Refuse a filter that cannot be read."""
    raise Refusal(400, "BadRequest", f"Invalid filter clause: {message}")


def _split(text: str) -> list[str]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            unreadable(f"Syntax error at position {at} in '{text}'.")
        found.append(token[0].strip())
        at = token.end()
    return found
