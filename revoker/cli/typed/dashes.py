"""Dashes before an option, as people and their editors write them. Pure."""

from revoker.cli.typed.shape import Shape

# Hyphens, en and em dashes, minus: editors and mail programs put them where two hyphens were typed.
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"


def with_plain_dashes(word: str, shape: Shape) -> str:
    """Return an option with plain dashes and in its own case, any other word as it is."""
    bare = word.lstrip("-" + DASHES)
    name, equals, given = bare.partition("=")
    if bare == word or not name:
        return word
    for known in shape.options:
        if known.startswith("--") and known[2:] == name.lower() and _is_long(word):
            return f"{known}{equals}{given}"
    return word


def is_dashed(word: str) -> bool:
    """Tell what looks like an option; - alone is standard input."""
    return word.startswith("-") and len(word) > 1


def _is_long(word: str) -> bool:
    """Tell two hyphens, or one long dash that stands for them, from PowerShell's single hyphen."""
    return word.startswith("--") or word[0] in DASHES
