"""What is shown and asked before a run that may mean many users."""

import base64
import json

import httpx
import pytest
from support.desk import API, RUN, Ended, Scripted, command, problem, says, status

from revoker.cli.remote.token import Played
from revoker.cli.typed.choices import Code
from revoker.core.federation import CODES

REASON = ("--reason", "INC-7")
TENANT = {"id": "3f8a1c52-6b7d-4e90-9a41-0c5d2e7f8b13", "domain": "contoso.com"}
FEDERATED = {
    "domain": "corp.contoso.com",
    "verdict": "not_rotated",
    "certificates": [{"thumbprint": "AB", "subject": "CN=x", "notBefore": "2024-01-01T00:00:00Z"}],
}
ENDED = [says(202, status("revoking"), Retry_After="5"), says(200, status())]
LOOKED, REHEARSED, STARTED = "GET /api/preflight", "POST /api/runs", "POST /api/runs"


def preflight(verdict: str = "managed", **changes: object) -> Scripted:
    """Return what stands ready in a tenant of 600."""
    domains = [{**FEDERATED, "verdict": verdict}] if verdict != "managed" else []
    found = {
        "tenant": TENANT,
        "permissions": [],
        "federation": {"verdict": verdict, "reason": None, "domains": domains},
        "users": {"total": 600},
        "protected": [{"entry": "bg@contoso.com", "id": "o-1", "userPrincipalName": "bg@contoso.com", "reason": None}],
        "estimate": {"users": 600, "seconds": 90, "finishAt": "2026-03-02T09:01:30Z", "writesPerSecond": 20},
        "approval": {"above": 500},
    }
    return says(200, {**found, **changes})


def rehearsed(planned: int = 540, **changes: object) -> Scripted:
    """Return the status of the dry run that lists the users."""
    counts = {"planned": planned, "not_effective": 50, "protected": 1, "excluded": 9}
    scope = {"users": 0, "groups": [], "roles": [], "filter": None, "allUsers": True, "exclude": {}}
    facts = {"dryRun": True, "counts": counts, "scope": scope, "tenant": TENANT, **changes}
    return says(202, status("completed", **facts, total=sum(facts["counts"].values())))  # type: ignore[attr-defined]


def everybody(typed: str | None, *answers: Scripted, more: tuple[str, ...] = ()) -> Ended:
    """Run the command over everybody."""
    return command("run", "--all-users", *more, *REASON, answers=answers, typed=typed)


def test_the_plan_says_what_would_happen() -> None:
    """Tenant, address, scope, numbers, protected, exclusions, gate, time and approval; then the domain is typed."""
    scope = {"users": 0, "allUsers": True, "exclude": {"users": 2, "groups": ["g-1"]}}
    ended = everybody("contoso.com\n", preflight(), rehearsed(scope=scope), *ENDED)

    for words in (
        f"Tenant     contoso.com {TENANT['id']}",
        "API        http://127.0.0.1:7071/api",
        "Sign out   540 users: everybody",
        "Reason     INC-7",
        "Guests     50 left alone",
        "Protected  1 left alone: bg@contoso.com",
        "Excluded   9 spared: 2 users and 1 group excluded",
        "Gate       no federated domain",
        "1:27 after the start",
        "Approval   a second person must approve it: more than 500 users",
        f"revoker users {RUN[:13]}   # lists these users",
        "To sign out 540 users, type contoso.com:",
    ):
        assert words in ended.err
    assert (0, [LOOKED, REHEARSED, STARTED]) == (ended.code, ended.calls[:3])
    assert {"allUsers": True, "dryRun": True, "reason": "INC-7"} == ended.asked[1].body
    assert {"allUsers": True, "reason": "INC-7"} == ended.asked[2].body


@pytest.mark.parametrize("typed", ["", "\n", "y\n", "yes\n", "540\n", "contoso\n", "contoso.onmicrosoft.com\n"])
def test_any_other_answer_starts_nothing(typed: str) -> None:
    """Nothing tenant-wide by habit: only the domain itself is a yes."""
    ended = everybody(typed, preflight(), rehearsed())

    assert (2, [LOOKED, REHEARSED]) == (ended.code, ended.calls)
    assert "nothing was started" in ended.err


