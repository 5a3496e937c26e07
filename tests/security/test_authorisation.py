"""Who may call what: every route of the contract, with every kind of header."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from support.company import BEN
from support.in_process import AUTH_OFF_IN_AZURE, EVERY_ROLE, OPERATIONS, Front
from support.live import principal

from revoker.core.graph_answer import GraphAnswer
from revoker.core.request import Person, Scope
from revoker.respond.start.retry import retry
from revoker.settings import Settings, load
from revoker.web import contract
from revoker.web.boundary import PROBLEM
from revoker.web.caller import Role
from revoker.web.routes import ROUTES as TABLE, Route

READ, REVOKE, REVOKE_ALL = Role.READ, Role.REVOKE, Role.REVOKE_ALL
IN_AZURE = load({"WEBSITE_SITE_NAME": "revoker", "WEBSITE_AUTH_ENABLED": "true"})
ADMINS = "62e90394-69f5-4237-9190-012177145e10"
INCIDENT = Path(__file__).parents[1] / "events" / "sentinel" / "incident.json"

# The least role of each route, from the one table that the triggers are declared from; None is open to anybody.
NEEDED: Mapping[str, Role | None] = {f"{route.method} /{route.path}": route.role for route in TABLE}
ROUTES = {" ".join(route): name for name, route in OPERATIONS.items()}
GUARDED = sorted(route for route in ROUTES if NEEDED.get(route))
DOCUMENT = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
RUN = {"id": "00000000-0000-4000-8000-000000000000"}
HELD_BY = {READ: {READ}, REVOKE: {REVOKE, REVOKE_ALL}, REVOKE_ALL: {REVOKE_ALL}}

NOBODY = {
    "no header": {},
    "an empty one": {"x-ms-client-principal": ""},
    "garbage": {"x-ms-client-principal": "bm9uc2Vuc2U="},
    "no base64": {"x-ms-client-principal": "Bearer eyJ0eXAi"},
    "a principal without an id": {"x-ms-client-principal": principal(*Role, person="")},
    "a bearer token alone": {"authorization": "Bearer e30.e30."},
    "the platform's other headers": {"x-ms-client-principal-id": "o-1", "x-ms-client-principal-name": "Rita"},
}
NO_ROLE = {
    "none": principal(),
    "another word": principal("Sessions.Read.All", "admin", "*", "Global Administrator"),
    "another case": principal(*(role.lower() for role in Role)),
    "all in one": principal(" ".join(Role)),
}


def test_every_route_of_the_contract_is_in_the_table() -> None:
    """The contract and the table of routes hold the same routes."""
    assert ROUTES.keys() == NEEDED.keys()


@pytest.mark.parametrize("route", TABLE, ids=lambda route: f"{route.method} {route.path}")
def test_the_document_says_the_same(route: Route) -> None:
    """docs/api.md, which people read, has the route's row, and the row names the role and no larger one."""
    title = f"`{route.method} /api/{route.path}`"
    [row] = [line for line in DOCUMENT.splitlines() if line.startswith("| `") and title in line.partition(" | ")[0]]
    said = row.rpartition(" | ")[2]
    roles = {role for role in Role if f"`{role}`" in said}

    assert {route.role, route.scope_role} - {None} == roles
    assert (route.role is None) == said.startswith("none")


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_the_contract_says_the_same(route: str) -> None:
    """The document tells callers the role of the table, and that the open routes need none."""
    method, path = route.split(" ")
    operation = contract.document()["paths"][path][method.lower()]
    needed = NEEDED[route]

    assert (needed is None) == (operation.get("security") == [])
    assert needed is None or f"Role: {needed}" in operation["summary"]


async def status(front: Front, route: str, headers: Mapping[str, str]) -> int:
    """Ask with a body that nobody could accept, so that whoever is let in is refused for that, and see what is left."""
    before = front.written()
    sent = {"content-type": "application/json", **headers}
    answer = await front.ask(ROUTES[route], params=RUN, headers=sent, body=b"{")

    assert before == front.written()
    assert answer.status < 400 or route == "GET /health" or PROBLEM == answer.media_type
    return answer.status


async def statuses(settings: Settings, routes: Iterable[str], headers: Mapping[str, str]) -> dict[str, int]:
    """Return what each route answers to these headers, each asked of an API of its own."""
    return {route: await status(Front(settings=settings), route, headers) for route in routes}


@pytest.mark.parametrize("header", NOBODY.values(), ids=NOBODY)
async def test_nobody_is_let_in(header: Mapping[str, str]) -> None:
    """Without a principal there is 401 on each route, whatever else is sent, before anything else is looked at."""
    assert dict.fromkeys(GUARDED, 401) == await statuses(IN_AZURE, GUARDED, header)


