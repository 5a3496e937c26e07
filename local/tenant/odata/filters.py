"""`$filter`: the forms in use, read into a condition.

Facts: `filter-query-parameter`, `aad-advanced-queries`.
"""

import re
from collections.abc import Mapping
from typing import NoReturn

from local.tenant.exchange import Refusal
from local.tenant.odata.conditions import Condition, Field, Literal, all_of, any_of, compared, negated, one_of

_MOST_ALTERNATIVES = 15
_TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|([(),])|([^\s(),']+))")
_FUNCTIONS = ("startswith", "endswith")


def parse(text: str, fields: Mapping[str, Field], *, advanced: bool) -> Condition:
    """Read a filter over the given properties; `advanced` says whether the caller asked for an advanced query."""
    reader = _Parser(_tokens(text), fields)
    condition = reader.alternatives()
    if reader.peek():
        _unreadable(f"Syntax error at '{reader.peek()}' in '{text}'.")
    if condition.advanced and not advanced:
        raise Refusal(400, "Request_UnsupportedQuery", "Unsupported Query: it needs ConsistencyLevel and $count=true.")
    if condition.alternatives > _MOST_ALTERNATIVES:
        message = f"Too many child clauses specified in search filter expression: {condition.alternatives}. Max: 15."
        raise Refusal(400, "Request_UnsupportedQuery", message)
    return condition


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            _unreadable(f"Syntax error at position {at} in '{text}'.")
        found.append(token[0].strip())
        at = token.end()
    return found


class _Parser:
    """One method a precedence level: or, and, not, and the comparisons."""

    def __init__(self, tokens: list[str], fields: Mapping[str, Field]) -> None:
        self._tokens = tokens
        self._fields = fields
        self._at = 0

    def peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def alternatives(self) -> Condition:
        parts = [self._conjunction()]
        while self._skip("or"):
            parts.append(self._conjunction())
        return any_of(parts) if len(parts) > 1 else parts[0]

    def _conjunction(self) -> Condition:
        parts = [self._negation()]
        while self._skip("and"):
            parts.append(self._negation())
        return all_of(parts) if len(parts) > 1 else parts[0]

    def _negation(self) -> Condition:
        if self._skip("not"):
            return negated(self._negation())
        if self._skip("("):
            inner = self.alternatives()
            self._expect(")")
            return inner
        return self._comparison()

    def _comparison(self) -> Condition:
        name = self._next()
        if name.lower() in _FUNCTIONS and self._skip("("):
            return self._function(name.lower())
        operator = self._next().lower()
        advanced = self._allowed(name, operator)
        if operator == "in":
            return one_of(name, self._list(), advanced=advanced)
        return compared(name, operator, self._literal(name), advanced=advanced)

    def _function(self, function: str) -> Condition:
        name = self._next()
        advanced = self._allowed(name, function)
        self._expect(",")
        text = self._literal(name)
        self._expect(")")
        return compared(name, function, text, advanced=advanced)

    def _allowed(self, name: str, operator: str) -> bool:
        """Refuse what the property cannot be asked; say whether asking needs an advanced query."""
        field = self._fields.get(name)
        if field is None or operator not in field.plain | field.advanced:
            message = f"Unsupported or invalid query filter clause specified for property '{name}'."
            raise Refusal(400, "Request_UnsupportedQuery", message)
        return operator in field.advanced

    def _list(self) -> list[str]:
        self._expect("(")
        values = [_unquote(self._next())]
        while self._skip(","):
            values.append(_unquote(self._next()))
        self._expect(")")
        return values

    def _literal(self, name: str) -> Literal:
        token = self._next()
        if token.lower() == "null":
            return None
        if not self._fields[name].flag:
            return _unquote(token)
        if token.lower() not in ("true", "false"):
            _unreadable(f"'{token}' is not a boolean.")
        return token.lower() == "true"

    def _next(self) -> str:
        token = self.peek()
        if not token:
            _unreadable("It ends too early.")
        self._at += 1
        return token

    def _skip(self, token: str) -> bool:
        if self.peek().lower() != token:
            return False
        self._at += 1
        return True

    def _expect(self, token: str) -> None:
        if not self._skip(token):
            _unreadable(f"'{token}' expected, found '{self.peek()}'.")


def _unquote(token: str) -> str:
    if not token.startswith("'"):
        _unreadable(f"'{token}' is not a string in single quotes.")
    return token[1:-1].replace("''", "'")


def _unreadable(message: str) -> NoReturn:
    raise Refusal(400, "BadRequest", f"Invalid filter clause: {message}")
