"""Location names the app by the platform's word, or by a path alone: never by what a client calls the app."""

import json
from dataclasses import replace

import pytest
from support.company import ALICE
from support.in_process import LAPTOP, Front

from revoker.core.problems import MethodError
from revoker.intake.call import Call
from revoker.settings import load
from revoker.web.caller import ANONYMOUS
from revoker.web.service import unknown

BODY = json.dumps({"users": [ALICE.id], "reason": "r"}).encode()


@pytest.mark.parametrize("path", ["/runs", "/RUNS", "/x/../runs"])
async def test_location_is_a_path_where_the_platform_tells_no_name(path: str) -> None:
    """Without WEBSITE_HOSTNAME the answer holds a path; the client's Host and casing do not come back."""
    answer = await Front().ask("start_run", path=path, headers=Front.headers() | {"host": "evil.example"}, body=BODY)

    assert 202 == answer.status
    assert f"/api/runs/{answer.json['runId']}/result" == answer.headers["Location"]
    assert answer.headers["Retry-After"]


async def test_location_is_absolute_by_the_name_of_the_platform() -> None:
    """A Logic App waits at the app's own address, whatever address it was started by."""
    front = Front(settings=replace(LAPTOP, public_url="https://func-example.azurewebsites.net"))
    answer = await front.ask("start_run", headers=Front.headers(), body=BODY)

    expected = f"https://func-example.azurewebsites.net/api/runs/{answer.json['runId']}/result"

    assert expected == answer.headers["Location"]


@pytest.mark.parametrize(
    ("hostname", "url"),
    [
        ("func-example.azurewebsites.net", "https://func-example.azurewebsites.net"),
        ("", ""),
        ("evil.example/path", ""),
        ("a b", ""),
        ("user@evil.example", ""),
    ],
)
def test_the_name_is_a_host_and_nothing_else(hostname: str, url: str) -> None:
    """What is no host name is not put before a path."""
    assert url == load({"WEBSITE_HOSTNAME": hostname}).public_url


@pytest.mark.parametrize("prefix", ["/api", "/API", "/Api"])
async def test_an_unknown_method_is_told_in_any_casing(prefix: str) -> None:
    """The host matches routes in any casing, so that the refusal must find the route as well."""
    with pytest.raises(MethodError) as refused:
        await unknown(Call("PUT", f"http://localhost{prefix}/runs"), ANONYMOUS, Front().app)

    assert {"Allow": "GET, POST"} == refused.value.headers
