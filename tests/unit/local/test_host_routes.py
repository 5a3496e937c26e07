import pytest

from local.host.routes import Route, RouteTable, TemplateError

TABLE = RouteTable(
    [
        Route.parse("unknown", "api/{*path}", []),
        Route.parse("read_run", "api/runs/{id}", ["GET"]),
        Route.parse("list_runs", "api/runs", ["get"]),
        Route.parse("start_run", "/api/runs/", ["POST"]),
        Route.parse("result", "api/runs/{id}/result", ["GET"]),
        Route.parse("files", "api/runs/{id}/files/{*file}", ["GET"]),
    ]
)


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/runs", ("list_runs", {})),
        ("GET", "/api/runs/", ("list_runs", {})),
        ("GET", "/API/Runs", ("list_runs", {})),
        ("post", "/api/runs", ("start_run", {})),
        ("GET", "/api/runs/42", ("read_run", {"id": "42"})),
        ("GET", "/api/runs/Mixed", ("read_run", {"id": "Mixed"})),
        ("GET", "/api/runs/42/result", ("result", {"id": "42"})),
        ("GET", "/api/runs/42/files/a/b", ("files", {"id": "42", "file": "a/b"})),
        ("GET", "/api/runs/42/files", ("files", {"id": "42"})),
        ("GET", "/api/runs/a%2Fb", ("read_run", {"id": "a%2Fb"})),
        ("GET", "/api/runs/a%2fb", ("read_run", {"id": "a%2fb"})),
        ("GET", "/api/runs/r%C3%A9ne%40example", ("read_run", {"id": "réne@example"})),
        ("GET", "/api/runs//result", ("unknown", {"path": "runs//result"})),
        ("DELETE", "/api/runs/42", ("unknown", {"path": "runs/42"})),
        ("GET", "/api", ("unknown", {})),
        ("GET", "//api/runs", None),
        ("GET", "/other", None),
        ("GET", "/", None),
    ],
)
def test_the_first_route_by_function_name_answers(
    method: str, path: str, expected: tuple[str, dict[str, str]] | None
) -> None:
    """A slash that is encoded stays so, an empty catch-all is left out, a wrong method leaves it to the next."""
    assert expected == TABLE.match(method, path)


@pytest.mark.parametrize(
    ("catch_all", "expected"),
    [
        ("all", "all"),  # comes before zone_x
        ("ZONE", "ZONE"),  # case does not count, and the shorter comes first
        ("zonez", "zonez"),  # capitals come before the underscore: ZONEZ before ZONE_X
        ("zz", "zone_x"),
    ],
)
def test_a_catch_all_takes_what_a_function_with_a_later_name_would_take(catch_all: str, expected: str) -> None:
    """The most particular route does not win: the function's name decides."""
    table = RouteTable([Route.parse("zone_x", "runs/{id}", ["GET"]), Route.parse(catch_all, "{*path}", ["GET"])])

    found = table.match("GET", "/runs/7")

    assert found is not None
    assert expected == found[0]


def test_without_a_catch_all_a_wrong_method_finds_nothing() -> None:
    """The real host answers 404 then, not 405: that is left to the app."""
    table = RouteTable([Route.parse("list_runs", "api/runs", ["GET"])])

    assert table.match("POST", "/api/runs") is None


@pytest.mark.parametrize("template", ["runs/{id:guid}", "runs/{id?}", "runs/{id=1}", "runs-{id}", "{*path}/more", "{}"])
def test_a_template_beyond_this_host_is_refused(template: str) -> None:
    """What is not imitated fails at the start, not as a strange 404 later."""
    with pytest.raises(TemplateError):
        Route.parse("any", template, [])
