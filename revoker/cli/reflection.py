"""Read from the fields of what a command is asked how it is typed: its parameters and its shape."""

import inspect
from dataclasses import MISSING, fields
from enum import StrEnum
from typing import Any, get_args, get_type_hints

import typer

from revoker.cli.typed.shape import Option, Shape, Takes


def parameter(asked: type, name: str) -> inspect.Parameter:
    """Return a field as a parameter, as the parser wants it."""
    hints, found = get_type_hints(asked, include_extras=True), {field.name: field for field in fields(asked)}
    default = found[name].default
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=inspect.Parameter.empty if default is MISSING else default,
        annotation=hints[name],
    )


def shape_of(path: str, asked: type) -> Shape:
    """Read a command's shape from its fields: a list takes many values, a truth none, an enumeration its words."""
    options: dict[str, Option] = {}
    words = 0
    for field in fields(asked):
        kind, info = get_args(get_type_hints(asked, include_extras=True)[field.name])
        if isinstance(info, typer.models.ArgumentInfo):
            words += 1
            continue
        names = [info.default, *(info.param_decls or ())]
        for name in names:
            options[name] = Option(names[0], _takes(kind), _values(kind))
    return Shape(path, options, words)


def _takes(kind: Any) -> Takes:  # noqa: ANN401 - a type, whatever it is
    if kind is bool:
        return Takes.NONE
    return Takes.MANY if any(getattr(part, "__origin__", None) is list for part in get_args(kind)) else Takes.ONE


def _values(kind: Any) -> tuple[str, ...]:  # noqa: ANN401 - a type, whatever it is
    for part in [kind, *get_args(kind), *(inner for outer in get_args(kind) for inner in get_args(outer))]:
        if isinstance(part, type) and issubclass(part, StrEnum):
            return tuple(part)
    return ()
