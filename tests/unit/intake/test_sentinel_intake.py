"""The Sentinel door on recorded payloads: as they are, in other casings, and broken in every way."""

import copy
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, strategies as st
from support.strategies import JSON

from revoker.core.names import object_id
from revoker.core.plan import make_plan
from revoker.core.problems import InvalidError
from revoker.core.request import Incident, Person, Request, Target, Trigger
from revoker.core.rules import NamedAccounts
from revoker.intake.sentinel import parse_sentinel
from revoker.intake.shapes import read_payload

EVENTS = Path(__file__).parents[2] / "events" / "sentinel"
EXPECTED = json.loads((EVENTS / "expected.json").read_text())
SAMPLES = {name: json.loads((EVENTS / name).read_text()) for name in EXPECTED}
REFUSED = [name for name, told in EXPECTED.items() if told["kind"] in {"empty", "azure_monitor_common_alert"}]
ACCEPTED = [name for name in EXPECTED if name not in REFUSED]
HOME = "3f8a1c52-6b7d-4e90-9a41-0c5d2e7f8b13"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RITA = Person("o-1", "Rita")


def parsed(body: object, **options: str) -> Request:
    """Return the request in a body."""
    return parse_sentinel(body, options, RITA, HOME, NOW)[0]


def test_every_sample_is_expected() -> None:
    """No recorded payload is left out, and none is missing."""
    assert {path.name for path in EVENTS.glob("*.json")} - {"expected.json"} == set(EXPECTED)


@pytest.mark.parametrize("name", ACCEPTED)
def test_each_sample(name: str) -> None:
    """Kind, accounts, targets and reasons are as recorded, in order, before the directory is asked."""
    told, request = EXPECTED[name], parsed(SAMPLES[name])
    named = dict.fromkeys(target.name for target in request.targets if target.name)

    assert told["kind"] == read_payload(SAMPLES[name]).kind
    assert told["account_entities"] == len(request.targets)
    assert told["targets"] == [["id" if object_id(found) else "upn", found] for found in named]
    assert told["skipped"] == [reason for target in request.targets if (reason := not_named(target))]


@pytest.mark.parametrize("name", ACCEPTED)
def test_each_sample_is_accounted_for(name: str) -> None:
    """Each account is planned, settled or folded once; a name that was joined waits for the directory to confirm it."""
    told, request = EXPECTED[name], parsed(SAMPLES[name])
    plan = make_plan(request, {}, NamedAccounts(), NamedAccounts(), NOW)
    joined = {target.name for target in request.targets if target.confirm}

    assert told["account_entities"] == len(plan.planned) + len(plan.settled) + len(plan.folded)
    assert not joined & {user.key for user in plan.planned}
    assert joined == {user.key for user in plan.settled if user.reason == "name_unconfirmed"}


def not_named(target: Target) -> str | None:
    """Return why an account is no target by name, as far as intake can tell."""
    if target.search:
        return target.search.otherwise
    return target.settled[1] if target.settled else None


@pytest.mark.parametrize("name", REFUSED)
def test_each_refused_sample(name: str) -> None:
    """An empty body and an Azure Monitor alert are the caller's mistake."""
    with pytest.raises(InvalidError, match="Accepted are"):
        parsed(SAMPLES[name])


def recased(value: object, random: Random) -> object:
    """Return the same JSON with every key in a casing of its own."""
    if isinstance(value, dict):
        return {"".join(random.choice((c.lower(), c.upper())) for c in k): recased(v, random) for k, v in value.items()}
    return [recased(item, random) for item in value] if isinstance(value, list) else value


@given(st.sampled_from(ACCEPTED), st.randoms(use_true_random=False))
def test_keys_are_read_in_any_casing(name: str, random: Random) -> None:
    """However the keys are written, at every level, the request is the same."""
    assert parsed(SAMPLES[name]) == parsed(recased(SAMPLES[name], random))


