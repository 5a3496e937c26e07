"""Just enough of Logic Apps to run our playbooks: the actions and functions they use, and an error for any other.

Strict where the service is: selecting a member of a string, or of null without `?`, fails the action.
"""

import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|(-?\d+(?:\.\d+)?)|(\w+)|(\?\[|[()\[\],]))")


class ExpressionError(Exception):
    """An expression that the service would fail on."""


@dataclass
class Outside:
    """What the workflow meets: the answer to its HTTP call, and whether comments can be written."""

    http: Callable[[dict[str, Any]], tuple[str, dict[str, Any] | None]]
    comment_status: str = "Succeeded"
    # How a scope or a condition ends in which an action timed out: the documentation names both words, so play both.
    timed_out_within: str = "TimedOut"
    called: list[dict[str, Any]] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)


class Workflow:
    """One run of a workflow."""

    def __init__(self, definition: dict[str, Any], trigger: Any, outside: Outside) -> None:  # noqa: ANN401 - any JSON
        self.definition, self.trigger, self.outside = definition, trigger, outside
        self.results: dict[str, dict[str, Any]] = {}
        self.status = "Running"
        self.item: Any = None

    def run(self) -> str:
        """Run every action; return the run's status."""
        ended = self._all(self.definition["actions"])
        if self.status == "Running":
            self.status = ended
        return self.status

    def _all(self, actions: dict[str, Any]) -> str:
        """Run actions in the order of runAfter; a failure that a later action took care of is none."""
        left, cared_for = dict(actions), set()
        while left and self.status == "Running":
            name = next(n for n, action in left.items() if not set(action.get("runAfter", {})) & set(left))
            action = left.pop(name)
            after = action.get("runAfter", {})
            if all(self.results[before]["status"] in allowed for before, allowed in after.items()):
                cared_for |= set(after)
                self._one(name, action)
            else:
                self.results[name] = {"status": "Skipped"}
        ends = {self.results.get(name, {}).get("status") for name in set(actions) - cared_for}
        if "Failed" in ends:
            return "Failed"
        return self.outside.timed_out_within if "TimedOut" in ends else "Succeeded"

    def _one(self, name: str, action: dict[str, Any]) -> None:
        try:
            status, outputs = getattr(self, f"_{action['type'].lower()}")(action)
        except ExpressionError as error:
            status, outputs = "Failed", {"error": str(error)}
        self.results[name] = {"status": status, "outputs": outputs}

    def _scope(self, action: dict[str, Any]) -> tuple[str, Any]:
        return self._all(action["actions"]), None

    def _if(self, action: dict[str, Any]) -> tuple[str, Any]:
        chosen = self.value(action["expression"])
        if not isinstance(chosen, bool):
            raise ExpressionError(f"a condition is {chosen!r}")
        return self._all(action["actions"] if chosen else action["else"]["actions"]), None

    def _http(self, action: dict[str, Any]) -> tuple[str, Any]:
        inputs = self.value(action["inputs"])
        self.outside.called.append(inputs)
        return self.outside.http(inputs)

    def _apiconnection(self, action: dict[str, Any]) -> tuple[str, Any]:
        inputs = self.value({key: value for key, value in action["inputs"].items() if key != "host"})
        self.outside.comments.append(inputs)
        return self.outside.comment_status, {"statusCode": 200, "body": {}}

    def _compose(self, action: dict[str, Any]) -> tuple[str, Any]:
        return "Succeeded", self.value(action["inputs"])

    def _select(self, action: dict[str, Any]) -> tuple[str, Any]:
        return "Succeeded", {"body": list(self._each(action["inputs"]["from"], action["inputs"]["select"]))}

    def _query(self, action: dict[str, Any]) -> tuple[str, Any]:
        source = self.value(action["inputs"]["from"])
        kept = list(self._each(source, action["inputs"]["where"]))
        return "Succeeded", {"body": [item for item, keep in zip(source, kept, strict=True) if keep]}

    def _table(self, action: dict[str, Any]) -> tuple[str, Any]:
        rows = self.value(action["inputs"]["from"])
        names = list(rows[0]) if rows else []
        lines = [names, *([row[name] for name in names] for row in rows)]
        cells = "".join("<tr>" + "".join(f"<td>{html.escape(str(c))}</td>" for c in line) + "</tr>" for line in lines)
        return "Succeeded", {"body": f"<table>{cells}</table>"}

    def _terminate(self, action: dict[str, Any]) -> tuple[str, Any]:
        self.status = action["inputs"]["runStatus"]
        return "Succeeded", None

    def _each(self, source: Any, template: Any) -> Iterator[Any]:  # noqa: ANN401 - any JSON
        items = self.value(source)
        if not isinstance(items, list):
            raise ExpressionError(f"an array was wanted, not {items!r}")
        for self.item in items:
            yield self.value(template)

    def value(self, template: Any) -> Any:  # noqa: ANN401 - any JSON
        """Return a template with its expressions evaluated."""
        if isinstance(template, dict):
            return {key: self.value(entry) for key, entry in template.items()}
        if isinstance(template, list):
            return [self.value(entry) for entry in template]
        if not isinstance(template, str) or "@" not in template:
            return template
        if template.startswith("@") and not template.startswith(("@{", "@@")):
            return Expression(template[1:], self).value()
        return re.sub(r"@\{((?:'[^']*'|[^'}])*)\}", lambda m: as_text(Expression(m[1], self).value()), template)


