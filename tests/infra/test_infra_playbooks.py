"""The playbooks, run: what they send, and what they write on the incident, whatever comes back."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest
from kept import ROOT, Found, Json, of_type
from logic_app import Outside, Workflow

from revoker.core.outcome import Outcome
from revoker.core.run import State

API = "https://func-revoker.example/api"
AUDIENCE = "api://3f8a1c52-6b7d-4e90-9a41-0c5d2e7f8b13/revoker"
SAMPLES = sorted((ROOT / "tests" / "events" / "sentinel").glob("*.json"))
INCIDENT = json.loads((ROOT / "tests" / "events" / "sentinel" / "incident.json").read_text(encoding="utf-8"))
ENTITY = json.loads((ROOT / "tests" / "events" / "sentinel" / "entity.json").read_text(encoding="utf-8"))
OPENAPI = json.loads((ROOT / "revoker" / "web" / "openapi.json").read_text(encoding="utf-8"))

type Answer = Callable[[dict[str, Any]], tuple[str, dict[str, Any] | None]]


def definition(resources: list[Found], name: str) -> Json:
    """Return a playbook's definition as deployed: the text in the kept template with its tokens filled in."""
    [(_, workflow, template)] = of_type(resources, "Microsoft.Logic/workflows")
    [playbook] = [entry for entry in _literal(template["variables"]["playbooks"]) if entry["name"] == name]
    [text] = [
        value for value in template["variables"].values() if isinstance(value, str) and "Revoke_sessions" in value
    ]
    tokens = {
        "{{api}}": API,
        "{{audience}}": AUDIENCE,
        "{{identity}}": "/subscriptions/0/identity",
        "{{incident}}": playbook["incident"],
        "{{query}}": playbook["query"],
    }
    asked = set(re.findall(r"\{\{\w+\}\}", workflow["properties"]["definition"]["actions"]))
    assert set(tokens) == asked
    for token, value in tokens.items():
        text = text.replace(token, value)
    return {"path": playbook["path"], "actions": json.loads(text)}