def places(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """Return the path of everything inside a JSON value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inside for place in places(item, (*path, key)))]


def put(body: object, place: tuple[object, ...], value: object) -> object:
    """Return a body with something else in one place."""
    if not place:
        return value
    changed = copy.deepcopy(body)
    spot = changed
    for key in place[:-1]:
        spot = spot[key]
    spot[place[-1]] = value
    return changed


@given(st.sampled_from(ACCEPTED), st.data())
def test_a_mutated_sample_is_read_or_refused(name: str, data: st.DataObject) -> None:
    """With anything in any place, every account entity is one target, or the body is refused: nothing else leaves."""
    body = SAMPLES[name]
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(places(body)))
        body = put(body, place, data.draw(JSON | st.sampled_from(["", None, [], {}, [None], "[", "a@b"])))
    try:
        request, accounts = parsed(body), read_payload(body).accounts
    except InvalidError as error:
        assert error.detail  # noqa: PT017 - a refusal says why
    else:
        assert len(accounts) == len(request.targets)
        assert bool(request.targets) != bool(request.warnings)
        assert all(target.requested_as for target in request.targets)


@given(JSON)
def test_only_an_invalid_error_leaves(body: object) -> None:
    """Whatever JSON comes in, it is a request or a refusal."""
    try:
        request = parsed(body)
    except InvalidError as error:
        assert error.errors  # noqa: PT017 - a refusal has a path
    else:
        assert request.trigger is Trigger.SENTINEL


def without_accounts(number: int | None, title: str | None) -> dict[str, object]:
    """Return an incident that names nobody."""
    details = {"incidentNumber": number, "title": title, "relatedEntities": []}
    return {"objectSchemaType": "Incident", "object": {"id": "/x", "properties": details}}


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (without_accounts(1042, "Token reuse"), "incident 1042 (Token reuse)"),
        (without_accounts(0, None), "incident 0 (/x)"),
        (without_accounts(None, None), "the incident or alert (/x)"),
        ({"SystemAlertId": "s", "AlertDisplayName": "Reuse"}, "the incident or alert (Reuse)"),
        ({"SystemAlertId": "s"}, "the incident or alert (untitled)"),
        ({"Accounts": []}, "the payload"),
        ([], "the payload"),
    ],
    ids=repr,
)
def test_no_accounts_is_said(body: object, named: str) -> None:
    """A payload without accounts is a run of none that says so, names the incident, and that entities come late."""
    (says,) = parsed(body).warnings

    assert says.startswith(f"0 accounts: {named} names no account")
    assert "post again" in says


def test_the_incident_and_the_event_are_kept() -> None:
    """Number, title, link and the event's own id come along; the reason is a sentence of ours."""
    request, event = parse_sentinel(SAMPLES["incident.json"], {}, RITA, HOME, NOW)

    assert event == SAMPLES["incident.json"]["eventUniqueId"]
    assert isinstance(request.incident, Incident)
    assert (request.incident.number, request.warnings) == (1042, ())
    assert request.reason == f"sentinel incident: incident 1042 ({request.incident.title})"


@pytest.mark.parametrize(
    ("options", "issued_before", "dry_run"),
    [
        ({}, None, False),
        ({"dryRun": "true"}, None, True),
        ({"dryRun": "True"}, None, True),
        ({"dryRun": "1"}, None, True),
        ({"dryRun": "false"}, None, False),
        ({"dryRun": "0"}, None, False),
        ({"cooldownMinutes": "10"}, None, False),
        ({"issuedBefore": "2026-03-02T08:00:00Z"}, NOW - timedelta(hours=1), False),
        ({"issuedBefore": "2026-03-02T09:00:00 01:00"}, NOW - timedelta(hours=1), False),
        ({"issuedBefore": "2026-03-02T09:01:00Z", "dryRun": "true"}, NOW + timedelta(minutes=1), True),
    ],
    ids=repr,
)
def test_good_options(options: dict[str, str], issued_before: datetime | None, dry_run: bool) -> None:  # noqa: FBT001 - a table
    """The query says from when, for how long to leave people alone, and whether to stop after planning."""
    request = parsed(SAMPLES["incident.json"], **options)

    assert (issued_before, dry_run) == (request.issued_before, request.dry_run)


@pytest.mark.parametrize(("minutes", "days"), [("10", 0), ("010", 0), ("10080", 7)])
def test_a_cooldown_is_no_cutoff(minutes: str, days: int) -> None:
    """The account's own date decides nothing: the request is for every session, unless the ledger knows better."""
    request = parsed(SAMPLES["incident.json"], cooldownMinutes=minutes)

    assert (None, timedelta(days=days) or timedelta(minutes=10)) == (request.issued_before, request.cooldown)


@pytest.mark.parametrize(
    ("option", "values"),
    [
        ("dryRun", ["", "yes", "on", " true", "truefalse", "2"]),
        (
            "cooldownMinutes",
            ["", "0", "-5", "1.5", "10081", "ten", "+5", "\u0663", "9" * 5000, "0000000019999999999"],
        ),
        ("issuedBefore", ["", "2026-03-02", "2026-03-02T08:00:00", "2026-03-02T09:01:01Z", "yesterday", "1772442000"]),
    ],
)
def test_bad_options(option: str, values: list[str]) -> None:
    """A wrong option is refused by its name, before the body is looked at."""
    for value in values:
        with pytest.raises(InvalidError) as raised:
            parsed({}, **{option: value})

        assert [option] == [path for path, _ in raised.value.errors]


def test_two_cutoffs_are_one_too_many() -> None:
    """A cooldown and a moment contradict each other."""
    with pytest.raises(InvalidError, match="cooldownMinutes"):
        parsed(SAMPLES["incident.json"], issuedBefore="2026-03-02T08:00:00Z", cooldownMinutes="5")


def test_sixty_accounts_and_too_many() -> None:
    """Sixty accounts are as two; more than a run takes are refused."""
    accounts = [{"Name": f"u{number}", "UPNSuffix": "contoso.com"} for number in range(10_001)]

    assert [f"u{number}@contoso.com" for number in range(60)] == [
        target.name for target in parsed({"Accounts": accounts[:60]}).targets
    ]
    with pytest.raises(InvalidError, match="10001 accounts") as raised:
        parsed({"Accounts": accounts})
    assert (("", "post at most 10000 accounts at a time"),) == raised.value.errors


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (SAMPLES["edge_mailbox_only.json"], "It holds 1 mailbox. A mailbox is no account; to revoke its user,"),
        (SAMPLES["edge_mailbox_only.json"], "name it in a run: cara@contoso.com. Entities may arrive"),
        ({"SystemAlertId": "s", "Entities": [{"Type": "host"}, {"Type": "host"}, {"Type": "ip"}]}, "2 hosts, 1 ip."),
        ({"evidence": [{"@odata.type": "#microsoft.graph.security.ipEvidence"}]}, "It holds 1 ip."),
        ({"evidence": [{"@odata.type": "#x.mailboxEvidence", "primaryAddress": "c@b.com"}]}, "a run: c@b.com."),
        ({"evidence": [{"verdict": "x"}]}, "It holds 1 unknown item."),
        ({"SystemAlertId": "s", "Entities": [{"Type": f"k{kind}"} for kind in range(12)]}, "1 k9, 2 more kinds."),
    ],
    ids=repr,
)
def test_what_was_there_instead_is_said(body: object, says: str) -> None:
    """An answer about 0 accounts names the kinds that were in the body, and whose mailboxes."""
    [sentence] = parsed(body).warnings

    assert says in sentence