@pytest.mark.parametrize("header", NO_ROLE.values(), ids=NO_ROLE)
async def test_a_wrong_role_opens_nothing(header: str) -> None:
    """A role is its exact word; anything else is 403 on each route."""
    assert dict.fromkeys(GUARDED, 403) == await statuses(IN_AZURE, GUARDED, {"x-ms-client-principal": header})


@pytest.mark.parametrize("role", Role)
async def test_each_role_opens_its_routes(role: Role) -> None:
    """A role opens the routes of its row, and no other: RevokeAll includes Revoke, and neither includes reading."""
    answered = await statuses(IN_AZURE, GUARDED, {"x-ms-client-principal": principal(role)})
    opened = {route for route in GUARDED if role in HELD_BY[NEEDED[route] or role]}

    assert opened == {route for route, told in answered.items() if told not in {401, 403}}


@pytest.mark.parametrize("header", [*NOBODY.values(), {"x-ms-client-principal": EVERY_ROLE}], ids=[*NOBODY, "forged"])
async def test_nothing_opens_while_headers_could_be_forged(header: Mapping[str, str]) -> None:
    """In Azure with authentication off every route answers 503, the open ones too, and the finest header helps none."""
    assert dict.fromkeys(ROUTES, 503) == await statuses(AUTH_OFF_IN_AZURE, sorted(ROUTES), header)


@pytest.mark.parametrize("path", ["/runs", "/", "/nothing/here", "/../admin/host/keys"])
async def test_nothing_else_opens_either(path: str) -> None:
    """What is no route, or another method of one, is 503 as well."""
    answer = await Front(settings=AUTH_OFF_IN_AZURE).ask("unknown", method="PUT", path=path)

    assert 503 == answer.status


@pytest.mark.parametrize("value", ["false", "", "False", "0", "1", "yes"])
def test_only_true_turns_authentication_on(value: str) -> None:
    """The platform writes True or true; anything else is off."""
    assert not load({"WEBSITE_SITE_NAME": "revoker", "WEBSITE_AUTH_ENABLED": value}).auth_trusted


@pytest.mark.parametrize(
    "scope",
    [
        {"allUsers": True},
        {"groups": [RUN["id"].replace("4", "5")]},
        {"roles": ["privileged"]},
        {"filter": "accountEnabled eq true"},
        {"users": ["a@b.c"], "allUsers": True, "dryRun": True},
    ],
    ids=json.dumps,
)
async def test_whole_tenants_need_the_larger_role(scope: dict[str, object]) -> None:
    """Whoever may revoke named users cannot ask the directory for more of them, not even to rehearse."""
    front = Front(settings=IN_AZURE)
    before = front.written()
    headers = {"content-type": "application/json", "x-ms-client-principal": principal(REVOKE)}
    answer = await front.ask("start_run", headers=headers, body=json.dumps({"reason": "x", **scope}).encode())

    assert 403 == answer.status
    assert REVOKE_ALL in answer.json["detail"]
    assert before == front.written()


async def test_what_retries_a_whole_tenants_run_needs_the_larger_role_too() -> None:
    """A retry names its users, and is still a part of what only the larger role may stop."""
    front = Front(settings=IN_AZURE)
    front.world.graph_users.scripts[BEN.id] = [GraphAnswer(status=403)]
    front.world.graph_listings.roles = {ADMINS: [BEN.id]}
    run = await front.world.start(scope=Scope(roles=(ADMINS,)))
    await front.world.play()
    again, _ = await retry(
        await front.world.ended(run), Person("id-1", "Rita"), front.world.protection, front.world.tools
    )
    asked = [
        await front.ask("cancel_run", params={"id": again.id}, headers={"x-ms-client-principal": principal(role)})
        for role in (REVOKE, REVOKE_ALL)
    ]

    assert [403, 202] == [answer.status for answer in asked]


@pytest.mark.parametrize("event", ["\x01", "\u200b" * 10, "e" * 5000], ids=["control", "zero width", "long"])
async def test_an_odd_event_id_is_no_bad_header(event: str) -> None:
    """Nobody sent an Idempotency-Key, so nobody is told that it is wrong; sent again it is still the same run."""
    front = Front()
    body = json.dumps({**json.loads(INCIDENT.read_bytes()), "eventUniqueId": event}).encode()
    first, second = [await front.ask("sentinel", headers=front.headers(), body=body) for _ in range(2)]

    assert (202, 202, first.json["runId"]) == (first.status, second.status, second.json["runId"])