def test_an_api_that_does_not_tell_the_tenant_has_the_number_typed() -> None:
    """An older API: its absence is said, and what can be known is asked for."""
    older = [preflight(tenant=None, approval=None), rehearsed(tenant=None)]
    ended = everybody("540\n", *older, *ENDED)

    assert 0 == ended.code
    assert "Tenant     not told by this API" in ended.err
    assert "To sign out 540 users, type 540:" in ended.err


def test_an_exclusion_that_spares_no_user_is_seen() -> None:
    """A typing error in an exclusion stands in the plan."""
    counts = {"planned": 540}
    scope = {"users": 0, "allUsers": True, "exclude": {"users": 1, "groups": []}}
    typo = ("--exclude-user", "gale@contoso.com")
    ended = everybody("no\n", preflight(), rehearsed(counts=counts, scope=scope), more=typo)

    assert "Excluded   NO USER IS SPARED: 1 user (gale@contoso.com) excluded" in ended.err


def test_users_beside_all_users_add_nothing() -> None:
    """An operator that writes both may mean the one user alone."""
    ended = everybody("no\n", preflight(), rehearsed(scope={"users": 1, "allUsers": True}), more=("--user", "a@b.de"))

    assert "Note       --user beside --all-users: every user is signed out, not these alone" in ended.err


def test_users_who_are_not_found_are_not_counted_as_signed_out() -> None:
    """They stand in a line of their own, with the command that names them."""
    ended = everybody("no\n", preflight(), rehearsed(counts={"planned": 3, "not_found": 2}))

    assert "Sign out   3 users: everybody" in ended.err
    assert f"Not found  2: revoker users {RUN[:13]} --outcome not_found" in ended.err


def test_what_was_acknowledged_goes_into_the_listing_too() -> None:
    """Otherwise its warnings would say that a real run is refused."""
    code = "federation_not_rotated"
    ended = everybody("no\n", preflight("not_rotated"), rehearsed(), more=("--acknowledge", code))

    assert [code] == ended.asked[1].body["acknowledge"]


def test_a_tenant_without_protected_accounts_is_warned() -> None:
    """The operator may lock the organisation out."""
    assert "Protected  NO ACCOUNT" in everybody("no\n", preflight(protected=[]), rehearsed()).err


@pytest.mark.parametrize(
    ("verdict", "more", "said"),
    [
        ("not_rotated", (), "First issue new token-signing certificates twice"),
        ("undated", (), "Say since when the intruder was in, --compromised-at TIME"),
        ("unchecked", (), "--acknowledge federation_unchecked"),
        ("not_rotated", ("--acknowledge", "federation_unchecked"), "--acknowledge federation_not_rotated"),
    ],
)
def test_the_gate_refuses_before_the_question(verdict: str, more: tuple[str, ...], said: str) -> None:
    """No one types a domain for a run that cannot start; the certificates in the way are named."""
    ended = everybody("contoso.com\n", preflight(verdict), more=more)

    assert (2, [LOOKED]) == (ended.code, ended.calls)
    assert said in ended.err
    assert "corp.contoso.com: AB" in ended.err
    assert "type contoso.com" not in ended.err


@pytest.mark.parametrize(
    ("verdict", "more", "said"),
    [
        ("not_rotated", ("--acknowledge", "federation_not_rotated"), "federation_not_rotated: acknowledged by you"),
        ("undated", ("--acknowledge", "federation_not_rotated"), "federation_not_rotated: acknowledged by you"),
        ("rotated", (), "passed: 1 federated, certificates renewed"),
        ("rotated", ("--thumbprint", "ab" * 20), "passed: 1 federated, certificates renewed"),
        (
            "undated",
            ("--trusted-thumbprint", *(f"{number:040x}" for number in range(200))),
            "judged by the API at the start",
        ),
    ],
)
def test_the_gate_stands_in_the_plan(verdict: str, more: tuple[str, ...], said: str) -> None:
    """What was found, and what was acknowledged."""
    assert f"Gate       {said}" in everybody("no\n", preflight(verdict), rehearsed(), more=more).err


def test_a_gate_without_a_date_passes_as_such() -> None:
    """Thumbprints alone judge no age, so nothing is called renewed."""
    domains = [{**FEDERATED, "verdict": "undated", "findings": []}]
    found = preflight(federation={"verdict": "undated", "reason": None, "domains": domains})
    ended = everybody("no\n", found, rehearsed(), more=("--thumbprint", "ab" * 20))

    assert "Gate       passed: 1 federated, the age of their certificates not judged" in ended.err


