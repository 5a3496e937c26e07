"""A call of a function and its result, as values that both processes understand."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from local.host.wire import Frame


class AppError(Exception):
    """The app cannot be served: it does not load, or it asks for something this host does not imitate."""


class InvocationFailedError(Exception):
    """A call failed: the function raised, its worker ended, or the host stopped first. The text is for the log."""


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the app, and the binding that triggers it."""

    name: str
    id: str
    trigger: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What an HTTP trigger receives beside the body; header names are in lower case."""

    method: str
    url: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """A trigger's value: an HTTP body with its request, a queue message's text, or a timer's JSON.

    Metadata values are pairs of a type, ``string`` or ``json``, and a text of that type.
    """

    kind: str
    body: bytes
    request: Request | None = None
    metadata: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def to_frame(self, invocation: str, function: str) -> Frame:
        """Return the call of a function with this value."""
        head: dict[str, Any] = {"id": invocation, "function": function, "kind": self.kind}
        head["metadata"] = dict(self.metadata)
        if self.request:
            head["request"] = asdict(self.request)
        return Frame(head, self.body)

    @classmethod
    def from_frame(cls, frame: Frame) -> Self:
        """Read the value of a call."""
        head = frame.head
        request = None
        if "request" in head:
            request = Request(**head["request"])
        metadata = {name: (kind, text) for name, (kind, text) in head["metadata"].items()}
        return cls(kind=head["kind"], body=frame.body, request=request, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an HTTP function returned; header names may repeat."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
