"""OData filters in the manner of PowerShell: two slips are explained, the rest is Graph's to judge."""

import re

from revoker.cli.ending import UsageError

_POWERSHELL = re.compile(r"\s-(eq|ne|gt|ge|lt|le|and|or|not|like|match|contains|startswith)\b", re.IGNORECASE)
_BARE_TEXT = re.compile(r"\b(eq|ne)\s+(?!true\b|false\b|null\b)([A-Za-z][\w-]*)(?=\s|\)|$)", re.IGNORECASE)


def odata_filter(text: str | None) -> str | None:
    """Return the filter as it is; raises UsageError for PowerShell's operators and for text without quotes."""
    if text is None:
        return None
    if _POWERSHELL.search(text):
        written = _POWERSHELL.sub(lambda found: f" {found[1].lower()}", text)
        raise UsageError(f'--filter {text!r} is PowerShell; Graph takes OData: --filter "{written}"')
    bare = _BARE_TEXT.search(text)
    if bare:
        written = _BARE_TEXT.sub(r"\1 '\2'", text)
        raise UsageError(f"--filter: text stands in single quotes, {bare[2]} as '{bare[2]}': --filter \"{written}\"")
    return text
