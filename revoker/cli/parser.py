"""The command line: every command with its options, from the values in ``typed.asked``, by typer."""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from revoker.cli.ending import UsageError
from revoker.cli.reflection import parameter, shape_of
from revoker.cli.typed import argv as line
from revoker.cli.typed.shape import Shape
from revoker.cli.words import VERSION

_EPILOG = """\
Exit codes: 0 done. 1 users are not done. 2 wrong use, or the API refused. 3 the run is cancelled or awaits approval.
4 the API cannot be reached, or failed. 5 the run failed. 70 a defect of this command.
74 the output cannot be written. 124 --timeout is over. 130 Ctrl-C. 141 the output's reader has gone.
A run that was started continues in every case.

Environment: REVOKE_API, REVOKE_TOKEN, REVOKE_AUDIENCE."""

_NOT_INSTALLED = "The shell's own start-up file cannot be written"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the operator chose: a command's function, by name, and what it was asked."""

    command: str
    asked: Any


class _Grouped(TyperCommand):
    """A command with help that shows its options in groups."""

    def format_options(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - typer keeps these types to itself
        """Write a section a group, in the order in which the groups come first."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record:
                sections.setdefault(getattr(param, "rich_help_panel", None) or "Other", []).append(record)
        for title, records in sections.items():
            with formatter.section(title):
                formatter.write_dl(records)


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        typer.echo(f"revoker {VERSION}")
        raise typer.Exit


def _top(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """End Microsoft 365 sign-in sessions, over Revoker's API."""


class Commands:
    """The commands under one word; ``add`` registers one more."""

    def __init__(self) -> None:
        settings = {"help_option_names": ["--help", "-h"]}
        self.app = typer.Typer(
            rich_markup_mode=None,
            no_args_is_help=True,
            pretty_exceptions_enable=False,
            context_settings=settings,
            epilog=_EPILOG,
        )
        self.app.callback()(_top)
        self.sweeps = typer.Typer(rich_markup_mode=None, no_args_is_help=True, context_settings=settings)
        self._kinds: dict[str, type] = {}

    def add(self, name: str, asked: type, text: str) -> None:
        """Register a command, as in ``status`` or ``sweeps list``; its options are the fields of ``asked``."""

        def chosen(**given: object) -> Chosen:
            return Chosen(name, asked(**given))

        parameters = [parameter(asked, field.name) for field in fields(asked)]
        chosen.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        chosen.__annotations__ = {one.name: one.annotation for one in parameters}
        chosen.__doc__ = text
        group, _, last = name.rpartition(" ")
        {"": self.app, "sweeps": self.sweeps}[group].command(last, cls=_Grouped)(chosen)
        self._kinds[name] = asked

    def parse(self, argv: Sequence[str]) -> Chosen | int:
        """Return what was chosen, or an exit code where help was shown; raises UsageError in one line."""
        words = line.regular(argv, self.shape)
        try:
            found = self._parser.main(args=words, prog_name="revoker", standalone_mode=False)
        except typer.TyperException as error:
            raise UsageError(error.format_message()) from None
        except (OSError, RuntimeError) as error:
            if "--install-completion" not in words:
                raise
            why = getattr(error, "strerror", None) or error
            raise UsageError(f"{_NOT_INSTALLED} ({why}): add what revoker --show-completion prints to it.") from None
        if isinstance(found, int) and found:
            raise UsageError("No shell that Tab could complete in is found: it works in bash, zsh, fish, PowerShell.")
        return found if isinstance(found, Chosen) else 0

    @cached_property
    def _parser(self) -> Any:  # noqa: ANN401 - typer keeps this type to itself
        """The parser, made once all commands are there."""
        return typer.main.get_command(self.app)

    @cached_property
    def shape(self) -> Shape:
        """The shape of all commands."""
        tops: dict[str, Shape] = {}
        sweeps: dict[str, Shape] = {}
        for name, asked in self._kinds.items():
            place, _, last = name.rpartition(" ")
            {"": tops, "sweeps": sweeps}[place][last] = shape_of(f"revoker {name}", asked)
        tops["sweeps"] = Shape("revoker sweeps", commands=sweeps)
        return Shape("revoker", commands=tops)
