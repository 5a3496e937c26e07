"""One command's words, read one by one: options, their values, the command's own words. Nothing is guessed."""

import re
from dataclasses import dataclass, field

from revoker.cli.typed import nearly
from revoker.cli.typed.dashes import is_dashed, with_plain_dashes
from revoker.cli.typed.shape import Option, Shape, Takes

_LIKE_A_VALUE = re.compile(r"-\d|-.*\s")  # -5, or a text with spaces: no option looks so


@dataclass(slots=True)
class Line:
    """The line being read: what goes to the parser, what is wrong, and the option that came last."""

    shape: Shape
    out: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    last: Option | None = None
    _used: int = 0
    _given: dict[str, str] = field(default_factory=dict)

    def read(self, word: str) -> None:
        """Take one word: an option, a value of the last option, or a word of the command's own."""
        plain = with_plain_dashes(word, self.shape)
        name, equals, given = plain.partition("=")
        if name in self.shape.options:
            # Also where a value is due: "--reason --dry-run" must not become a real run for the reason "--dry-run".
            self.end()
            self.last, self._used = self.shape.options[name], 0
            if self.last.takes is Takes.NONE:
                self.out.append(self.last.name)
            elif equals:
                self._value(given, self.last)
        elif self.last and self._is_due and not is_dashed(plain):
            self._value(word, self.last)
        elif is_dashed(plain):
            self._dashed(word)
        elif self.last and self.last.takes is Takes.MANY:
            self._value(word, self.last)
        else:
            self.words.append(word)

    def end(self) -> None:
        """Note the last option if its value is missing."""
        if self.last and self.last.takes is not Takes.NONE and not self._used:
            self.wrong.append(f"{self.last.name} needs a value.")

    @property
    def _is_due(self) -> bool:
        """Whether the last option takes one value, and has none."""
        return bool(self.last and self.last.takes is Takes.ONE and not self._used)

    def _dashed(self, word: str) -> None:
        """Note what begins with a hyphen and is no option of this command."""
        if self.last and self._is_due and _LIKE_A_VALUE.match(word):
            self._value(word, self.last)
            return
        if word == "--":
            self.end()
        else:
            self.wrong.append(nearly.option(word, self.shape.options))
        self.last = None

    def _value(self, text: str, option: Option) -> None:
        self._used += 1
        known = {value.lower(): value for value in option.values}
        text = known.get(text.lower(), text)
        if not text.strip() and option.name != "--reason":  # which has its own words
            # An unset variable, as in --exclude-user "$BREAK_GLASS": dropped in silence, it would spare no user.
            self.wrong.append(f"{option.name} is empty (a variable that is not set?): write its value.")
        elif known and text not in option.values:
            self.wrong.append(f"{option.name} {text}{nearly.value(text, known.values())}")
        elif option.takes is Takes.ONE and self._given.setdefault(option.name, text) != text:
            # The parser would take the last one alone: the users of a first --users-file would stay signed in.
            both = f"{self._given[option.name]!r} and {text!r}"
            self.wrong.append(f"{option.name} stands twice, with {both}: it takes one value, so leave one out.")
        self.out += [option.name, text]
