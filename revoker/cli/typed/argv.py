"""The words of a command line, made regular before the parser sees them; what is near a command or option is explained.

Options that may stand before the command move behind it, ``--user a b`` becomes ``--user a --user b``, dashes that an
editor made long become short. What would be guessing is refused, in one line.
"""

import shlex
from collections.abc import Sequence

from revoker.cli.ending import UsageError
from revoker.cli.typed import nearly
from revoker.cli.typed.dashes import DASHES, with_plain_dashes
from revoker.cli.typed.line import Line
from revoker.cli.typed.names import clean, is_user_name
from revoker.cli.typed.shape import Option, Shape, Takes

_HELP, _VERSION, _COMPLETION = {"--help", "-h"}, {"--version", "-V"}, {"--install-completion", "--show-completion"}


def regular(argv: Sequence[str], top: Shape) -> list[str]:
    """Return the words as the parser takes them; raises UsageError, which says what to type instead."""
    if _COMPLETION & set(argv):
        return list(argv)
    before, commands, rest, shape = _command(list(argv), top)
    # Wherever they stand, also where a value is due: "--reason -h" must not become a real run for the reason "-h".
    if _HELP & set(argv):
        return [*commands, "--help"]
    if _VERSION & set(argv):
        return ["--version"]
    if before and not commands:
        raise UsageError(f"Which command? {top.path} --help lists them, as in {top.path} runs {' '.join(before)}.")
    return [*commands, *(_of_command([*before, *rest], shape) if shape else rest)]


def _of_command(words: Sequence[str], shape: Shape) -> list[str]:
    """Return a command's words, its options first; raises UsageError with all that is wrong with them."""
    line = Line(shape)
    for word in words:
        line.read(word)
    line.end()
    if not line.wrong:
        _extra_words(line)
    if line.wrong:
        raise UsageError(" ".join(line.wrong))
    return [*line.out, *line.words]


def _command(argv: list[str], top: Shape) -> tuple[list[str], list[str], list[str], Shape | None]:
    """Split the line: what stands before the command, the command, what follows, and the command's shape."""
    shape, before, commands, value_of = top, list[str](), list[str](), False
    while argv and shape.commands:
        word = argv.pop(0)
        if value_of or word.startswith(("-", *DASHES)):
            before.append(word)
            option = None if value_of or word in _HELP | _VERSION else _any_option(word, top)
            value_of = bool(option and option.takes is not Takes.NONE and "=" not in word)
        elif word.lower() in shape.commands:
            commands.append(word.lower())
            shape = shape.commands[word.lower()]
        else:
            raise UsageError(nearly.command(word, shape.commands, shape.path))
    return before, commands, argv, shape if commands and not shape.commands else None


def _any_option(word: str, top: Shape) -> Option:
    """Return the option of any command by that name: those before the command are every command's own."""
    known: dict[str, Option] = {}
    for shape in top.commands.values():
        known |= shape.options
    name = with_plain_dashes(word, Shape(top.path, known)).partition("=")[0]
    if name not in known:
        raise UsageError(nearly.option(word, known))
    return known[name]


def _extra_words(line: Line) -> None:
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