def test_the_gate_is_judged_by_all_that_was_said() -> None:
    """Preflight is asked with the certificates too, so that no one types a domain for a run that cannot start."""
    thumb = "ab" * 20
    ended = everybody("no\n", findings("federation_untrusted"), more=("--trusted-thumbprint", thumb))

    assert {"trustedThumbprints": thumb} == ended.asked[0].query
    assert [LOOKED] == ended.calls


def test_a_small_group_is_asked_for_with_a_letter() -> None:
    """Listed, it is 3 users: y is enough."""
    scope = {"users": 0, "groups": ["g-1"], "roles": [], "exclude": {}, "names": {"g-1": "Finance"}}
    answers = [preflight(), rehearsed(3, counts={"planned": 3}, scope=scope), *ENDED]
    ended = command("run", "--group", RUN, *REASON, answers=answers, typed="y\n")

    assert 0 == ended.code
    assert "3 users: 1 group (Finance)" in ended.err
    assert "Sign out 3 users? [y/N]" in ended.err
    assert "Gate" not in ended.err


@pytest.mark.parametrize(
    ("state", "typed", "said"),
    [
        ("failed", "y\n", "To sign out 3 users, type contoso.com:"),
        ("cancelled", "", "was cancelled before its end: nothing was started."),
    ],
)
def test_a_group_that_was_not_listed_to_its_end_is_not_taken_for_a_small_one(state: str, typed: str, said: str) -> None:
    """Three users are those that were listed; the group may have thousands, so that a letter is not enough."""
    facts = {"dryRun": True, "counts": {"planned": 3}, "total": 3, "incomplete": True}
    listed = status(state, **facts, scope={"groups": ["g-1"]}, tenant=TENANT)
    ended = command("run", "--group", RUN, *REASON, answers=[preflight(), says(202, listed)], typed=typed)

    assert (2, [LOOKED, REHEARSED]) == (ended.code, ended.calls)
    assert said in ended.err


@pytest.mark.parametrize(
    ("argv", "asks"),
    [
        (("--user", "a@b"), False),
        (("--user", *(f"u{number}@b" for number in range(200))), False),
        (("--user", *(f"u{number}@b" for number in range(201))), True),
        (("--group", RUN), True),
        (("--role", "privileged"), True),
        (("--filter", "x eq true"), True),
        (("--all-users",), True),
        (("--all-users", "--dry-run"), False),
        (("--all-users", "--yes"), False),
    ],
)
def test_where_no_one_can_answer_nothing_large_is_started(argv: tuple[str, ...], asks: bool) -> None:  # noqa: FBT001
    """Up to 200 named users start at once; more need a terminal or --yes."""
    ended = command("run", *argv, *REASON, answers=[] if asks else ENDED)

    assert ((2, []) if asks else (0, [STARTED, f"GET /api/runs/{RUN}/result"])) == (ended.code, ended.calls)
    assert asks == ("say --yes" in ended.err)


def test_a_caller_who_may_not_read_can_start_all_the_same() -> None:
    """Preflight needs Sessions.Read; without it the plan says less."""
    forbidden = problem(403, "Role required", "Sessions.Read.")
    ended = everybody("contoso.com\n", forbidden, rehearsed(), *ENDED)

    assert 0 == ended.code
    assert "Gate       judged by the API at the start" in ended.err


def test_a_dry_run_that_was_looked_at_is_applied() -> None:
    """--plan shows it, asks, and sends its id; its reason is kept unless there is another."""
    found = rehearsed()
    ended = command("run", "--plan", RUN, "--include-new", answers=[found, preflight(), *ENDED], typed="contoso.com\n")

    assert 0 == ended.code
    assert {"plan": RUN, "reason": "INC-7", "includeNew": True} == ended.asked[2].body


