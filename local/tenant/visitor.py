"""A caller without a socket: what tests of the core speak through."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from local.tenant import control
from local.tenant.exchange import Delivery, Request
from local.tenant.tenant import Settings, Tenant
from local.tenant.tokens import GRAPH_RESOURCE

NOON = 1_772_442_000.0  # 2026-03-02T09:00:00Z
ORIGIN = "http://127.0.0.1:1"
ADVANCED = {"consistencylevel": "eventual"}


class Visitor:
    """Holds a token and a clock that only moves when told to."""

    def __init__(self, tenant: Tenant | None = None, **settings: Any) -> None:  # noqa: ANN401 - passed on
        self.now = NOON
        self.tenant = tenant or Tenant(Settings(**{"users": 60, **settings}), NOON)
        self.token = self.tenant.tokens.issue(
            {"api-version": "2019-08-01", "resource": GRAPH_RESOURCE}, identity_header="any", now=NOON
        )["access_token"]

    def ask(self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Delivery:
        """Send one request to Graph; `path` is what follows `/v1.0`, or a whole link from an answer."""
        url = f"/v1.0{path}"
        if path.startswith(ORIGIN):
            url = path.removeprefix(ORIGIN)
        raw = b""
        if body is not None:
            raw = json.dumps(body).encode()
        sent = {"authorization": f"Bearer {self.token}", **(headers or {})}
        return self.tenant.answer(Request(method, url, sent, raw, ORIGIN), self.now)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Read something that is there."""
        response = self.ask("GET", path, headers=headers).response
        if response.status != 200:
            raise AssertionError(response)
        found: dict[str, Any] = response.payload
        return found

    def pages(self, path: str, headers: Mapping[str, str] | None = None) -> list[list[dict[str, Any]]]:
        """Follow every link to the end."""
        found, link = [], path
        while link:
            page = self.get(link, headers)
            found.append(page["value"])
            link = page.get("@odata.nextLink", "")
        return found

    def revoke(self, user: str, headers: Mapping[str, str] | None = None) -> Delivery:
        """End a user's sessions."""
        return self.ask("POST", f"/users/{quote(user, safe='')}/revokeSignInSessions", {}, headers)

    def batch(self, items: list[dict[str, Any]], headers: Mapping[str, str] | None = None) -> Delivery:
        """Send several operations as one."""
        return self.ask("POST", "/$batch", {"requests": items}, headers)

    def control(self, path: str, body: object = None) -> dict[str, Any]:
        """Use the back door: read without a body, change with one."""
        method, raw = ("GET", b"") if body is None else ("POST", json.dumps(body).encode())
        payload: dict[str, Any] = control.answer(self.tenant, Request(method, path, {}, raw, ORIGIN)).payload
        return payload


def revocation(item_id: str, user: str) -> dict[str, Any]:
    """Write a batch item that ends a user's sessions, as it has to be: with a body and its type."""
    return {
        "id": item_id,
        "method": "POST",
        "url": f"/users/{quote(user, safe='')}/revokeSignInSessions",
        "headers": {"Content-Type": "application/json"},
        "body": {},
    }