def _literal(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return the value with its one parameter filled in."""
    text = json.dumps(value).replace(
        "[format('?cooldownMinutes={0}', parameters('cooldownMinutes'))]", "?cooldownMinutes=10"
    )
    return json.loads(text)


def status(**changes: object) -> Json:
    """Return a status as the contract has it; what the playbooks do not read is null where that is allowed."""
    schema = OPENAPI["components"]["schemas"]["Status"]
    value = {
        **dict.fromkeys(schema["required"]),
        "runId": "0c5d2e7f-8b13-4e90-9a41-3f8a1c526b7d",
        "state": "completed",
        "dryRun": False,
        "trigger": "sentinel",
        "requestedBy": {"id": "id", "name": "playbook"},
        "reason": "incident",
        "incident": None,
        "scope": {"users": 2},
        "priority": "urgent",
        "issuedBefore": "2026-11-24T00:00:00.000Z",
        "createdAt": "2026-11-24T00:00:00.000Z",
        "startedAt": None,
        "finishedAt": "2026-11-24T00:00:09.000Z",
        "counts": {"verified": 2},
        "total": 2,
        "progress": 1.0,
        "estimate": {"finishAt": None, "writesPerSecond": 20},
        "residualAccessUntil": "2026-11-24T01:30:00.000Z",
        "residualAccessNote": "Some tokens live longer.",
        "warnings": [],
        "retryOf": None,
        "retriedBy": None,
        "sweepId": None,
        "countermeasure": "CM0077",
        "techniques": ["T1550"],
        "approval": {**dict.fromkeys(schema["properties"]["approval"]["required"]), "needed": False},
        "acknowledged": [],
        "federation": [],
        "includeNew": False,
        "incomplete": False,
        **changes,
    }
    jsonschema.validate(value, {"$ref": "#/components/schemas/Status", "components": OPENAPI["components"]})
    return value


def answering(body: object, code: int = 200) -> Answer:
    """Answer the call with a body."""
    return lambda _inputs: ("Succeeded" if code < 300 else "Failed", {"statusCode": code, "body": body})


def play(resources: list[Found], name: str, trigger: object, http: Answer, **outside: Any) -> tuple[str, Outside]:  # noqa: ANN401 - any
    """Run a playbook; return its status and what it did."""
    met = Outside(http, **outside)
    return Workflow(definition(resources, name), trigger, met).run(), met


def test_incident_gets_one_comment_with_what_happened(resources: list[Found]) -> None:
    """The comment is on the incident of the trigger, has a row per outcome that occurred, and no other."""
    counts = {"verified": 2, "protected": 1}
    ended, met = play(resources, "incident", INCIDENT, answering(status(counts=counts, total=3)))

    [comment] = met.comments
    message = comment["body"]["message"]
    assert (ended, comment["path"]) == ("Succeeded", "/Incidents/Comment")
    assert comment["body"]["incidentArmId"] == INCIDENT["object"]["id"]
    assert re.findall(r"<tr><td>(\w+)</td><td>(\d+)</td></tr>", message) == [("verified", "2"), ("protected", "1")]
    assert "Revoker is done." in message
    assert "2026-11-24T01:30:00.000Z. Some tokens live longer.</p>" in message


def test_no_accounts_is_said_aloud(resources: list[Found]) -> None:
    """An incident without accounts is a green run that revoked nobody, and the comment says exactly that."""
    warning = "Incident 7 names 0 accounts; they may arrive late."
    body = status(counts={}, total=0, warnings=[warning], residualAccessUntil=None, residualAccessNote=None)
    _, met = play(resources, "incident", INCIDENT, answering(body))

    message = met.comments[0]["body"]["message"]
    assert "0 accounts here: nobody was signed out" in message
    assert warning in message
    assert "nothing was revoked. </p>" in message


@pytest.mark.parametrize("state", sorted({state for state in State if state.is_final} - {State.COMPLETED}))
def test_anything_but_complete_calls_for_somebody(resources: list[Found], state: State) -> None:
    """A run that ended otherwise is never presented as done."""
    _, met = play(resources, "incident", INCIDENT, answering(status(state=state, counts={"failed": 1}, total=1)))

    message = met.comments[0]["body"]["message"]
    assert "did NOT get everything done" in message
    assert "Revoker is done" not in message


def test_dry_run_says_so(resources: list[Found]) -> None:
    """Nobody takes a dry run for the real thing."""
    _, met = play(resources, "incident", INCIDENT, answering(status(dryRun=True, counts={"planned": 2})))

    assert "dry run: nobody was signed out" in met.comments[0]["body"]["message"]


def test_warnings_cannot_bring_html_of_their_own(resources: list[Found]) -> None:
    """A warning may quote an incident's title, which an attacker may have had a hand in."""
    warnings = ["<img src=x onerror=alert(1)> & <b>more</b>"]
    _, met = play(resources, "incident", INCIDENT, answering(status(warnings=warnings)))

    message = met.comments[0]["body"]["message"]
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; &lt;b&gt;more&lt;/b&gt;" in message
    assert "<img" not in message


def test_comment_stays_within_the_limit(resources: list[Found]) -> None:
    """Sentinel takes 30,000 characters; more, and there would be no comment at all."""
    everything = {outcome.value: 123_456 for outcome in Outcome}
    body = status(warnings=["<" * 50_000], counts=everything, total=1_851_840)
    ended, met = play(resources, "incident", INCIDENT, answering(body))

    assert ended == "Succeeded"
    assert len(met.comments[0]["body"]["message"]) < 30_000


@pytest.mark.parametrize(
    ("http", "words"),
    [
        (answering({"title": "Forbidden", "detail": "needs <role>"}, 403), ["NOBODY", "403", "needs &lt;role&gt;"]),
        (answering("<html>gateway</html>", 502), ["NOBODY", "502", "&lt;html&gt;gateway"]),
        (answering("", 401), ["NOBODY", "401"]),
        (lambda _inputs: ("Failed", None), ["NOBODY", "none"]),
        (lambda _inputs: ("TimedOut", None), ["has not finished within an hour", "goes on by itself", "approve"]),
        (answering(None), ["could not be written here"]),
        (answering({"unexpected": True}), ["could not be written here"]),
    ],
    ids=["problem", "gateway", "no-role", "no-answer", "timed-out", "empty", "not-a-status"],
)
@pytest.mark.parametrize("timed_out_within", ["TimedOut", "Failed"])
def test_failure_is_commented_and_the_run_is_red(
    resources: list[Found], http: Answer, words: list[str], timed_out_within: str
) -> None:
    """Nobody watches a playbook: when the call fails the incident says so, and the run is not green."""
    ended, met = play(resources, "incident", INCIDENT, http, timed_out_within=timed_out_within)

    [comment] = met.comments
    assert ended == "Failed"
    assert comment["body"]["incidentArmId"] == INCIDENT["object"]["id"]
    assert [word for word in words if word not in comment["body"]["message"]] == []


@pytest.mark.parametrize("timed_out_within", ["TimedOut", "Failed"])
@pytest.mark.parametrize("comment", ["Failed", "TimedOut"])
def test_comment_that_fails_leaves_a_red_run(resources: list[Found], comment: str, timed_out_within: str) -> None:
    """Without the right to comment there is nothing on the incident, but the run's history shows it."""
    how = {"comment_status": comment, "timed_out_within": timed_out_within}
    ended, met = play(resources, "incident", INCIDENT, answering(status()), **how)

    assert (ended, len(met.comments)) == ("Failed", 2)
    assert "could not be written here" in met.comments[1]["body"]["message"]


def test_entity_in_an_incident_is_commented_there(resources: list[Found]) -> None:
    """The entity trigger names its incident by another field."""
    arm_id = INCIDENT["object"]["id"]
    _, met = play(resources, "entity", {**ENTITY, "IncidentArmID": arm_id}, answering(status()))

    assert [comment["body"]["incidentArmId"] for comment in met.comments] == [arm_id]


@pytest.mark.parametrize("http", [answering(status()), answering({}, 500)], ids=["well", "failing"])
def test_entity_outside_an_incident_comments_nowhere(resources: list[Found], http: Answer) -> None:
    """Run from hunting, the field is absent: the sessions end, and no comment is tried."""
    trigger = {key: value for key, value in ENTITY.items() if key.lower() != "incidentarmid"}
    ended, met = play(resources, "entity", trigger, http)

    assert met.comments == []
    assert ended == ("Failed" if http(None)[0] == "Failed" else "Succeeded")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("name", ["incident", "entity"])
def test_trigger_body_is_passed_on_as_it_is(resources: list[Found], name: str, sample: Any) -> None:  # noqa: ANN401 - a path
    """Reading accounts is the API's work, which has the tests for it."""
    trigger = json.loads(sample.read_text(encoding="utf-8") or "null")
    _, met = play(resources, name, trigger, answering(status()))

    assert [call["body"] for call in met.called] == [trigger]


@pytest.mark.parametrize("name", ["incident", "entity"])
def test_call_is_one_that_the_contract_has(resources: list[Found], name: str) -> None:
    """Path, query and headers are in the OpenAPI document; the audience is one that the gate takes."""
    _, met = play(resources, name, INCIDENT, answering(status()))
    [call] = met.called
    url = urlsplit(call["uri"])
    operation = OPENAPI["paths"][url.path.removeprefix("/api")][call["method"].lower()]
    parameters = {(parameter["in"], parameter["name"]) for parameter in operation["parameters"]}
    [gate] = [
        resource["properties"]["identityProviders"]["azureActiveDirectory"]["validation"]["allowedAudiences"]
        for _, resource, _ in of_type(resources, "Microsoft.Web/sites/config")
        if "authsettingsV2" in resource["name"]
    ]

    assert {("query", query) for query in parse_qs(url.query)} <= parameters
    assert {("header", header) for header in call["headers"] if header != "Content-Type"} <= parameters
    assert 1 <= len(call["headers"]["Idempotency-Key"]) <= 1000
    assert gate[0] == "[parameters('gate').audience]"
    assert call["authentication"]["audience"] == AUDIENCE
    assert call["authentication"]["type"] == "ManagedServiceIdentity"


def test_gate_and_playbooks_get_the_same_audience(template: Json) -> None:
    """To the letter: a slash more and every call is a 401."""
    audience = "[parameters('apiAudience')]"
    modules = {name: module["properties"]["parameters"] for name, module in template["resources"].items()}

    assert modules["app"]["gate"]["value"]["audience"] == audience
    assert modules["playbooks"]["apiAudience"]["value"] == audience


def test_only_a_loop_of_incidents_is_cooled_down(resources: list[Found]) -> None:
    """A rule that fires again and again signs nobody out again and again; a person who chooses an account does."""
    queries = {
        name: urlsplit(play(resources, name, INCIDENT, answering(status()))[1].called[0]["uri"]).query
        for name in ("incident", "entity")
    }

    assert queries == {"incident": "cooldownMinutes=10", "entity": ""}


def test_every_outcome_has_its_row(resources: list[Found]) -> None:
    """An outcome that the table does not know would vanish from the comment."""
    listed = definition(resources, "incident")["actions"]["Revoke_and_report"]["actions"]["Outcomes"]["inputs"]["from"]

    assert set(listed) == {outcome.value for outcome in Outcome}
    assert len(listed) == len(set(listed))


def test_every_expression_names_an_action_and_a_field_that_exist(resources: list[Found]) -> None:
    """What a playbook reads of an answer is in the contract's status."""
    text = json.dumps(definition(resources, "incident")["actions"])
    fields = set(re.findall(r"body\('Revoke_sessions'\)\?\['(\w+)'\]", text))
    actions = set(re.findall(r"(?:body|outputs|actions)\('(\w+)'\)", text))

    assert fields
    assert fields <= set(OPENAPI["components"]["schemas"]["Status"]["required"])
    assert all(f'"{action}": {{"type"' in text for action in actions)


def every_action(actions: Json) -> Iterator[tuple[str, Json]]:
    """Yield every action with its name, those within others too."""
    for name, action in actions.items():
        yield name, action
        yield from every_action(action.get("actions", {}))
        yield from every_action(action.get("else", {}).get("actions", {}))


@pytest.mark.parametrize("name", ["incident", "entity"])
def test_whoever_sees_to_a_failure_sees_to_a_timeout(resources: list[Found], name: str) -> None:
    """The service skips what waits for `Failed` alone when the call times out, and the run would end without a word."""
    waits = {
        action: set(statuses)
        for action, entry in every_action(definition(resources, name)["actions"])
        for statuses in entry["runAfter"].values()
    }
    bad = {action for action, statuses in waits.items() if len(statuses & {"Failed", "TimedOut"}) == 1}

    assert {"If_it_failed_in_an_incident", "End_as_failed"} == {a for a, s in waits.items() if "TimedOut" in s}
    assert not bad


@pytest.mark.parametrize(
    ("name", "path"), [("incident", "/incident-creation"), ("entity", "/entity/@{encodeURIComponent('Account')}")]
)
def test_triggers_are_the_incident_and_the_account(resources: list[Found], name: str, path: str) -> None:
    """`/subscribe` would be the alert trigger, which no incident rule can start."""
    assert definition(resources, name)["path"] == path