@pytest.mark.parametrize(("more", "code"), [((), 2), (("--acknowledge", "federation_not_rotated"), 0)])
def test_the_gate_refuses_a_plan_before_the_question(more: tuple[str, ...], code: int) -> None:
    """What the dry run found at the gate would refuse the run that applies it."""
    finding = {"code": "federation_not_rotated", "domain": "contoso.com", "text": "contoso.com trusts an old one."}
    seen = {"domain": "contoso.com", "verdict": "not_rotated", "certificates": [], "findings": [finding]}
    found = says(200, status(dryRun=True, scope={"users": 0, "allUsers": True}, federation=[seen], tenant=TENANT))
    answers = [found] if code else [found, preflight(), *ENDED]
    ended = command("run", "--plan", RUN, *more, answers=answers, typed="contoso.com\n")

    assert code == ended.code
    assert ("contoso.com trusts an old one." in ended.err) == bool(code)
    assert ("type contoso.com" in ended.err) == (not code)


@pytest.mark.parametrize(
    ("more", "answers", "said"),
    [
        (("--user", "a@b"), [], "leave out --user"),
        (("--dry-run",), [], "leave out --dry-run"),
        (("--compromised-at", "2026-01-01T00:00:00Z"), [], "leave out --compromised-at"),
        ((), [says(200, status())], "is no dry run: start one with --dry-run"),
        ((), [says(200, status("planning", dryRun=True))], "goes on still: wait for it"),
        (
            ("--yes",),
            [
                says(200, status(dryRun=True)),
                problem(
                    400, "Invalid request", "x", errors=[{"path": "plan", "message": "unknown field; known are: x"}]
                ),
            ],
            "This API is older than the command and cannot apply a dry run",
        ),
    ],
)
def test_what_cannot_be_applied(more: tuple[str, ...], answers: list[Scripted], said: str) -> None:
    """Another scope beside it, a real run, one that goes on, an API that does not know plans."""
    ended = command("run", "--plan", RUN, *more, answers=answers)

    assert 2 == ended.code
    assert said in ended.err


def test_an_approver_sees_the_plan() -> None:
    """The requester, the reason, the numbers; then the domain."""
    scope = {"users": 0, "allUsers": True, "exclude": {"users": 1, "groups": []}}
    held = status("awaiting_approval", tenant=TENANT, counts={}, total=600, scope=scope)
    answers = [says(200, held), preflight(), says(202, status("planning")), says(200, status())]
    ended = command("approve", RUN, answers=answers, typed="contoso.com\n")

    assert 0 == ended.code
    assert "Rita asks for your approval, for: INC-7" in ended.err
    assert "Sign out   about 600 users: everybody; the listing decides" in ended.err
    assert "Guests     not listed yet" in ended.err
    assert "Protected  bg@contoso.com\n" in ended.err
    assert "Excluded   1 user excluded; not listed yet" in ended.err
    assert "To sign out about 600 users, type contoso.com:" in ended.err
    assert f"POST /api/runs/{RUN}/approve" == ended.calls[2]


def test_an_approver_of_a_plan_sees_the_numbers_of_its_dry_run() -> None:
    """One plan has one set of numbers: those that the requester saw, not the directory's count of 600."""
    held = status("awaiting_approval", tenant=TENANT, counts={}, total=600, scope={"allUsers": True}, plan=RUN)
    answers = [says(200, held), preflight(), rehearsed(), says(202, status("planning")), says(200, status())]
    ended = command("approve", RUN, answers=answers, typed="contoso.com\n")

    assert 0 == ended.code
    assert "Sign out   540 users: everybody\n" in ended.err
    assert f"Dry run    {RUN[:13]} counted them: revoker users {RUN[:13]}" in ended.err
    assert "Guests     50 left alone" in ended.err
    assert "To sign out 540 users, type contoso.com:" in ended.err


def test_an_approver_of_newcomers_too_is_not_shown_the_dry_runs_number() -> None:
    """With ``--include-new`` more users may be signed out than the dry run counted."""
    told = {"tenant": TENANT, "counts": {}, "total": 600, "scope": {"allUsers": True}, "plan": RUN, "includeNew": True}
    answers = [says(200, status("awaiting_approval", **told)), preflight()]
    ended = command(
        "approve", RUN, answers=[*answers, says(202, status("planning")), says(200, status())], typed="contoso.com\n"
    )

    assert 0 == ended.code
    assert "Sign out   about 600 users: everybody; the listing decides" in ended.err


