import pytest

from local.host.routes import Route, RouteTable, TemplateError

TABLE = RouteTable(
    [
        Route.parse("elsewhere", "api/{*path}", []),
        Route.parse("read_run", "api/runs/{id}", ["GET"]),
        Route.parse("list_runs", "api/runs", ["get"]),
        Route.parse("start_run", "/api/runs/", ["POST"]),
        Route.parse("newest", "api/runs/newest", ["GET"]),
        Route.parse("result", "api/runs/{id}/result", ["GET"]),
        Route.parse("files", "api/runs/{id}/{*file}", ["GET"]),
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
        ("GET", "/api/runs/newest", ("newest", {})),
        ("GET", "/api/runs/42/result", ("result", {"id": "42"})),
        ("GET", "/api/runs/42/a/b", ("files", {"id": "42", "file": "a/b"})),
        ("GET", "/api/runs/a%2Fb", ("read_run", {"id": "a/b"})),
        ("GET", "/api/runs/r%C3%A9ne%40example", ("read_run", {"id": "réne@example"})),
        ("DELETE", "/api/runs/42", ("elsewhere", {"path": "runs/42"})),
        ("GET", "/api", ("elsewhere", {"path": ""})),
        ("GET", "/other", None),
        ("GET", "/", None),
    ],
)
def test_the_most_particular_route_that_takes_the_method_answers(
    method: str, path: str, expected: tuple[str, dict[str, str]] | None
) -> None:
    """Literals win over parameters, parameters over catch-alls, and a wrong method leaves it to the next."""
    assert expected == TABLE.match(method, path)


def test_without_a_catch_all_a_wrong_method_finds_nothing() -> None:
    """The real host answers 404 then, not 405: that is left to the app."""
    table = RouteTable([Route.parse("list_runs", "api/runs", ["GET"])])

    assert table.match("POST", "/api/runs") is None


@pytest.mark.parametrize("template", ["runs/{id:guid}", "runs/{id?}", "runs/{id=1}", "runs-{id}", "{*path}/more", "{}"])
def test_a_template_beyond_this_host_is_refused(template: str) -> None:
    """What is not imitated fails at the start, not as a strange 404 later."""
    with pytest.raises(TemplateError):
        Route.parse("any", template, [])
