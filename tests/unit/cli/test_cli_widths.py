"""Every screen at 60, 80 and 160 columns: no line is wider than the terminal, and nothing that matters is cut.

The command is given terminals that are 60 columns wide, and no pseudo-terminal: what only that can show, progress in
place, a question and Ctrl-C, stands in test_cli_terminal.py.
"""

import json
import re
from typing import Any, NamedTuple

import httpx
import pytest
from rich.cells import cell_len
from support.desk import API, NOW, RUN, Scripted, Terminal, problem, says, status, user

from revoker.cli.__main__ import perform
from revoker.cli.shown.screen import Screen

COMMAND = re.compile(r"  (revoker|az) ").match
WIDTHS = (60, 80, 160)
SHORT = RUN[:13]
LONG = "a.name.that.is.longer.than.a.narrow.terminal.is.wide@contoso.onmicrosoft.com"
REASON = "golden SAML, seen by the federation team in the night of 1 March, INC-1042"
TENANT = {"id": "3f8a1c52-6b7d-4e90-9a41-0c5d2e7f8b13", "domain": "contoso.com"}
EVERYBODY = {"users": 0, "groups": [], "roles": [], "filter": None, "allUsers": True, "exclude": {"users": 1}}
FACTS = {"tenant": TENANT, "scope": EVERYBODY, "reason": REASON, "warnings": ["A run that covers this one goes on."]}
COUNTS = {"verified": 98_765, "failed": 1, "unverified": 1, "not_effective": 5100, "protected": 2, "excluded": 1}
ENDED = status("completed_with_failures", **FACTS, counts=COUNTS, total=103_870)
CANCELLED = ENDED | {"state": "cancelled", "cancelledAt": "2026-03-02T09:00:02.000Z"}
CANCELLED["cancelledBy"] = {"id": "o-2", "name": "Bo"}
DRY = status("completed", **FACTS, counts={"planned": 98_767, "not_effective": 5100, "protected": 2}, total=103_869)
DRY["dryRun"] = True
WAITS = status(
    "awaiting_approval",
    **FACTS,
    total=103_870,
    counts={},
    estimate={"finishAt": None, "writesPerSecond": 20},
    approval={"needed": True, "users": 98_767, "covers": "listed", "until": "2026-03-02T13:00:00Z"}
    | dict.fromkeys(("approvedBy", "approvedAt")),
)
CERTIFICATE = {"thumbprint": "7b13" * 10, "notBefore": "2024-11-24T10:13:18Z"}
FINDING = {
    "code": "federation_not_rotated",
    "text": "contoso.com (issuer http://sts.contoso.com/adfs/services/trust) trusts a certificate from before.",
}
DOMAIN = {
    "domain": "contoso.com",
    "verdict": "not_rotated",
    "configurations": [
        {"issuer": "http://sts.contoso.com/adfs/services/trust", "mfaBehavior": "rejectMfaByFederatedIdp"}
    ],
    "certificates": [CERTIFICATE],
    "findings": [FINDING],
}
SWEEP = {
    "sweepId": "01a2156e-b295-7130-be36-635d7164b9f6",
    "name": "the weeks after INC-1042, hourly",
    "state": "awaiting_approval",
    "nextTick": None,
    "until": "2026-12-10T01:18:25Z",
    "problem": "its last three runs ended failed: the list of a group could not be read",
    "endedBecause": None,
}
HELD = SWEEP | {
    "scope": EVERYBODY,
    "exclude": {"users": 1, "groups": []},
    "guests": "skip",
    "issuedBefore": "2026-03-01T00:00:00Z",
    "maxSessionAgeHours": None,
    "everyMinutes": 60,
    "schedule": None,
    "reason": REASON,
    "acknowledge": [],
    "createdBy": {"id": "o-1", "name": "Rita"},
    "countedUsers": 98_767,
    "approvalUntil": "2026-03-02T13:00:00Z",
}
USERS = says(200, {"users": [user(1), user(2, "already_revoked", userPrincipalName=LONG)], "cursor": None})
FAILED = says(200, {"users": [user(1), user(2, userPrincipalName=LONG)], "cursor": None})
LATE = says(200, {"users": [user(3, "unverified", reason="not_seen")], "cursor": None})


