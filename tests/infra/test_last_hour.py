"""The queries for an intruder's last hour, tried on made-up rows.

No interpreter of KQL that runs here knows `mv-expand` and functions, so the join and the projections are only parsed
(`make infra`, with Kusto's own language service). What decides, the conditions between a row and its revocation, is
taken from the query's own text and evaluated.
"""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from kept import ROOT, Found, of_type

from infra import kusto
from revoker.core.ended import ended_at
from revoker.core.outcome import Outcome, User

FOLDER = ROOT / "infra" / "queries" / "last-hour"
REVOKED = datetime(2026, 11, 25, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def query(name: str) -> str:
    """Return a query without its comments."""
    lines = (FOLDER / f"{name}.kql").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("//"))


def shown(name: str, **row: object) -> bool:
    """Evaluate the query's condition between a row and the revocation."""
    [condition] = re.findall(r"\| where (.*\bRevokedAt\b.*)", query(name))
    python = condition.replace("1d", "timedelta(days=1)").replace("5m", "timedelta(minutes=5)")
    return bool(eval(python, {"timedelta": timedelta, "RevokedAt": REVOKED, **row}))  # noqa: S307 - our own file


@pytest.mark.parametrize(
    ("issued", "used", "seen"),
    [
        (-30, +10, True),  # the case that all of this is for
        (-30, -10, False),  # used before the revocation: no news
        (+5, +10, True),  # tokens are still issued for some minutes after the call
        (+6, +10, False),  # a token from a new sign-in: the user's own return
        (0, +1, True),  # issued in the second of the revocation: it may be the old session's
        (-90, +1439, True),  # CAE tokens live for up to 28 hours: no upper bound
        (-90, +1500, True),
        (-30, 0, False),  # at the moment itself: the revocation may have come after
    ],
)
def test_graph_use_is_a_token_from_before_used_after(issued: int, used: int, *, seen: bool) -> None:
    """Issued before the revocation or in the minutes after it; a token issued later belongs to a new sign-in."""
    row = {"TimeGenerated": REVOKED + used * MINUTE, "TokenIssuedAt": REVOKED + issued * MINUTE}

    assert seen == shown("GraphUseAfterRevocation", **row)


@pytest.mark.parametrize("name", ["SignInsAfterRevocation", "ChangesAfterRevocation"])
@pytest.mark.parametrize(("minutes", "seen"), [(-1, False), (0, False), (1, True), (1440, True), (1441, False)])
def test_the_day_after_is_looked_at(name: str, minutes: int, *, seen: bool) -> None:
    """A day: as long as the longest access token without continuous access evaluation may be made to live."""
    assert seen == shown(name, TimeGenerated=REVOKED + minutes * MINUTE)


@pytest.mark.parametrize(
    ("operation", "marked"),
    [
        ("Register device", True),
        ("User registered security info", True),
        ("Consent to application", True),
        ("Add delegated permission grant", True),
        ("Add owner to application", True),
        ("Update application - Certificates and secrets management", True),
        ("Reset password (self-service)", True),
        ("Invite external user", True),
        ("Update user", False),
        ("Add member to group", False),
    ],
)
def test_a_way_back_in_is_marked(operation: str, *, marked: bool) -> None:
    """`has_any` finds whole terms, whatever their case."""
    [words] = re.findall(r"has_any \(([^)]*)\)", query("ChangesAfterRevocation"))
    terms = [word.lower() for word in re.findall(r'"([^"]+)"', words)]

    found = [term for term in terms if re.search(rf"(?<!\w){re.escape(term)}(?!\w)", operation.lower())]
    assert marked == bool(found)


@pytest.mark.parametrize("behind", ["", "\nTraceback (most recent call last):\n  {'run': 'other'}", "\r\n{}"])
def test_revoked_users_come_from_the_apps_own_line(behind: str) -> None:
    """The event's fields end with the line: the worker sends a trace, braces and all, behind it."""
    user = User(key="k", requested_as="k", id="u-1", outcome=Outcome.VERIFIED, called_at=REVOKED)
    line = f"batch_tried {json.dumps({'run': 'r-1', 'ended': ended_at([user])})}{behind}"
    [pattern] = re.findall(r'extract\("([^"]+)", 0, Message\)', query("RevokedUsers"))

    found = re.search(pattern, line)
    assert found is not None
    fields = json.loads(found[0])
    assert ("r-1", {"u-1": REVOKED.isoformat()}) == (fields["run"], fields["ended"])


def test_each_query_is_a_function_of_the_run(resources: list[Found]) -> None:
    """All but the app's own are saved on the Sentinel workspace and take a run id; without one, all runs."""
    [(_, _, template)] = of_type(resources, "Microsoft.OperationalInsights/workspaces/savedSearches")
    searches = {search["alias"]: search for search in template["variables"]["searches"]}

    files = {path.stem for path in FOLDER.glob("*.kql")}
    assert files == set(kusto.FUNCTIONS)
    assert files | {"SessionsEndedByOthers"} == set(searches)
    assert {'run:string = ""'} == {searches[name]["takes"] for name in files}


def test_the_tab_asks_the_functions() -> None:
    """Each table of the tab is one of the saved functions, with the run id of the page."""
    page = json.loads((ROOT / "infra" / "workbook-last-hour.json").read_text(encoding="utf-8"))
    asked = [item["content"]["query"] for item in page["items"] if "query" in item["content"]]

    names = {re.match(r'(\w+)\("\{Run\}"\)', text).group(1) for text in asked if re.match(r"\w+\(", text)}
    assert {path.stem for path in FOLDER.glob("*.kql")} - {"RevokedUsers"} == names
    assert all(item["conditionalVisibility"]["value"] == "last-hour" for item in page["items"][1:])
