"""URLs as OData reads them: segments, keys in parentheses, query options.

Facts: the Graph pages `user-get` (a UPN beginning with `$` needs the key form) and `query-parameters`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from local.tenant.exchange import Refusal

_KEYED = re.compile(r"([A-Za-z]+)\((.+)\)", re.DOTALL)
_QUOTED = re.compile(r"(?:([A-Za-z]+)=)?'(.*)'", re.DOTALL)
_ALIAS = re.compile(r"^graph\.")  # what the SDKs write for a cast
_SYSTEM = {"$batch", "$count"}


@dataclass(frozen=True, slots=True)
class Address:
    """A URL below the version, taken apart.

    `users('x')` and `users/x` have the same segments; an alternate key keeps its name: `roleTemplateId=x`.
    """

    segments: tuple[str, ...]
    options: Mapping[str, str]


def parse(url: str) -> Address:
    """Take apart what follows `/v1.0`; like any server, never see a fragment."""
    # From `#` on nothing is sent: `dana_fabrikam.com#EXT#@…`, not encoded, is a request for `dana_fabrikam.com`.
    path, _, query = url.partition("#")[0].partition("?")
    segments: list[str] = []
    # Split first, decode then: a slash that is encoded belongs to a name.
    for raw in path.strip("/").split("/"):
        segments.extend(_segment(unquote(raw)))
    return Address(tuple(segments), dict(parse_qsl(query, keep_blank_values=True)))


def _segment(text: str) -> tuple[str, ...]:
    keyed = _KEYED.fullmatch(text)
    if keyed:
        return keyed[1], _key(keyed[2])
    if text.startswith("$") and text not in _SYSTEM:
        raise Refusal(400, "BadRequest", f"The segment '{text}' is not a system query option: use the key form.")
    return (_ALIAS.sub("microsoft.graph.", text),)


def _key(text: str) -> str:
    quoted = _QUOTED.fullmatch(text)
    if quoted is None:
        raise Refusal(400, "BadRequest", f"Invalid key: {text}")
    value = quoted[2].replace("''", "'")
    if quoted[1]:
        return f"{quoted[1]}={value}"
    return value