def test_ctrl_c_while_the_dry_run_is_asked_for_leaves_no_doubt() -> None:
    """Both sentences at once would contradict each other: a dry run that was started signs no one out."""
    ended = everybody("", preflight(), KeyboardInterrupt())

    assert "Nothing was started: a dry run signs no one out." in ended.err
    assert "It may have been" not in ended.err


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            rehearsed(),
            f"540 users would be signed out, as dry run {RUN[:13]} counted them; 50 guests left to their home tenants.",
        ),
        (problem(404, "Not found", "It is forgotten."), "about 600 users would be signed out; the listing decides."),
    ],
)
def test_a_plan_that_waits_says_what_its_dry_run_counted(answer: httpx.Response, said: str) -> None:
    """The directory's own count, guests and protected accounts among it, is no number of users to be signed out."""
    held = status("awaiting_approval", counts={}, total=600, scope={"allUsers": True}, plan=RUN)
    ended = command("status", RUN, answers=[says(200, held), answer])

    assert f"AWAITING APPROVAL: nothing is done yet; {said}" == ended.out.splitlines()[0]


@pytest.mark.parametrize(
    ("state", "changes", "said"),
    [
        (
            "awaiting_approval",
            {"startedAt": "2026-03-02T09:00:00Z", "approval": {"users": 5000}},
            "AWAITING APPROVAL: 2 of 3 users signed out, 2 confirmed so far; the scope has grown to 5,000 users.",
        ),
        (
            "cancelled",
            {"incomplete": True},
            "CANCELLED: 2 of 3 users signed out, 2 confirmed; 0 not done; its scope was not listed to the end.",
        ),
    ],
)
def test_a_verdict_claims_no_more_than_was_done(state: str, changes: dict[str, object], said: str) -> None:
    """A run that waits because its scope grew has signed out users; a cancelled one may not have listed all."""
    found = status(state, counts={"verified": 2, "planned": 1}, total=3, **changes)
    ended = command("status", RUN, answers=[says(200, found)])

    assert said == ended.out.splitlines()[0]


TOKEN = f"e30.{base64.urlsafe_b64encode(json.dumps({'oid': 'o-1'}).encode()).decode().rstrip('=')}.s"


@pytest.mark.parametrize(
    ("more", "env", "person", "said"),
    [
        ((), {**API, "REVOKE_TOKEN": TOKEN}, "o-1", f"revoker approve {RUN[:13]}"),
        (("--as", "Rita"), API, Played("Rita").id, f"revoker --as NAME approve {RUN[:13]}"),
    ],
)
def test_ones_own_run_is_refused_before_the_question(
    more: tuple[str, ...], env: dict[str, str], person: str, said: str
) -> None:
    """No plan is read and no domain typed in vain; the other person's command is there to send."""
    held = status("awaiting_approval", requestedBy={"id": person, "name": "Rita"})
    ended = command(*more, "approve", RUN, answers=[says(200, held)], typed="contoso.com\n", env=env)

    assert (2, [f"GET /api/runs/{RUN}"]) == (ended.code, ended.calls)
    assert f"You asked for run {RUN[:13]} yourself, as Rita: another person must" in ended.err
    assert f"\n  {said}\n" in ended.err


@pytest.mark.parametrize("state", ["completed", "revoking"])
def test_what_does_not_wait_is_not_approved(state: str) -> None:
    """Its state is said, and nothing is sent."""
    ended = command("approve", RUN, answers=[says(200, status(state))], typed="contoso.com\n")

    assert (2, [f"GET /api/runs/{RUN}"]) == (ended.code, ended.calls)
    assert state in ended.err


def test_a_cancelled_run_is_taken_up_again() -> None:
    """The users whom it left, by id, for the same incident, under one key."""
    left = status("cancelled", counts={"cancelled": 2, "verified": 1}, total=3, incident={"id": None, "number": 7})
    page = {"users": [{"id": "i-1", "requestedAs": "a@b"}, {"id": None, "requestedAs": "c@d"}], "cursor": None}
    ended = command("resume", RUN, answers=[says(200, left), says(200, page), *ENDED], typed="y\n")
    sent = ended.asked[2]

    assert 0 == ended.code
    assert {"users": ["i-1", "c@d"], "reason": f"Resumes {RUN[:13]}: INC-7", "incident": {"number": 7}} == sent.body
    assert f"resume:{RUN}" == sent.headers["Idempotency-Key"]


