"""`$filter`: the forms in use, read into a condition.

Facts: `filter-query-parameter`; `aad-advanced-queries` (at most 15 alternatives in one filter).
"""

from collections.abc import Mapping

from local.tenant.exchange import Refusal
from local.tenant.odata.conditions import Condition, Field, Literal, both, compared, either, negated, one_of
from local.tenant.odata.lexer import Tokens, unreadable

_MOST_ALTERNATIVES = 15
_FUNCTIONS = ("startswith", "endswith")


def parse(text: str, fields: Mapping[str, Field], *, advanced: bool) -> Condition:
    """Read a filter over the given properties; `advanced` says whether the caller asked for an advanced query.

    Refuses with 400 what cannot be read, what a property cannot be asked, and what needs an advanced query.
    """
    tokens = Tokens(text)
    condition = _Parser(tokens, fields).alternatives()
    if tokens.peek():
        unreadable(f"Syntax error at '{tokens.peek()}' in '{text}'.")
    if condition.advanced and not advanced:
        raise Refusal(400, "Request_UnsupportedQuery", "Unsupported Query: it needs ConsistencyLevel and $count=true.")
    if condition.alternatives > _MOST_ALTERNATIVES:
        message = f"Too many child clauses specified in search filter expression: {condition.alternatives}. Max: 15."
        raise Refusal(400, "Request_UnsupportedQuery", message)
    return condition


class _Parser:
    """Recursive descent, one method a precedence level: or, and, not, and the comparisons.

    `a eq 'x' or b eq 'y' and not c eq 'z'` is read as `a or (b and (not c))`.
    """

    def __init__(self, tokens: Tokens, fields: Mapping[str, Field]) -> None:
        self._tokens = tokens
        self._fields = fields

    def alternatives(self) -> Condition:
        found = self._conjunction()
        while self._tokens.skip("or"):
            found = either(found, self._conjunction())
        return found

    def _conjunction(self) -> Condition:
        found = self._negation()
        while self._tokens.skip("and"):
            found = both(found, self._negation())
        return found

    def _negation(self) -> Condition:
        if self._tokens.skip("not"):
            return negated(self._negation())
        if self._tokens.skip("("):
            inner = self.alternatives()
            self._tokens.expect(")")
            return inner
        return self._comparison()

    def _comparison(self) -> Condition:
        name = self._tokens.take()
        # A property may be called like a function; only the bracket tells.
        if name.lower() in _FUNCTIONS and self._tokens.skip("("):
            return self._function(name.lower())
        operator = self._tokens.take().lower()
        advanced = self._allowed(name, operator)
        if operator == "in":
            return one_of(name, self._list(), advanced=advanced)
        return compared(name, operator, self._literal(name), advanced=advanced)

    def _function(self, function: str) -> Condition:
        name = self._tokens.take()
        advanced = self._allowed(name, function)
        self._tokens.expect(",")
        text = self._literal(name)
        self._tokens.expect(")")
        return compared(name, function, text, advanced=advanced)

    def _allowed(self, name: str, operator: str) -> bool:
        """Refuse what the property cannot be asked; say whether asking needs an advanced query."""
        field = self._fields.get(name)
        if field is None or operator not in field.plain | field.advanced:
            message = f"Unsupported or invalid query filter clause specified for property '{name}'."
            raise Refusal(400, "Request_UnsupportedQuery", message)
        return operator in field.advanced

    def _list(self) -> list[str]:
        self._tokens.expect("(")
        values = [self._tokens.take_text()]
        while self._tokens.skip(","):
            values.append(self._tokens.take_text())
        self._tokens.expect(")")
        return values

    def _literal(self, name: str) -> Literal:
        if self._tokens.skip("null"):
            return None
        if not self._fields[name].flag:
            return self._tokens.take_text()
        if self._tokens.skip("true"):
            return True
        if self._tokens.skip("false"):
            return False
        return unreadable(f"'{self._tokens.peek()}' is not a boolean.")
