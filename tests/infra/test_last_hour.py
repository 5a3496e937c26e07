"""The queries for an intruder's last hour, run on made-up rows by an interpreter of KQL (duckdb-kql).

It is not Microsoft's: what it and Kusto's own language service (`make infra`) both understand, a workspace does too.
All cases of a query are rows of one set of logs, each with its case in a column that the query shows.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from kept import ROOT, Found, of_type
from last_hour import Logs

from infra import kusto
from revoker.core.ended import ended_at
from revoker.core.outcome import Outcome, User

FOLDER = ROOT / "infra" / "queries" / "last-hour"
REVOKED = datetime(2026, 11, 25, 10, tzinfo=UTC)
AGAIN = REVOKED + timedelta(days=3)  # the same user, in another run
MINUTE = timedelta(minutes=1)

# Minutes from the revocation: when the token was issued, when it was used, and whether that is shown.
GRAPH = {
    "the case that all of this is for": (-30, +10, True),
    "used before the revocation: no news": (-30, -10, False),
    "tokens are still issued for some minutes after the call": (+5, +10, True),
    "a token from a new sign-in: the user's own return": (+6, +10, False),
    "issued in the second of the revocation: the old session's": (0, +1, True),
    "CAE tokens live for up to 28 hours: no upper bound": (-90, +1500, True),
    "at the moment itself: the revocation may have come after": (-30, 0, False),
}
DAY = {-1: False, 0: False, 1: True, 1440: True, 1441: False}
# Each word of the query stands alone in one of them, so that none can be lost unnoticed.
WAYS_BACK = {
    "Register device": True,
    "User registered security info": True,
    "Admin registered authentication method": True,
    "Consent granted": True,
    "Add permission scope": True,
    "Add delegated grant": True,
    "Add owner to group": True,
    "Add eligible member to role": True,
    "Add service principal": True,
    "Update application - Certificates and secrets management": True,
    "Update federated identity credential": True,
    "Reset password (self-service)": True,
    "Invite external user": True,
    "Update user": False,
    "Add member to group": False,
}


def line(event: str, run: str, ended: dict[str, str], behind: str = "") -> str:
    """Return a line of the app's log as the worker ships it: the event's name, its fields, maybe a trace behind."""
    return f"{event} {json.dumps({'run': run, 'outcomes': {'verified': 1}, 'ended': ended})}{behind}"


def ended(user: str, moment: datetime) -> dict[str, str]:
    """Return what the app writes of a user whose sessions were ended at a moment."""
    return ended_at([User(key="k", requested_as="k", id=user, outcome=Outcome.VERIFIED, called_at=moment)])


@cache
def logs() -> Logs:
    """Return the logs of a workspace in which u-1 was revoked twice, u-2 and u-3 once, and u-9 never."""
    made = Logs()
    trace = "\nTraceback (most recent call last):\n  {'run': 'other'}"
    for moment, text in (
        (REVOKED, line("batch_tried", "r-1", ended("u-1", REVOKED) | ended("u-2", REVOKED), trace)),
        (REVOKED + MINUTE, line("batch_checked", "r-1", ended("u-1", REVOKED + MINUTE) | ended("u-3", REVOKED))),
        (AGAIN, line("batch_tried", "r-2", ended("u-1", AGAIN), "\r\n{}")),
        (REVOKED, line("batch_tried", "r-3", {})),
        (REVOKED, line("something_else", "r-1", ended("u-9", REVOKED))),
        (REVOKED, "batch_tried is no event of ours"),
    ):
        made.add("AppTraces", TimeGenerated=moment, Message=text)
    for case, (issued, used, _) in GRAPH.items():
        times = {"TimeGenerated": REVOKED + used * MINUTE, "TokenIssuedAt": REVOKED + issued * MINUTE}
        made.add("MicrosoftGraphActivityLogs", UserId="U-2", SignInActivityId=case, **times)
    for user in ("u-9", "", None):
        used_after = {"TimeGenerated": REVOKED + MINUTE, "TokenIssuedAt": REVOKED - MINUTE}
        made.add("MicrosoftGraphActivityLogs", UserId=user, SignInActivityId=f"not revoked: {user!r}", **used_after)
    for minutes in DAY:
        when = {"TimeGenerated": REVOKED + minutes * MINUTE}
        made.add("SigninLogs", UserId="u-2", ResultType="0", UniqueTokenIdentifier=str(minutes), **when)
        ended_token = {"UserId": "U-3", "ResultType": "50173", "UniqueTokenIdentifier": str(minutes)}
        made.add("AADNonInteractiveUserSignInLogs", **ended_token, **when)
        made.add("AuditLogs", InitiatedBy=by("U-3"), OperationName="Update user", CorrelationId=str(minutes), **when)
    for operation in WAYS_BACK:
        made.add("AuditLogs", InitiatedBy=by("u-2"), OperationName=operation, TimeGenerated=REVOKED + MINUTE)
    for initiator in (by("u-9"), {"app": {"appId": "a-1"}}):
        made.add("AuditLogs", InitiatedBy=initiator, OperationName="of others", TimeGenerated=REVOKED + MINUTE)
    made.add("SigninLogs", UserId="u-9", ResultType="0", TimeGenerated=REVOKED + MINUTE)
    return made


def by(user: str) -> dict[str, Any]:
    """Return the column InitiatedBy for a user."""
    return {"user": {"id": user, "ipAddress": "203.0.113.7", "userPrincipalName": "x@contoso.com"}}


@cache
def asked(function: str, run: str = "r-1") -> list[dict[str, Any]]:
    """Return the rows of one of the functions."""
    return logs().ask(f'{function}("{run}")')


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("r-1", {("r-1", "u-1", REVOKED), ("r-1", "u-2", REVOKED), ("r-1", "u-3", REVOKED)}),
        ("r-2", {("r-2", "u-1", AGAIN)}),
        ("r-3", set()),
        ("none", set()),
        (
            "",
            {
                ("r-1", "u-1", REVOKED),
                ("r-1", "u-2", REVOKED),
                ("r-1", "u-3", REVOKED),
                ("r-2", "u-1", AGAIN),
            },
        ),
    ],
)
def test_revoked_users_come_from_the_apps_own_lines(run: str, expected: set[tuple[str, str, datetime]]) -> None:
    """The first time of each user and run; the fields end with the line, whatever the worker ships behind it."""
    rows = asked("RevokedUsers", run)

    assert expected == {(row["Run"], row["UserId"], row["RevokedAt"]) for row in rows}
    assert len(expected) == len(rows)


def test_graph_use_is_a_token_from_before_used_after() -> None:
    """Issued before the revocation or in the minutes after it; a token issued later belongs to a new sign-in."""
    rows = asked("GraphUseAfterRevocation")

    assert {case for case, (_, _, seen) in GRAPH.items() if seen} == {row["SignInActivityId"] for row in rows}
    assert {("r-1", "u-2", REVOKED)} == {(row["Run"], row["UserId"], row["RevokedAt"]) for row in rows}
    marked = {row["SignInActivityId"] for row in rows if row["IssuedAfter"]}
    assert {"tokens are still issued for some minutes after the call"} == marked


def test_sign_ins_of_the_day_after_are_shown() -> None:
    """From both tables; a day is as long as the longest token without continuous access evaluation may live."""
    rows = asked("SignInsAfterRevocation")
    day = {str(minutes) for minutes, seen in DAY.items() if seen}

    assert {(True, token) for token in day} | {(False, token) for token in day} == {
        (row["Interactive"], row["TokenId"]) for row in rows
    }
    assert {(True, "u-2", True, False), (False, "u-3", False, True)} == {
        (row["Interactive"], row["UserId"], row["Succeeded"], row["TriedEndedToken"]) for row in rows
    }


def test_changes_of_the_day_after_are_shown() -> None:
    """Of revoked users only, with the address they came from."""
    rows = [row for row in asked("ChangesAfterRevocation") if row["UserId"] == "u-3"]

    assert {str(minutes) for minutes, seen in DAY.items() if seen} == {row["CorrelationId"] for row in rows}
    assert {"203.0.113.7"} == {row["IPAddress"] for row in rows}


def test_a_way_back_in_is_marked() -> None:
    """What lets an intruder return without the password; the words are whole terms, in any case."""
    rows = [row for row in asked("ChangesAfterRevocation") if row["UserId"] != "u-3"]

    assert WAYS_BACK == {row["OperationName"]: row["WayBack"] for row in rows}


@pytest.mark.parametrize("function", [name for name in kusto.FUNCTIONS if name != "RevokedUsers"])
def test_another_run_shows_its_own_users(function: str) -> None:
    """By run id; without one, of all runs."""
    assert [] == asked(function, "r-2")
    assert len(asked(function)) == len(asked(function, ""))


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
