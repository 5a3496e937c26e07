"""Evidence in three forms, harmless whatever the names in it say."""

import csv
import io
import json
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given, strategies as st
from support.company import ALICE, CROWD, World
from support.fakes import START

from revoker.core.request import Incident
from revoker.respond.show.report import report
from revoker.respond.show.runs import run_status
from revoker.views.line import COLUMNS
from revoker.views.not_ended import NOT_ENDED
from revoker.views.report import HEADERS, Format, body, head, tail
from revoker.views.report_csv import RUN_COLUMNS
from revoker.views.status import Reckoning

# A user's id stands in its own column and where it was asked for by id.
APPEARANCES = 2
FORMULAS = [
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\n=1",
    "\x00=1",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff201",
]
HOSTILE = [*FORMULAS, "</td><script>alert(1)</script>", '"><img src=x>']


TOLD = {**dict.fromkeys(RUN_COLUMNS), "techniques": ["T1550", "T1550.001"]}


def line(name: str) -> dict[str, object]:
    """Return a user of that name."""
    return {**dict.fromkeys(COLUMNS), "requestedAs": name, "outcome": "verified"}


class Tags(HTMLParser):
    """Collects the tags of a page, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        """Note a tag."""
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text.append(data)


@pytest.mark.parametrize("form", list(Format))
async def test_everybody_is_in_the_evidence_once(world: World, form: Format) -> None:
    """Each user of a run of many pages is in every form exactly once, under its id and as requested."""
    run = await world.start(*[user.id for user in CROWD], ALICE.id)
    text = await report(run.id, form, world.ledger, Reckoning(world.quota))

    assert [] == [user.id for user in (*CROWD, ALICE) if text.count(user.id) != APPEARANCES]


async def test_json_holds_the_status_and_the_users(world: World) -> None:
    """The JSON form is the status, the honest limits, and the users."""
    run = await world.start(ALICE.id)
    await world.step()
    parsed = json.loads(await report(run.id, Format.JSON, world.ledger, Reckoning(world.quota)))
    status = await run_status(run.id, world.ledger, Reckoning(world.quota))

    assert status == {name: value for name, value in parsed.items() if name not in {"users", "limits", "notEnded"}}
    assert ["verified"] == [user["outcome"] for user in parsed["users"]]
    assert "home tenant" in parsed["limits"]
    assert [(one.what, one.remedy) for one in NOT_ENDED] == [tuple(one.values()) for one in parsed["notEnded"]]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_spreadsheet_finds_no_formula(name: str) -> None:
    """No cell begins as a formula does."""
    [row] = csv.reader(io.StringIO(body(Format.CSV, [line(name)], TOLD, first=True), newline=""))

    assert not any(cell.startswith(tuple("=+-@\t\r\n\x00\uff1d\uff0b\uff0d\uff20")) for cell in row)
    assert name in row[2]


@given(st.text(alphabet="a;|=+-@\uff1d '\"", max_size=12), st.sampled_from(",;|"))
def test_nor_does_one_that_separates_by_another_sign(name: str, separator: str) -> None:
    """Where lists are separated by semicolons, a cell begins after each of them."""
    text = body(Format.CSV, [line(name)], TOLD, first=True)
    cells = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) for cell in row]

    assert not any(cell.lstrip('"').startswith(("=", "+", "-", "@", "\uff1d")) for cell in cells)


@given(st.text())
def test_a_name_is_text_and_nothing_else(name: str) -> None:
    """Whatever a user is called, the page has the same tags."""
    page, plain = Tags(), Tags()
    page.feed(body(Format.HTML, [line(name)], TOLD, first=True))
    plain.feed(body(Format.HTML, [line("x")], TOLD, first=True))

    assert plain.tags == page.tags


@given(st.lists(st.text(max_size=5), max_size=5))
def test_pages_join_to_one_document(names: list[str]) -> None:
    """However the users are cut into pages, also empty ones, the JSON is whole."""
    pages = [[], *([line(name)] for name in names)]
    parts = [head(Format.JSON, {"runId": "r"})]
    seen = 0
    for page in pages:
        parts.append(body(Format.JSON, page, TOLD, first=seen == 0))
        seen += len(page)

    assert names == [user["requestedAs"] for user in json.loads("".join([*parts, tail(Format.JSON)]))["users"]]


async def test_the_page_is_for_people(world: World) -> None:
    """What has parts is a line for each that is not empty; nobody need read JSON."""
    incident = Incident("i-1", 7, "<b>Token theft</b>", None)
    run = await world.start(ALICE.id, incident=incident, issued_before=START - timedelta(days=365))
    page = await report(run.id, Format.HTML, world.ledger, Reckoning(world.quota))

    assert "<td>id: i-1<br>number: 7<br>title: &lt;b&gt;Token theft&lt;/b&gt;</td>" in page
    assert "<td>users: 1<br>allUsers: no<br>exclude: users: 0</td>" in page
    assert "<tr><th>dryRun</th><td>no</td></tr>" in page
    assert "<tr><th>techniques</th><td>T1550<br>T1550.001</td></tr>" in page
    assert not any(sign in page.partition("</style>")[2] for sign in "{}[]")


def test_the_page_may_load_nothing() -> None:
    """The policy allows the page's own style by its hash, and nothing else."""
    assert HEADERS["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
