"""Evidence in three forms, harmless whatever the names in it say."""

import asyncio
import csv
import io
import json

import pytest
from hypothesis import given, strategies as st
from support.company import ALICE, CROWD, World

from revoker.ports.page import Page
from revoker.respond.show.report import report
from revoker.respond.show.runs import run_status
from revoker.views.line import COLUMNS
from revoker.views.not_ended import NOT_ENDED
from revoker.views.report import Format, body, head, tail
from revoker.views.report_csv import RUN_COLUMNS, header
from revoker.views.residual import LIFETIMES, LIFETIMES_IN_SHORT
from revoker.views.status import StatusBasis

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


TOLD: dict[str, object] = {
    **dict.fromkeys(RUN_COLUMNS),
    "techniques": ["T1550", "T1550.001"],
    "reason": "test",
    "requestedBy": {"id": "id-1", "name": "Rita"},
}


def line(name: str) -> dict[str, object]:
    """Return a user of that name."""
    return {**dict.fromkeys(COLUMNS), "requestedAs": name, "outcome": "verified"}


@pytest.mark.parametrize("form", [Format.JSON, Format.CSV])
async def test_everybody_is_in_the_evidence_once(world: World, form: Format) -> None:
    """Each user of a run of many pages is in both forms exactly once, under its id and as requested."""
    run = await world.start(*[user.id for user in CROWD], ALICE.id)
    text = (await report(run.id, form, world.ledger, StatusBasis(world.pool))).decode()

    assert [] == [user.id for user in (*CROWD, ALICE) if text.count(user.id) != APPEARANCES]


async def test_json_holds_the_status_and_the_users(world: World) -> None:
    """The JSON form is the status, the honest limits, and the users."""
    run = await world.start(ALICE.id)
    await world.step()
    parsed = json.loads(await report(run.id, Format.JSON, world.ledger, StatusBasis(world.pool)))
    status = await run_status(run.id, world.ledger, StatusBasis(world.pool))

    assert status == {name: value for name, value in parsed.items() if name not in {"users", "limits", "notEnded"}}
    assert ["verified"] == [user["outcome"] for user in parsed["users"]]
    assert "home tenant" in parsed["limits"]
    assert [(one.what, one.remedy) for one in NOT_ENDED] == [tuple(one.values()) for one in parsed["notEnded"]]


async def test_a_page_without_users_leaves_the_evidence_whole(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first page of rows may hold no user: the JSON then begins with the next page's."""
    run = await world.start(ALICE.id)
    found = await world.ledger.users(run.id, None, 10, None)
    pages = [Page((), "1"), Page(found.rows, None)]
    monkeypatch.setattr(world.ledger, "users", lambda *_: asyncio.sleep(0, pages.pop(0)))
    parsed = json.loads(await report(run.id, Format.JSON, world.ledger, StatusBasis(world.pool)))

    assert [ALICE.id] == [user["id"] for user in parsed["users"]]


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


async def test_the_table_says_who_why_and_what_the_words_mean(world: World) -> None:
    """Excel sees UTF-8 by the mark at the start; each line has the requester, the run's reason and the meaning."""
    run = await world.start(ALICE.id)
    await world.step()
    text = (await report(run.id, Format.CSV, world.ledger, StatusBasis(world.pool))).decode()
    [row] = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))

    assert text.startswith("\ufeffid,userPrincipalName,")
    assert "Rita Responder (id-1)" == row["requestedBy"]
    assert "test" == row["runReason"]
    assert "" == row["approvedBy"]
    assert "accepted, and the directory shows it" == row["meaning"]
    assert row["residualAccessUntil"]
    assert LIFETIMES_IN_SHORT == row["residualAccessNote"]


@pytest.mark.parametrize("incomplete", [False, True])
def test_the_table_says_whether_part_of_the_scope_was_not_listed(incomplete: bool) -> None:  # noqa: FBT001 - a table
    """A table of a cancelled run, all of whose listed users are done, must not look like all of its scope."""
    text = header() + body(Format.CSV, [line("a@b.de")], {**TOLD, "incomplete": incomplete}, first=True)
    [row] = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))

    assert str(incomplete) == row["incomplete"]


@pytest.mark.parametrize("fact", ["24 h", "28 h", "15 min", "not for guests", "GCC High and DoD in Exchange only"])
def test_the_table_says_in_short_what_the_status_says(fact: str) -> None:
    """How long tokens may live stands beside the moment in every form."""
    assert fact in LIFETIMES_IN_SHORT
    assert fact.replace(" h", " hours").replace(" min", " minutes") in LIFETIMES


def test_a_table_without_a_moment_has_no_note() -> None:
    """No user was called: then no token outlives the run."""
    [row] = csv.reader(io.StringIO(body(Format.CSV, [line("x")], TOLD, first=True), newline=""))

    assert "" == row[-1]


@pytest.mark.parametrize("name", FORMULAS)
def test_what_the_run_says_is_no_formula_either(name: str) -> None:
    """The requester's name, the approver's and the reason come from outside as well."""
    told = {**TOLD, "reason": name, "requestedBy": {"id": "1", "name": name}, "cancelledBy": {"id": "1", "name": name}}
    [row] = csv.reader(io.StringIO(body(Format.CSV, [line("x")], told, first=True), newline=""))

    assert not any(cell.startswith(tuple("=+-@\t\r\n\x00\uff1d\uff0b\uff0d\uff20")) for cell in row)
