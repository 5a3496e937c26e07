"""Names and filters in Graph's addresses: each stays in its place, whatever it holds."""

import asyncio
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
import pytest
from azure.core.credentials import AccessToken
from hypothesis import assume, given, strategies as st
from kiota_abstractions.request_information import RequestInformation
from support.hostile import HOSTILE

from revoker.adapters.graph.requests import GraphRequests
from revoker.adapters.graph.transport import GraphTransport
from revoker.adapters.graph.user_urls import revoke_url, user_url
from revoker.adapters.graph.users import MsGraphUsers
from revoker.adapters.tables.batch_rows import batch_of, batch_row
from revoker.core.batch import in_batches
from revoker.core.graph_answer import GraphAnswer
from revoker.core.names import upn, user_name
from revoker.core.outcome import User
from revoker.core.request import Priority
from revoker.core.run_id import new_id
from revoker.core.source import Kind, Source

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SELECTED = ["id"]
# What Graph's addresses, OData and templates give a meaning to, besides letters of every kind.
ODD = "'\"#$&+,;=:!()*[]{}|^`~<>-_.@"
LOCAL = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(ODD), min_size=1, max_size=40)
UPNS = (st.builds("{}@{}".format, LOCAL, LOCAL) | st.sampled_from(HOSTILE)).map(upn).filter(bool)
FILTERS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=100) | st.sampled_from(
    [
        *(text for text in HOSTILE if text.isprintable() and text),
        "startsWith(department,'Sales') and accountEnabled eq true",
        "x&$select=passwordProfile",
        "x&%24top=1#",
        "x%26$expand=manager",
        "x+y z",
        "x\u2028y",
    ]
)


class Token:
    """A token that nobody asks for: nothing is sent here."""

    async def get_token(self) -> AccessToken:
        """Fail the test that would send something."""
        raise AssertionError("a test of addresses sends nothing")


def transport() -> GraphTransport:
    """Return a line to nowhere."""
    return GraphTransport("http://127.0.0.1:9", Token(), timedelta(seconds=1))


QUESTIONS = GraphRequests(transport())


def named(address: str) -> str:
    """Return the user whom Graph would read out of an address in a batch."""
    parts = urlsplit(address)
    segments = parts.path.split("/")
    if segments[1].startswith("users('"):
        return unquote(segments[1].removeprefix("users('").removesuffix("')")).replace("''", "'")
    assert ["", "users"] == segments[:2]
    return unquote(segments[2])


@given(UPNS)
def test_any_upn_comes_back_out_of_its_address(name: str) -> None:
    """A name is one segment of the path: no other user, no other resource, no query, no fragment."""
    read, revoke = user_url(name), revoke_url(name)

    assert name == named(read) == named(revoke)
    assert revoke.endswith("/revokeSignInSessions")
    assert "" == urlsplit(read).fragment == urlsplit(revoke).fragment == urlsplit(revoke).query
    assert ["$select"] == [key for key, _ in parse_qsl(urlsplit(read).query)]
    assert read.isascii()
    assert revoke.isascii()


@given(UPNS, UPNS)
def test_two_names_never_share_an_address(one: str, other: str) -> None:
    """Different names have different addresses."""
    assert (one == other) == (revoke_url(one) == revoke_url(other))


@given(st.lists(UPNS, min_size=1, max_size=20, unique=True))
def test_any_upn_comes_back_out_of_the_ledger(names: list[str]) -> None:
    """Names are in a column and never in a key; a batch's key is a digest."""
    users = [User(key=name, requested_as=name, user_principal_name=name) for name in names]
    made = [batch_row(batch) for batch in in_batches(new_id(NOW), users, Priority.URGENT, NOW)]

    assert sorted(names) == sorted(user.key for row in made for user in batch_of(row).users)
    assert all(set(row["RowKey"]) <= set("batch-0123456789abcdef") for row in made)
    assert all(set(row["PartitionKey"]) <= set("0123456789abcdef-") for row in made)


@given(FILTERS)
def test_a_filter_stays_in_its_parameter(text: str) -> None:
    """A caller's filter is the value of ``$filter``, whole, and no other parameter, path or host comes of it."""
    assume(text.strip())
    url = QUESTIONS.users(Source(Kind.FILTER, text), SELECTED, advanced=True).url
    parts, query = urlsplit(url), httpx.URL(url).params

    assert ("127.0.0.1:9", "/v1.0/users", "") == (parts.netloc, parts.path, parts.fragment)
    assert {"$filter", "$select", "$top", "$count"} == set(query)
    assert text == query["$filter"]
    assert "id" == query["$select"]


REAL = transport()


class Listening:
    """A transport that keeps what it is asked."""

    def __init__(self) -> None:
        self.adapter, self.base_url, self.owns = REAL.adapter, REAL.base_url, REAL.owns
        self.asked: list[RequestInformation] = []

    async def ask(self, info: RequestInformation) -> GraphAnswer:
        """Keep a request."""
        self.asked.append(info)
        return GraphAnswer(status=404)


@given(FILTERS)
def test_a_name_stays_in_its_quotes(text: str) -> None:
    """An on-premises name or SID is one OData literal: it ends no quotes, and adds no condition and no parameter."""
    listening = Listening()
    asyncio.run(MsGraphUsers(listening).search("onPremisesSamAccountName", text))
    [asked] = listening.asked
    query = httpx.URL(asked.url).params
    literal = query["$filter"].removeprefix("onPremisesSamAccountName eq ")

    assert {"$filter", "$select", "$top", "$count"} == set(query)
    assert text == literal[1:-1].replace("''", "'")
    assert "'" not in literal[1:-1].replace("''", "")


@pytest.mark.parametrize("name", ["..", ".", "../../organization", "a/b", "a?b", "a%2fb", "$batch", "me"])
def test_what_is_no_name_is_never_asked_for(name: str) -> None:
    """Texts that would be another address are no user's name, so that they never reach one."""
    assert user_name(name) is None


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v1.0/users",
        "http://127.0.0.1:90/v1.0/users",
        "http://127.0.0.1:9@evil.example/v1.0/users",
        "http://127.0.0.1:9.evil.example/",
        "//evil.example/v1.0/users",
        "/v1.0/users",
        "",
        "HTTP://127.0.0.1:9/v1.0/users",
        "http://127.0.0.1:9/" + "x" * 20_000,
    ],
)
def test_a_link_to_elsewhere_is_not_ours(link: str) -> None:
    """A token goes with the link to the next page; only the endpoint's own is followed."""
    assert not transport().owns(link)