@pytest.mark.parametrize(
    ("accounts", "text", "said"),
    [(2, "", False), (49, "", False), (50, "", True), (500, "", True), (3, "x" * 25_000, True)],
)
@pytest.mark.parametrize("kind", ["incident", "alert"])
def test_a_body_that_sentinel_may_have_cut_says_so(kind: str, accounts: int, text: str, said: bool) -> None:  # noqa: FBT001
    """A rule names 500 entities an alert, divided among what it maps, and 64 KB of them; the rest is missing."""
    named = [
        {"kind": "Account", "Type": "account", "aadUserId": str(UUID(int=number + 1)), "displayName": text}
        for number in range(accounts)
    ]
    body: dict[str, object] = {"systemAlertId": "a", "Entities": json.dumps(named)}
    if kind == "incident":
        body = {"objectSchemaType": "Incident", "object": {"properties": {"relatedEntities": named}}}
    request = parsed(body)

    assert accounts == len(request.targets)
    assert said == any("there may be more" in sentence for sentence in request.warnings)
    assert said == any("start a run for the others" in sentence for sentence in request.warnings)


def test_graph_cuts_nothing() -> None:
    """An alert of Microsoft Graph is no rule's: however many users are in its evidence, the limits are not its own."""
    user = {"@odata.type": "#microsoft.graph.security.userEvidence"}
    evidence = [{**user, "userAccount": {"azureAdUserId": str(UUID(int=number + 1))}} for number in range(60)]
    request = parsed({"@odata.type": "#microsoft.graph.security.alert", "evidence": evidence})

    assert (60, ()) == (len(request.targets), request.warnings)