def ready(verdict: str = "managed", **changes: object) -> httpx.Response:
    """Return what preflight finds in a tenant of 103,870."""
    purpose = "revoke sign-in sessions, which is what all of this is for"
    granted = {"name": "User.RevokeSessions.All", "granted": True, "purpose": purpose, "without": "nothing"}
    missing = {"name": "PrivilegedEligibilitySchedule.Read.AzureADGroup", "granted": False, "purpose": "see who may"}
    found: dict[str, Any] = {
        "tenant": TENANT,
        "permissions": [granted, missing | {"without": "eligible members of groups are not seen"}],
        "federation": {"verdict": verdict, "reason": None, "domains": [DOMAIN] if verdict != "managed" else []},
        "users": {"total": 103_870, "members": 98_000, "guests": 5_100, "untyped": 770, "disabled": 31}
        | {"privileged": 41, "conflicting": 0},
        "protected": [{"entry": LONG, "id": "o-1", "userPrincipalName": LONG, "reason": None}],
        "estimate": {"users": 103_870, "seconds": 5044, "finishAt": "2026-03-02T10:24:05Z", "writesPerSecond": 20},
        "approval": {"above": 1000},
    }
    return says(200, {**found, **changes})


class Shown(NamedTuple):
    """A screen: what is typed, what the API answers, and what must stand there, whatever the width is."""

    argv: str
    answers: tuple[Scripted, ...]
    said: tuple[str, ...]
    typed: str = ""


IS = says(200, ENDED)
SCREENS = {
    "runs": Shown("runs", (says(200, {"runs": [ENDED, DRY, WAITS], "cursor": None}),), (SHORT, "103,870", "Rita")),
    "status": Shown(f"status {RUN}", (IS, FAILED, LATE), ("98,765", RUN, "completed_with_failures", "user1@contos")),
    "wait": Shown(f"wait {RUN}", (IS, FAILED, LATE), ("98,765", "not_effective", f"revoker report {SHORT}")),
    "users": Shown(f"users {RUN}", (USERS,), ("already_revoked", "user1@contoso.com", "HTTP 400")),
    "no users": Shown(f"users {RUN} --outcome refused", (says(200, {"users": [], "cursor": None}),), ("is refused",)),
    "not-done": Shown(f"not-done {RUN}", (IS, FAILED, LATE), ("unverified", "revoke in the Entra", "not_seen")),
    "approve": Shown(
        f"approve {RUN} --as Bo",
        (says(200, WAITS), ready(), says(200, {"runs": [WAITS, DRY], "cursor": None})),
        ("103,870", "contoso.com", "Rita", "type contoso.com", "nothing was started"),
        "no\n",
    ),
    "plan": Shown(
        "run --all-users --reason INC-7",
        (ready(), says(202, DRY)),
        ("98,767", "contoso.com", f"revoker users {SHORT}", "more than 1,000", "nothing was started"),
        "no\n",
    ),
    "gate": Shown(
        "run --all-users --reason INC-7",
        (ready("not_rotated"),),
        ("Nothing was started", "--acknowledge federation_not_rotated"),
    ),
    "dry run": Shown("run --user a@b.de --dry-run --reason x", (says(202, DRY), says(200, DRY)), ("98,767", SHORT)),
    "cancel": Shown(f"cancel {RUN}", (says(202, CANCELLED), FAILED, LATE), (SHORT,)),
    "preflight, ready": Shown("preflight", (ready(),), ("User.RevokeSessions.All", "MISSING", "1:24:04", "READY.")),
    "preflight, not ready": Shown("preflight", (ready("not_rotated", protected=[]),), ("NOT READY: 2 to mend.",)),
    "sweeps": Shown("sweeps list", (says(200, {"sweeps": [SWEEP, SWEEP]}),), (SWEEP["sweepId"], "awaiting_approval")),
    "sweep, paused": Shown("sweeps pause s-1", (says(200, SWEEP),), (SWEEP["sweepId"],)),
    "sweep, to approve": Shown(
        "sweeps resume s-1 --as Bo",
        (says(200, HELD), ready()),
        ("98,767", "Rita", "type contoso.com", "nothing was"),
        "no\n",
    ),
    "a wrong option": Shown("run --all-user --reason x", (), ("--all-users",)),
    "a wrong value": Shown("run --user a@b.de --issued-before yesterday --reason x", (), ("yesterday",)),
    "a wrong role": Shown("run --role 'Global Admin' --reason x", (), ("Global Administrator",)),
    "no such run": Shown("status 01a2", (says(200, {"runs": [ENDED, DRY], "cursor": None}),), (SHORT,)),
    "refused": Shown(
        "run --user a@b.de --reason x",
        (problem(400, "Invalid request", "1 error.", errors=[{"path": "users[0]", "message": f"{LONG} is no user"}]),),
        ("Invalid request", "--user"),
    ),
    "no answer": Shown("runs", (httpx.ConnectError("refused"),) * 9, ("127.0.0.1:7071",)),
}


