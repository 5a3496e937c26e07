"""One answer of Microsoft Graph, as a value, and the word for what went wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Statuses after which the same question may be answered otherwise later; 5xx are added in ``passing``.
_LATER = frozenset({401, 408, 409, 423, 425, 429})
# Faults after which the call may have reached Graph, although its answer did not come back whole.
_LOST = frozenset({"timeout", "connection", "missing", "unreadable"})
# Statuses of which a source says that Graph does not count the call against the write quota
# (docs/graph-facts.md#throttling). A call with any other status may have been counted.
_UNCOUNTED = frozenset({503, 504})
# Faults after which no call was sent.
_NEVER_ASKED = frozenset({"no_token", "protection_unknown"})
_CLIP = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphAnswer:
    """One answer of Graph. Without ``status`` Graph gave none, and ``fault`` says why.

    Faults: ``timeout``, ``connection``, ``no_token``, ``missing`` (left out of a batch answer), ``unreadable`` (not
    JSON, or not the object asked for), ``foreign_link`` (the link to the next page names another host), ``endless`` (a
    listing of too many pages, or with a link that was followed before), ``not_counted`` (the directory refuses to
    count), ``not_replicated`` (404 about a user that was just listed), ``protection_unknown`` (no call was made, since
    the user may be protected). From headers: ``retry_after`` in seconds, and ``load``, the share of a limit that is in
    use (``x-ms-throttle-limit-percentage``; Graph sends it above 0.8, and does not say of which limit).
    ``write_limited`` marks a 429 that names the write quota, ``tenant_limited`` one that names the limit of all the
    tenant's applications together. ``outer`` marks an answer to a whole ``$batch``: its 404 does not mean that one of
    the users is unknown.
    """

    status: int | None = None
    fault: str | None = None
    body: Mapping[str, object] = field(default_factory=dict)
    retry_after: float | None = None
    request_id: str | None = None
    load: float = 0.0
    write_limited: bool = False
    tenant_limited: bool = False
    outer: bool = False

    @property
    def says_no_such_user(self) -> bool:
        """Whether the directory knows no user of that name."""
        return self.status == 404 and not self.outer

    @property
    def served(self) -> bool:
        """Whether Graph answered with any 2xx."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def accepted(self) -> bool:
        """Whether Graph did what was asked: any 2xx, except ``{"value": false}`` (docs/graph-facts.md#revoking)."""
        return self.served and self.body.get("value") is not False

    @property
    def throttled(self) -> bool:
        """Whether a quota was the reason."""
        return self.status == 429

    @property
    def lost(self) -> bool:
        """Whether the answer was lost: Graph may have done what was asked, and counted it."""
        return self.status is None and self.fault in _LOST

    @property
    def needs_new_room(self) -> bool:
        """Whether the call, made again, takes from the write quota again: Graph may have counted this one."""
        return self.status not in _UNCOUNTED and self.fault not in _NEVER_ASKED

    @property
    def message(self) -> str:
        """Graph's own sentence about the error, in one line of at most 500 characters."""
        error = self.body.get("error")
        if not isinstance(error, Mapping) or not isinstance(error.get("message"), str):
            return ""
        return " ".join(error["message"].split())[:_CLIP]

    @property
    def passing(self) -> bool:
        """Whether the same question may be answered otherwise later."""
        return self.status is None or self.status in _LATER or self.status >= 500


PROTECTION_UNKNOWN = GraphAnswer(fault="protection_unknown")


def reason_of(answer: GraphAnswer) -> str:
    """Return the machine word for an answer that is not a success."""
    if answer.status is None:
        return answer.fault or "no_answer"
    if answer.throttled:
        return "throttled"
    if answer.served:
        return "value_false"
    if answer.outer:
        return f"batch_http_{answer.status}"
    return f"http_{answer.status}"