def test_a_run_cancelled_while_it_was_listed_says_what_is_not_taken_up() -> None:
    """No report names the users that were not listed: taking up the others must not look like all of it."""
    left = status("cancelled", counts={"cancelled": 2}, total=2, incomplete=True)
    page = {"users": [{"id": "i-1", "requestedAs": "a@b"}], "cursor": None}
    ended = command("resume", RUN, "--yes", answers=[says(200, left), says(200, page), *ENDED])

    assert 0 == ended.code
    assert "cancelled before its scope was listed, so this takes up the listed users only" in ended.err
    assert "--issued-before 2026-03-02T09:00:00.000Z" in ended.err


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (status(), "was not cancelled"),
        (status("cancelled", counts={"cancelled": 2}, dryRun=True), "was a dry run: its users were not to"),
        (status("cancelled", counts={"verified": 2}), "left no user"),
        (status("cancelled", counts={}, total=0, incomplete=True), "start it anew with its own scope"),
        (status("cancelled", counts={"cancelled": 10_001}), "--issued-before 2026-03-02T09:00:00.000Z"),
    ],
)
def test_what_cannot_be_taken_up(found: dict[str, object], said: str) -> None:
    """What was not cancelled, left no user, or left too many to name."""
    ended = command("resume", RUN, answers=[says(200, found)], typed="y\n")

    assert (2, 1) == (ended.code, len(ended.calls))
    assert said in ended.err


def test_a_group_by_name_is_the_apis_to_find() -> None:
    """The name goes out as it is; the groups that have it are shown, and nothing is guessed."""
    candidates = [{"id": f"i-{number}", "displayName": "Finance"} for number in (1, 2)]
    errors = [{"path": "groups[0]", "message": "2 groups are named 'Finance': write the id", "candidates": candidates}]
    refused = problem(400, "Invalid request", "1 error.", errors=errors)
    ended = command("run", "--group", "Finance", "--yes", *REASON, answers=[refused])

    assert ["Finance"] == ended.asked[0].body["groups"]
    assert [
        "The API refused this (400 Invalid request):",
        "  --group (item 1): 2 groups are named 'Finance': write the id",
        "    i-1  Finance",
        "    i-2  Finance",
    ] == ended.err.splitlines()


def test_a_group_is_no_address() -> None:
    """A mail address of a group is explained, and not sent."""
    ended = command("run", "--group", "finance@contoso.com", "--yes", *REASON)

    assert (2, []) == (ended.code, ended.calls)
    assert "write the group's object id, or its name" in ended.err


def findings(*codes: str) -> Scripted:
    """Return preflight of an API that lists findings: one each for a domain, a child of it shows them again."""
    found = [{"code": code, "text": f"contoso.com trusts AB, {code}."} for code in codes]
    domain = {**FEDERATED, "domain": "contoso.com", "findings": found}
    federation = {"verdict": "not_rotated", "reason": None, "domains": [domain, {**domain, "domain": "eu.contoso.com"}]}
    return preflight(federation=federation)


def test_one_finding_excuses_no_other() -> None:
    """Each code is acknowledged by itself; what is left is named, once."""
    since = ("--compromised-at", "2026-01-01T00:00:00Z")
    both = findings("federation_not_rotated", "federation_same_key")
    ended = everybody("contoso.com\n", both, more=(*since, "--acknowledge", "federation_not_rotated"))

    assert (2, [LOOKED]) == (ended.code, ended.calls)
    assert [
        "The gate would refuse this run. Nothing was started.",
        "- contoso.com trusts AB, federation_same_key.",
        "Make each new certificate with a new key: a renewed one keeps the intruder's.",
        "Or go on all the same, on record: --acknowledge federation_same_key",
    ] == ended.err.splitlines()


def test_findings_that_were_acknowledged_stand_in_the_plan() -> None:
    """By their codes."""
    codes = ("federation_not_rotated", "federation_untrusted")
    ended = everybody("no\n", findings(*codes), rehearsed(), more=("--acknowledge", *codes))

    assert "Gate       federation_not_rotated, federation_untrusted: acknowledged by you" in ended.err


def test_every_code_of_the_gate_can_be_acknowledged() -> None:
    """The command knows the codes that the gate has."""
    assert list(CODES) == list(Code)