def as_text(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Return a value as the service writes it into text."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


class Expression:
    """One expression, evaluated as it is read."""

    def __init__(self, text: str, run: Workflow) -> None:
        self.run = run
        self.tokens, at = [], 0
        while at < len(text.rstrip()):
            match = TOKEN.match(text, at)
            if match is None:
                raise ExpressionError(f"cannot read {text[at:]!r}")
            self.tokens.append(match[0].strip())
            at = match.end()

    def value(self) -> Any:  # noqa: ANN401 - any JSON
        """Return what the whole expression comes to."""
        value = self._postfix()
        if self.tokens:
            raise ExpressionError(f"left over: {self.tokens}")
        return value

    def _postfix(self) -> Any:  # noqa: ANN401 - any JSON
        value = self._primary()
        while self.tokens and self.tokens[0] in {"[", "?["}:
            lenient = self.tokens.pop(0) == "?["
            key = self._postfix()
            self._take("]")
            value = member(value, key, lenient=lenient)
        return value

    def _primary(self) -> Any:  # noqa: ANN401 - any JSON
        token = self.tokens.pop(0)
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if token in {"true", "false", "null"} or re.fullmatch(r"-?\d+(\.\d+)?", token):
            return json.loads(token)
        self._take("(")
        arguments = []
        while self.tokens[0] != ")":
            arguments.append(self._postfix())
            if self.tokens[0] == ",":
                self._take(",")
        self._take(")")
        return call(token, arguments, self.run)

    def _take(self, wanted: str) -> None:
        if not self.tokens or self.tokens.pop(0) != wanted:
            raise ExpressionError(f"{wanted} was wanted")


def member(value: Any, key: Any, *, lenient: bool) -> Any:  # noqa: ANN401 - any JSON
    """Return a member of an object; names are found without regard to case, as the service does."""
    if value is None and lenient:
        return None
    if not isinstance(value, dict):
        raise ExpressionError(f"{key!r} of {value!r}")
    for name, entry in value.items():
        if name.lower() == key.lower():
            return entry
    if lenient:
        return None
    raise ExpressionError(f"no {key!r} in {sorted(value)}")


def _result(run: Workflow, name: str) -> dict[str, Any]:
    if name not in run.results:
        raise ExpressionError(f"{name} has not run")
    return run.results[name]


def _outputs(run: Workflow, name: str) -> Any:  # noqa: ANN401 - any JSON
    return _result(run, name).get("outputs")


def _want(kind: type | tuple[type, ...], value: Any) -> Any:  # noqa: ANN401 - any JSON
    if not isinstance(value, kind):
        raise ExpressionError(f"{value!r} is not {kind}")
    return value


def _substring(text: str, start: int, length: int) -> str:
    if start + length > len(_want(str, text)):
        raise ExpressionError("beyond the end")
    return text[start : start + length]


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "actions": _result,
    "body": lambda run, name: member(_outputs(run, name), "body", lenient=True),
    "coalesce": lambda _run, *values: next((value for value in values if value is not None), None),
    "empty": lambda _run, value: not value,
    "equals": lambda _run, one, other: one == other,
    "greater": lambda _run, one, other: _want((int, float), one) > other,
    "if": lambda _run, condition, yes, no: yes if _want(bool, condition) else no,
    "item": lambda run: run.item,
    "join": lambda _run, parts, between: between.join(map(as_text, _want(list, parts))),
    "length": lambda _run, value: len(_want((str, list), value)),
    "min": lambda _run, *values: min(values),
    "not": lambda _run, value: not _want(bool, value),
    "outputs": _outputs,
    "replace": lambda _run, text, old, new: _want(str, text).replace(old, new),
    "string": lambda _run, value: as_text(value),
    "substring": lambda _run, text, start, length: _substring(text, start, length),
    "triggerBody": lambda run: run.trigger,
    "workflow": lambda _run: {"run": {"name": "08584000000000000000000000000CU00"}},
}


def call(name: str, arguments: list[Any], run: Workflow) -> Any:  # noqa: ANN401 - any JSON
    """Return what a function comes to."""
    if name not in FUNCTIONS:
        raise ExpressionError(f"no function {name}")
    return FUNCTIONS[name](run, *arguments)
