"""An HTTP call and its reply as plain values: function_app translates to and from the platform's."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from revoker.core.problems import InvalidError, MediaTypeError, TooLargeError

MOST_BYTES = 1_000_000
# No payload we know has more than a dozen levels; what parses just so can no longer be written down or compared.
_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Call:
    """What came in; header names are lower case."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def query(self) -> Mapping[str, str]:
        """Return the query of the URL, with the values of a repeated name joined by commas.

        The platform's own parsing leaves out names without a value (GrpcMessageConversionExtensions in
        azure-functions-host), so that ``?dryRun=`` would be a real run. Here it is an empty text: no option takes that.
        """
        named: dict[str, list[str]] = {}
        query = self.url.partition("?")[2]
        for name, value in parse_qsl(query, keep_blank_values=True):
            named.setdefault(name, []).append(value)
        return {name: ",".join(values) for name, values in named.items()}


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes out: an object for JSON, or text that is ready, as bytes where it may be large."""

    status: int
    payload: Mapping[str, object] | str | bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"


def json_body(call: Call) -> object:
    """Return the parsed body; raises TooLargeError, MediaTypeError or InvalidError."""
    if len(call.body) > MOST_BYTES:
        raise TooLargeError(f"The body has {len(call.body)} bytes; at most {MOST_BYTES} are read. Start several runs.")
    media_type = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise MediaTypeError(f"Content-Type is {media_type[:80]!r}; send application/json.")
    try:
        body = json.loads(call.body, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise InvalidError("The body is not JSON.", [("", "send one JSON object in UTF-8")]) from error
    if _is_deeper(body, _DEEPEST):
        raise InvalidError("The body is nested too deeply.", [("", f"nest at most {_DEEPEST} levels")])
    return body


def _is_deeper(value: object, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    parts = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(part, levels - 1) for part in parts)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object; raises InvalidError for a key that stands twice, of which one would be silently lost."""
    made = dict(pairs)
    if len(made) < len(pairs):
        twice = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise InvalidError("A key stands twice.", [(twice[:100], "write it once")])
    return made