def lines(shown: Shown, columns: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Run the command on terminals of so many columns, and return what stands there without its colours."""
    monkeypatch.setenv("COLUMNS", str(columns))
    left, both, paused = list(shown.answers), Terminal(), list[float]()

    class Keyboard(Terminal):
        """A keyboard whose keys show on the screen."""

        def readline(self, _size: int | None = -1) -> str:
            """Return what is typed, and show it."""
            both.write(shown.typed)
            return shown.typed

    def respond(_request: httpx.Request) -> httpx.Response:
        answer = left.pop(0)
        if isinstance(answer, httpx.Response):
            return answer
        raise answer

    screen = Screen(Keyboard(), both, both, now=lambda: NOW)
    argv = [word.replace("_", " ") for word in shown.argv.replace("'Global Admin'", "Global_Admin").split()]
    perform(argv, API, screen, httpx.MockTransport(respond), paused.append, lambda: sum(paused))
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", both.getvalue()).replace("\r", "").splitlines()


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("name", SCREENS)
def test_each_screen_fits(name: str, columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command to copy, and one word alone, may be longer: a break inside them would be copied too."""
    found = lines(SCREENS[name], columns, monkeypatch)
    text = "".join("".join(found).split())

    assert [] == [line for line in found if cell_len(line) > columns and " " in line.strip() and not COMMAND(line)]
    assert [] == [words for words in SCREENS[name].said if "".join(words.split()) not in text]
    assert "\u2026" not in text  # the sign of a text that was cut


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("name", ["users", "not-done", "status"])
def test_a_name_longer_than_its_column_is_folded_whole(
    name: str, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its pieces stand one under the other in the first column."""
    found = lines(SCREENS[name], columns, monkeypatch)

    assert LONG in "".join(line.partition("  ")[0] for line in found)


@pytest.mark.parametrize("name", SCREENS)
def test_no_width_is_too_small(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal of 20 columns every screen still comes to its end."""
    assert lines(SCREENS[name], 20, monkeypatch)


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_user_not_done_is_read_as_a_block_where_columns_would_be_too_narrow(
    columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Name and outcome, and under them why and what to do; in columns where there is room."""
    found = lines(SCREENS["not-done"], columns, monkeypatch)
    block = [
        "user1@contoso.com  failed",
        "  bad_request, HTTP 400, r-1",
        "  retry; where it fails again, revoke in the Entra portal",
    ]

    assert (columns < 120) == (block == found[:3])


@pytest.mark.parametrize("name", ["runs", "users", "not-done", "preflight, ready", "sweeps"])
def test_what_a_program_reads_is_never_broken(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of 60 columns breaks no line of JSON: copied from there, it is JSON still."""
    shown = SCREENS[name]

    assert json.loads("\n".join(lines(shown._replace(argv=f"{shown.argv} -o json"), 60, monkeypatch)))


def test_every_command_that_shows_something_is_here() -> None:
    """A new command comes with its screens; `watch`, `retry` and `resume` show what `run` and `wait` show."""
    from revoker.cli.table import TABLE  # noqa: PLC0415 - imports every option

    seen = {" ".join(shown.argv.split()[: 2 if shown.argv.startswith("sweeps") else 1]) for shown in SCREENS.values()}
    same = {"watch", "retry", "resume", "sentinel", "report", "sweeps create", "sweeps delete"}

    assert {one.name for one in TABLE} - same == seen
