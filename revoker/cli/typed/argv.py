"""The words of a command line, made regular before the parser sees them; what is near a command or option is explained.

Options that may stand before the command move behind it, ``--user a b`` becomes ``--user a --user b``, dashes that an
editor made long become short. What would be guessing is refused, in one line.
"""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field

from revoker.cli.ending import UsageError
from revoker.cli.typed import nearly
from revoker.cli.typed.dashes import DASHES, is_dashed, with_plain_dashes
from revoker.cli.typed.names import clean, is_user_name
from revoker.cli.typed.shape import Option, Shape, Takes

_HELP = {"--help", "-h", "--version", "--install-completion", "--show-completion"}


@dataclass(slots=True)
class _Line:
    """The line being read: what goes to the parser, what is wrong, and the option that came last."""

    shape: Shape
    out: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    last: Option | None = None
    used: int = 0


def regular(argv: Sequence[str], top: Shape) -> list[str]:
    """Return the words as the parser takes them; raises UsageError, which says what to type instead."""
    before, commands, rest, shape = _command(list(argv), top)
    if before and not commands and not _HELP & set(before):
        raise UsageError(f"Which command? {top.path} --help lists them, as in {top.path} runs {' '.join(before)}.")
    if not shape or _HELP & set(argv):
        return [*commands, *before, *rest]
    line = _Line(shape)
    for word in [*before, *rest]:
        _read(word, line)
    _left_empty(line)
    if not line.wrong:
        _extra_words(line)
    if line.wrong:
        raise UsageError(" ".join(line.wrong))
    return [*commands, *line.out, *line.words]


def _command(argv: list[str], top: Shape) -> tuple[list[str], list[str], list[str], Shape | None]:
    """Split the line: what stands before the command, the command, what follows, and the command's shape."""
    shape, before, commands, value_of = top, list[str](), list[str](), False
    while argv and shape.commands:
        word = argv.pop(0)
        if value_of or word.startswith(("-", *DASHES)):
            before.append(word)
            option = None if value_of else _any_option(word, top)
            value_of = bool(option and option.takes is not Takes.NONE and "=" not in word)
        elif word.lower() in shape.commands:
            commands.append(word.lower())
            shape = shape.commands[word.lower()]
        else:
            raise UsageError(nearly.command(word, shape.commands, shape.path))
    return before, commands, argv, shape if commands and not shape.commands else None


def _any_option(word: str, top: Shape) -> Option | None:
    """Return the option of any command by that name: those before the command are every command's own."""
    for shape in top.commands.values():
        if word in shape.options:
            return shape.options[word]
    return None


def _read(word: str, line: _Line) -> None:
    """Take one word: an option, a value of the last option, or a word of the command's own."""
    plain = with_plain_dashes(word, line.shape)
    name, equals, given = plain.partition("=")
    if name in line.shape.options:
        # Also where a value is due: "--reason --dry-run" must not become a real run for the reason "--dry-run".
        _left_empty(line)
        line.last, line.used = line.shape.options[name], 0
        if line.last.takes is Takes.NONE:
            line.out.append(line.last.name)
        elif equals:
            _value(given, line)
    elif line.last and line.last.takes is Takes.ONE and not line.used and not is_dashed(plain):
        _value(word, line)
    elif is_dashed(plain):
        line.wrong.append(nearly.option(word, line.shape.options))
        line.last = None
    elif line.last and line.last.takes is Takes.MANY:
        _value(word, line)
    else:
        line.words.append(word)


def _value(text: str, line: _Line) -> None:
    option = line.last
    assert option  # noqa: S101 - the callers have looked
    values = {value.lower(): value for value in option.values}
    if values and text.lower() not in values:
        line.wrong.append(f"{option.name} {text}{nearly.value(text, values.values())}")
    line.used += 1
    line.out += [option.name, values.get(text.lower(), text)]


def _left_empty(line: _Line) -> None:
    """Note the last option if its value is missing."""
    if line.last and line.last.takes is not Takes.NONE and not line.used:
        line.wrong.append(f"{line.last.name} needs a value.")


def _extra_words(line: _Line) -> None:
    """Explain words that belong to no option: a user without --user, a text without quotes, a second run."""
    extra = line.words[line.shape.words :]
    if not extra:
        return
    name = clean(extra[0])
    if is_user_name(name) and "--user" in line.shape.options:
        line.wrong.append(f"{extra[0]} stands alone: write --user {name}.")
        return
    for place, option in enumerate(line.out):
        known = line.shape.options.get(option)
        if known and known.takes is Takes.ONE and not known.values and option == "--reason":
            text = " ".join([line.out[place + 1], *extra])
            line.wrong.append(f"{option} takes one text, in quotes: {option} {shlex.quote(text)}")
            return
    line.wrong.append(f"{extra[0]!r} is one word too many for {line.shape.path}.")
