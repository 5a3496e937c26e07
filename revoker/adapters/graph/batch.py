"""`$batch`: up to twenty requests in one call, put together and taken apart here.

The SDK's own batch classes lose the bodies of errors (docs/decisions/0003).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation

from revoker.adapters.graph.reply import answers_of
from revoker.adapters.graph.transport import THROTTLE_PRIORITY, GraphTransport
from revoker.core.graph_answer import GraphAnswer
from revoker.core.request import Priority

_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Item:
    """One request inside a batch; ``name`` is what its answer is found by."""

    name: str
    method: str
    url: str

    def as_json(self, number: int, priority: str) -> dict[str, object]:
        """Return the item as Graph takes it: a POST needs a body and its type (docs/graph-facts.md#batch)."""
        headers = {"x-ms-throttle-priority": priority}
        item: dict[str, object] = {"id": str(number), "method": self.method, "url": self.url, "headers": headers}
        if self.method == "POST":
            item |= {"headers": headers | {"Content-Type": _JSON}, "body": {}}
        return item


class GraphBatch:
    """Posts batches of at most twenty items."""

    def __init__(self, transport: GraphTransport) -> None:
        self._transport = transport

    async def post(self, items: Sequence[Item], priority: Priority) -> Mapping[str, GraphAnswer]:
        """Post one batch; after a refused token, once more with a new one, and only the items that were refused.

        Graph checks the token of each item by itself: one item may be revoked and the next one refused, and what was
        revoked must not be revoked again, which would count as a write.
        """
        answers = await self._post(items, priority)
        refused = [item for item in items if answers[item.name].status == 401]
        if not refused:
            return answers
        await self._transport.token.forget()
        return {**answers, **await self._post(refused, priority)}

    async def _post(self, items: Sequence[Item], priority: Priority) -> dict[str, GraphAnswer]:
        level = THROTTLE_PRIORITY[priority]
        requests = [item.as_json(number, level) for number, item in enumerate(items)]
        info = RequestInformation(Method.POST, "{+baseurl}/$batch", {"baseurl": self._transport.base_url})
        info.headers.try_add("x-ms-throttle-priority", level)
        info.set_stream_content(json.dumps({"requests": requests}).encode(), _JSON)
        outer = await self._transport.send(info)
        answers = answers_of(outer, len(items), datetime.now(UTC))
        return {item.name: answer for item, answer in zip(items, answers, strict=True)}
