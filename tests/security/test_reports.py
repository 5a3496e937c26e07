"""The evidence is opened in browsers and spreadsheets: whatever a user is called, it is only text there."""

import csv
import io
import json
from html.parser import HTMLParser

import pytest
from hypothesis import given, strategies as st
from support.hostile import HOSTILE
from support.in_process import Answer, Front

from revoker.views.line import COLUMNS
from revoker.views.report import Format, body
from revoker.views.report_csv import RUN_COLUMNS

STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\x00"]
NAMES = st.sampled_from(HOSTILE) | st.builds("{}{}".format, st.sampled_from(STARTS), st.text(max_size=20)) | st.text()


class Page(HTMLParser):
    """Notes a page's tags and attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.add(tag)
        self.attributes += attrs


TOLD: dict[str, object] = {**dict.fromkeys(RUN_COLUMNS), "techniques": ["T1550"], "reason": "", "requestedBy": None}


def line(name: str) -> dict[str, object]:
    """Return a user of that name wherever a name can stand."""
    return {
        **dict.fromkeys(COLUMNS),
        "outcome": "verified",
        **dict.fromkeys(("userPrincipalName", "requestedAs", "reason", "requestId"), name),
    }


@given(NAMES)
def test_a_spreadsheet_finds_no_formula(name: str) -> None:
    """No cell begins with what a spreadsheet takes for a formula (OWASP, CSV Injection; ASVS 1.2.10)."""
    rows = list(csv.reader(io.StringIO(body(Format.CSV, [line(name)], TOLD, first=True), newline="")))

    assert 1 == len(rows)
    assert not any(cell.startswith(tuple(STARTS)) for cell in rows[0])


async def evidence(names: list[str], form: str) -> Answer:
    """Return the report of a run that a hostile payload started."""
    front = Front()
    bad = "=cmd|'/C calc'!A0<script>alert(1)</script>"
    accounts = [{"Name": name, "FriendlyName": name, "NTDomain": name} for name in names]
    incident = {"id": bad, "properties": {"title": bad, "incidentUrl": f"https://{bad}", "relatedEntities": [
        {"kind": "Account", "properties": account} for account in accounts
    ]}}  # fmt: skip
    payload = json.dumps({"objectSchemaType": "Incident", "object": incident}).encode()
    run = (await front.ask("sentinel", body=payload)).json["runId"]
    return await front.ask("get_report", params={"id": run}, query=f"format={form}")


async def test_the_page_is_plain() -> None:
    """A page about hostile names and a hostile incident has the tags and attributes of any other."""
    hostile = Page((await evidence(HOSTILE, "html")).body.decode())
    harmless = Page((await evidence([f"user{number}" for number in range(len(HOSTILE))], "html")).body.decode())

    assert hostile.tags <= harmless.tags | {"h3", "table", "thead", "tbody", "tr", "th", "td", "div", "small"}
    assert set() == hostile.tags & {"script", "img", "iframe", "form", "object", "link"}
    assert [] == [given for given in hostile.attributes if given[0].startswith("on") or given[0] in {"src", "style"}]
    assert [] == [to for name, to in hostile.attributes if name == "href" and not str(to).startswith("#")]


async def test_the_table_is_plain() -> None:
    """The same run as CSV: no cell of it is a formula."""
    text = (await evidence(HOSTILE, "csv")).body.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))

    assert len(rows) > 10
    assert [] == [cell for row in rows for cell in row if cell.startswith(tuple(STARTS))]


@pytest.mark.parametrize("form", list(Format))
async def test_the_report_may_do_nothing(form: Format) -> None:
    """Every form is a download that may load, run, send and be framed by nothing, and is taken for what it is."""
    headers = (await evidence(["x"], form)).headers
    policy = dict(rule.partition(" ")[::2] for rule in headers["Content-Security-Policy"].split("; "))

    assert ["'none'"] * 4 == [policy[rule] for rule in ("default-src", "base-uri", "form-action", "frame-ancestors")]
    assert set(policy) - {"style-src"} == {"default-src", "base-uri", "form-action", "frame-ancestors"}
    assert policy.get("style-src", "").startswith("'sha256-") == (form is Format.HTML)
    assert "nosniff" == headers["X-Content-Type-Options"]
    assert headers["Content-Disposition"].startswith('attachment; filename="revoker-')
