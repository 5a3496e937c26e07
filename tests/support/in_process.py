"""The API in this process: function_app's own handlers, edge and translation, over the company on stand-ins."""

import copy
import json
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs, urlsplit

import azure.functions as func
from support.company import World
from support.live import principal
from support.sweeping import FakeSweeps

import function_app
from revoker.app import App
from revoker.settings import Settings, load
from revoker.web import contract
from revoker.web.caller import Role
from revoker.web.routes import ROUTES, UNKNOWN

if TYPE_CHECKING:
    from revoker import wiring

ROOT = "http://localhost:7071/api"
EVERY_ROLE = principal(*Role)
LAPTOP = load({})
AUTH_OFF_IN_AZURE = load({"WEBSITE_SITE_NAME": "revoker"})
OPERATIONS = {
    operation["operationId"]: (method.upper(), path)
    for path, item in contract.document()["paths"].items()
    for method, operation in item.items()
}
TRIGGERS = {route.name: route for route in (*ROUTES, UNKNOWN)}


@dataclass(frozen=True)
class Answer:
    """What goes back to the host."""

    status: int
    headers: Mapping[str, str]
    media_type: str
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever it is
        """Return the body read as JSON."""
        return json.loads(self.body)


@dataclass
class Parts:
    """What function_app asks for its app."""

    made: App

    async def app(self) -> App:
        """Return it."""
        return self.made


@dataclass
class Front:
    """One API and the world behind it; nothing is shared with another."""

    world: World = field(default_factory=World)
    settings: Settings = LAPTOP

    def __post_init__(self) -> None:
        self.sweeps = FakeSweeps()
        self.app = App(
            settings=self.settings, tools=self.world.tools, protection=self.world.protection, sweeps=self.sweeps
        )

    async def ask(
        self,
        operation: str,
        *,
        params: Mapping[str, str] | None = None,
        query: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        method: str | None = None,
        path: str | None = None,
    ) -> Answer:
        """Ask the function of that name; without headers the caller may do everything and sends JSON."""
        declared, template = OPERATIONS.get(operation, ("GET", "/"))
        url = ROOT + (path or template.format(**(params or {}))) + (f"?{query}" if query else "")
        sent = self.headers() if headers is None else headers
        request = func.HttpRequest(
            method=method or declared,
            url=url,
            headers=sent,
            params=without_empty(query),
            route_params=dict(params or {}),
            body=body,
        )
        with self.installed():
            said = await function_app.trigger_of(TRIGGERS[operation])(request)
        return Answer(said.status_code, dict(said.headers), said.mimetype, said.get_body())

    @staticmethod
    def headers() -> dict[str, str]:
        """Return the headers of a caller that has every role and sends JSON."""
        return {"x-ms-client-principal": EVERY_ROLE, "content-type": "application/json"}

    @contextmanager
    def installed(self):  # noqa: ANN201 - a context manager of nothing
        """Let function_app stand on this world for the length of a block."""
        before = function_app.PARTS, function_app.SETTINGS
        function_app.PARTS, function_app.SETTINGS = cast("wiring.Parts", Parts(self.app)), self.settings
        try:
            yield
        finally:
            function_app.PARTS, function_app.SETTINGS = before

    def written(self) -> object:
        """Return a copy of every row and every message that there is; a look that makes an empty place is no write."""
        kept = (self.world.ledger, self.world.scans, self.world.outbox, self.sweeps)
        return _filled(copy.deepcopy([_own(part) for part in kept]))

    def rows(self) -> list[dict[str, Any]]:
        """Return every table row, wherever the stand-in keeps it."""
        return list(_rows([_own(self.world.ledger), _own(self.world.scans), _own(self.sweeps)]))


def without_empty(query: str) -> dict[str, str]:
    """Return a query as the host hands it over: several values of one name are one text, empty ones are gone."""
    return {name: ",".join(values) for name, values in parse_qs(query).items()}


def query_of(url: str) -> str:
    """Return an address's query."""
    return urlsplit(url).query


def _own(part: object) -> dict[str, object]:
    """Return what a stand-in keeps itself: another stand-in that it knows is asked itself, and ``_read`` is a cache."""
    kept = {name: value for name, value in vars(part).items() if not type(value).__module__.startswith("support.fake")}
    return {name: value for name, value in kept.items() if name != "_read"}


def _filled(value: object) -> object:
    if isinstance(value, dict):
        return {key: inner for key, inner in ((key, _filled(inner)) for key, inner in value.items()) if inner != {}}
    return [_filled(inner) for inner in value] if isinstance(value, list) else value


def _rows(value: object):  # noqa: ANN202 - a generator of rows
    if isinstance(value, dict) and "RowKey" in value:
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _rows(inner)
