"""Which body this is, and which account entities it holds: more shapes than the samples."""

import json

import pytest

from revoker.core.problems import InvalidError
from revoker.core.request import Incident
from revoker.intake.shapes import read_payload

ID = "2a9f6c31-5e48-4d70-b3c9-f61e8a07d254"
ZERO = "00000000-0000-0000-0000-000000000000"
ALICE = {"kind": "Account", "properties": {"aadUserId": ID}}
V3 = {"$id": "4", "Type": "account", "AadUserId": ID}
HOST = {"kind": "Host", "properties": {"hostName": "wks-017", "ntDomain": "CONTOSO"}}
EVIDENCE = {"@odata.type": "#microsoft.graph.security.userEvidence", "userAccount": {"azureAdUserId": ID}}
ALERT = {
    "@odata.type": "#microsoft.graph.security.alert",
    "id": "da1",
    "providerAlertId": "da1",
    "title": "Token reuse",
    "evidence": [EVIDENCE],
}
INCIDENT = {"@odata.type": "#microsoft.graph.security.incident", "id": "28282", "alerts": [ALERT]}
LEGACY = {
    "incidentId": 7,
    "incidentName": "Old",
    "alerts": [
        {
            "alertId": "da1",
            "entities": [
                {"entityType": "User", "aadUserId": ID, "accountName": "alice", "domainName": "CONTOSO"},
                {"entityType": "Process", "accountName": "SYSTEM", "userSid": "S-1-5-18"},
                {"entityType": "Ip", "ipAddress": "203.0.113.42"},
            ],
        }
    ],
}
RISKY = {"id": ID, "riskLevel": "high", "userPrincipalName": "alice@contoso.com"}


def trigger(entities: object, **properties: object) -> dict[str, object]:
    """Return an incident trigger's body."""
    details = {"incidentNumber": 1042, "title": "Token reuse", "relatedEntities": entities, **properties}
    return {"objectSchemaType": "Incident", "object": {"id": "/x", "properties": details}}


def nulls(value: object) -> object:
    """Return the same shape with null for every text."""
    if isinstance(value, dict):
        return {key: item if key in {"kind", "Type", "@odata.type"} else nulls(item) for key, item in value.items()}
    return [nulls(item) for item in value] if isinstance(value, list) else None


@pytest.mark.parametrize(
    ("body", "kind", "accounts"),
    [
        (trigger([ALICE, HOST]), "sentinel_incident", 1),
        (trigger([]), "sentinel_incident", 0),
        (trigger(None), "sentinel_incident", 0),
        (trigger(""), "sentinel_incident", 0),
        (trigger("  "), "sentinel_incident", 0),
        (trigger("null"), "sentinel_incident", 0),
        (trigger(json.dumps([ALICE])), "sentinel_incident", 1),
        (trigger([nulls(ALICE), None, {}, "eve@contoso.com", 5]), "sentinel_incident", 3),
        (trigger([ALICE] * 60), "sentinel_incident", 60),
        (trigger([{**ALICE, "kind": "ACCOUNT"}, {**ALICE, "kind": " account "}]), "sentinel_incident", 2),
        (trigger([{**ALICE, "kind": None, "type": "Microsoft.SecurityInsights/Entities"}]), "sentinel_incident", 1),
        (trigger([], owner={"objectId": ID, "userPrincipalName": "soc@c"}), "sentinel_incident", 0),
        (trigger([], alerts=[ALICE], bookmarks=[ALICE], comments=[ALICE]), "sentinel_incident", 0),
        ({"objectSchemaType": "incident"}, "sentinel_incident", 0),
        ({"object": {"properties": {"relatedEntities": [ALICE]}}}, "sentinel_incident", 1),
        ({"Entity": ALICE}, "sentinel_entity", 1),
        ({"Entity": {"properties": {"Name": "alice", "UPNSuffix": "contoso.com"}}}, "sentinel_entity", 1),
        ({"Entity": {"properties": {"Name": "alice", "NTDomain": "CONTOSO"}}}, "sentinel_entity", 1),
        ({"Entity": {"properties": {"Sid": "S-1-5-21-1-2-3-4"}}}, "sentinel_entity", 1),
        ({"Entity": {"properties": {"HostName": "wks", "Name": "wks", "NTDomain": "C"}}}, "sentinel_entity", 0),
        ({"Entity": HOST, "IncidentArmID": "/x"}, "sentinel_entity", 0),
        ({"SystemAlertId": "s", "Entities": [V3, {"Type": "host"}, {"$ref": "4"}]}, "sentinel_alert", 1),
        ({"SystemAlertId": "s", "Entities": [{"Type": "process", "Account": {"$ref": "4"}}]}, "sentinel_alert", 0),
        ({"SystemAlertId": "s", "Entities": json.dumps([V3]), "ExtendedProperties": "{}"}, "sentinel_alert", 1),
        ({"AlertType": "a", "Entities": None}, "sentinel_alert", 0),
        ({"AlertDisplayName": "a"}, "sentinel_alert", 0),
        ({"Accounts": [{"Name": "ben"}, None, "eve"]}, "get_accounts_output", 3),
        ({"Accounts": []}, "get_accounts_output", 0),
        ({"entities": [ALICE, HOST], "metaData": []}, "rest_entities", 1),
        ({"entities": []}, "rest_entities", 0),
        ([ALICE, HOST], "entity_array", 1),
        ([V3, {"$ref": "4"}], "entity_array", 1),
        ([HOST], "entity_array", 0),
        ([], "entity_array", 0),
        ([None], "entity_array", 0),
        (ALICE, "entity_array", 1),
        (V3, "entity_array", 1),
        ({"id": ID, "userPrincipalName": "alice@contoso.com", "displayName": "Alice"}, "entity_array", 1),
        (INCIDENT, "graph_incident", 1),
        ({**INCIDENT, "alerts": []}, "graph_incident", 0),
        ({**INCIDENT, "alerts": [None, ALERT, ALERT]}, "graph_incident", 2),
        ({"@odata.type": "#microsoft.graph.security.incident"}, "graph_incident", 0),
        (LEGACY, "graph_incident", 1),
        (ALERT, "graph_alert", 1),
        ({"@odata.type": "#microsoft.graph.security.alert"}, "graph_alert", 0),
        ({"evidence": [EVIDENCE, "eve@contoso.com", None, {}, 5]}, "graph_alert", 2),
        ({"evidence": [nulls(EVIDENCE), {**EVIDENCE, "userAccount": None}]}, "graph_alert", 2),
        ({"evidence": [{**EVIDENCE, "@odata.type": "#microsoft.graph.security.processEvidence"}]}, "graph_alert", 0),
        ({"evidence": [{"@odata.type": "#x.deviceEvidence", "loggedOnUsers": [ALICE]}]}, "graph_alert", 0),
        (trigger([{"$ref": "4"}, {"Type": "process", "Account": V3}]), "sentinel_incident", 1),
        (trigger([{"$ref": "4"}, {"$ref": "4"}, {"kind": "Process", "account": V3}]), "sentinel_incident", 1),
        (trigger([{"$ref": "9"}, HOST]), "sentinel_incident", 1),
        (trigger([{"$ref": "4"}], comments=[V3]), "sentinel_incident", 1),
        (trigger([{"$ref": "4"}], comments=[V3, {**V3, "AadUserId": ZERO}]), "sentinel_incident", 1),
        ({"AlertType": "s", "Entities": json.dumps([{"$ref": 4}, {"Type": "host", "x": [V3]}])}, "sentinel_alert", 1),
        ({"SystemAlertId": "s", "Entities": [{"$ref": "7"}, {"$id": "7", "Type": "host"}]}, "sentinel_alert", 0),
        ({"Entity": {"$ref": "4"}, "Process": {"Account": V3}}, "sentinel_entity", 1),
        ({"Accounts": [{"$ref": "4"}], "Process": {"Account": V3}}, "get_accounts_output", 1),
        ({"alerts": [{"entities": [{"$ref": "4"}, {"a": V3}]}] * 2}, "graph_incident", 2),
        ({"evidence": [{"AdditionalProperties": EVIDENCE}]}, "graph_alert", 1),
        ({"evidence": [{"@odata.type": "", "AdditionalProperties": EVIDENCE, "roles": []}]}, "graph_alert", 1),
        ({"evidence": [{"userAccount": {"azureAdUserId": ID}}]}, "graph_alert", 1),
        ({"evidence": [{"userAccount": {"azureAdUserId": ID}, "processId": 4}]}, "graph_alert", 0),
        ({"evidence": [{"AdditionalProperties": {"userAccount": {"sid": ID}, "imageFile": {}}}]}, "graph_alert", 0),
        ({"evidence": [{"@odata.type": "#x.mailboxEvidence", "userAccount": {"azureAdUserId": ID}}]}, "graph_alert", 1),
        ({"evidence": [{"@odata.type": "#x.mailboxEvidence", "primaryAddress": "c@b"}]}, "graph_alert", 0),
        ({"evidence": [{"@odata.type": "#x.cloudLogonSessionEvidence", "account": EVIDENCE}]}, "graph_alert", 1),
        ({"evidence": [{"@odata.type": "#x.cloudLogonSessionEvidence", "account": None}]}, "graph_alert", 0),
        ({"evidence": [{"sessionId": "s", "account": {"userAccount": {"azureAdUserId": ID}}}]}, "graph_alert", 1),
        ({"evidence": [{"entityType": "User", "aadUserId": ID, "accountName": "alice"}]}, "graph_alert", 1),
        ({"evidence": [{"entityType": "Process", "aadUserId": ID, "accountName": "alice"}]}, "graph_alert", 0),
        ({"value": [{"id": "da1", "evidence": [{"entityType": "User", "aadUserId": ID}]}]}, "graph_list", 1),
        ({"value": [INCIDENT, LEGACY, ALERT, RISKY]}, "graph_list", 4),
        ({"@odata.context": "c", "value": []}, "graph_list", 0),
        ([ALERT, INCIDENT], "graph_list", 2),
        ([RISKY], "graph_list", 1),
        (RISKY, "risky_user", 1),
        ({"@odata.type": "#microsoft.graph.riskyUser", "id": ID}, "risky_user", 1),
    ],
    ids=lambda value: repr(value)[:100],
)
def test_each_shape(body: object, kind: str, accounts: int) -> None:
    """Every body is recognised, and holds as many accounts as it names."""
    payload = read_payload(body)

    assert (kind, accounts) == (payload.kind, len(payload.accounts))


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        (None, "an empty body"),
        ("", "an empty body"),
        ({}, "an empty body"),
        ("text", "a JSON str"),
        (5, "a JSON int"),
        (True, "a JSON bool"),
        ({"schemaId": "azureMonitorCommonAlertSchema", "data": {"x": ID}}, "an Azure Monitor common alert"),
        ({"SchemaID": "AzureMonitorCommonAlertSchema", "Entities": [V3]}, "an Azure Monitor common alert"),
        ({"hello": 1, "w" * 500: 2}, "'hello', '" + "w" * 40 + "'"),
        ({"value": "text"}, "the keys 'value'"),
        ({"value": [ALERT, {"foo": 1}]}, "a list whose item 1"),
        ({"value": [5]}, "a list whose item 0"),
        ([{"foo": 1}], "an array in which no item says its kind"),
        ({"Entity": None}, "the keys 'Entity'"),
        ({"object": None}, "the keys 'object'"),
        ({"id": ID, "appId": ID, "riskLevel": "high"}, "the keys 'id', 'appId'"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_an_unknown_shape_is_refused(body: object, seen: str) -> None:
    """What is of no known shape is refused with what was seen and what is accepted."""
    with pytest.raises(InvalidError) as raised:
        read_payload(body)

    assert seen in raised.value.detail
    assert "a Sentinel incident" in raised.value.detail


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (trigger({"a": 1}), "object.properties.relatedEntities"),
        (trigger("[{"), "object.properties.relatedEntities"),
        (trigger("[" * 100_000), "object.properties.relatedEntities"),
        (trigger('"[]"'), "object.properties.relatedEntities"),
        (trigger(5), "object.properties.relatedEntities"),
        (trigger(False), "object.properties.relatedEntities"),
        ({"object": "text"}, "object"),
        ({"object": [1]}, "object"),
        ({"object": {"properties": "text"}}, "object.properties"),
        ({"SystemAlertId": "s", "Entities": {"0": V3}}, "Entities"),
        ({"SystemAlertId": "s", "Entities": "none"}, "Entities"),
        ({"Accounts": {"Name": "ben"}}, "Accounts"),
        ({"entities": 5}, "entities"),
        ({"alerts": "text"}, "alerts"),
        ({"alerts": [ALERT, "da1"]}, "alerts[1]"),
        ({"evidence": {"0": EVIDENCE}}, "evidence"),
        ({"value": [{"evidence": 5}]}, "evidence"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_a_broken_body_is_the_callers_fault(body: object, path: str) -> None:
    """Entities that are no list are refused with their path, never read as none."""
    with pytest.raises(InvalidError) as raised:
        read_payload(body)

    assert [path] == [where for where, _ in raised.value.errors]


@pytest.mark.parametrize(
    ("body", "incident"),
    [
        (trigger([]), Incident(id="/x", number=1042, title="Token reuse")),
        (trigger([], incidentNumber="1042"), Incident(id="/x", number=1042, title="Token reuse")),
        (trigger([], incidentNumber="many", title=None), Incident(id="/x")),
        (trigger([], incidentNumber=10**30, title="\ud800"), Incident(id="/x", title="?")),
        (trigger([], title=["x"], incidentUrl="javascript:x"), Incident(id="/x", number=1042)),
        (
            trigger([], incidentUrl="https://portal.azure.com/x"),
            Incident(id="/x", number=1042, title="Token reuse", url="https://portal.azure.com/x"),
        ),
        ({"Entity": ALICE, "IncidentArmId": "/x"}, Incident(id="/x")),
        ({"Entity": ALICE}, None),
        ({"SystemAlertId": "s", "AlertDisplayName": "Reuse"}, Incident(title="Reuse")),
        (INCIDENT, Incident(id="28282", number=28282)),
        (LEGACY, Incident(id="7", number=7, title="Old")),
        ({**INCIDENT, "id": {"x": 1}, "displayName": "D"}, Incident(title="D")),
        (ALERT, Incident(title="Token reuse")),
        ([ALICE], None),
        (RISKY, None),
    ],
    ids=lambda value: repr(value)[:100],
)
def test_the_incident_is_named(body: object, incident: Incident | None) -> None:
    """Number, title and link are kept where the shape has them, in a form that can be stored."""
    assert incident == read_payload(body).incident


@pytest.mark.parametrize(
    ("account", "fields"),
    [
        ({"accountName": "Alice Example", "displayName": None}, {"friendlyname": "Alice Example"}),
        ({"accountName": "a", "displayName": "Alice"}, {"friendlyname": "Alice"}),
        ({"accountName": "WKS-017$"}, {"accountname": "WKS-017$"}),
        ({"accountName": "NT AUTHORITY\\SYSTEM"}, {"accountname": "NT AUTHORITY\\SYSTEM"}),
        ({"tenantId": "t"}, {"aadtenantid": "t"}),
    ],
    ids=repr,
)
def test_a_displayed_name_names_nobody(account: dict[str, object], fields: dict[str, object]) -> None:
    """Graph's accountName is shown, or rules an account out; it is never a login."""
    (entity,) = read_payload({"evidence": [{**EVIDENCE, "userAccount": account}]}).accounts

    assert fields == {key: entity[key] for key in fields}
    assert ("accountname" in fields) == ("accountname" in entity)


def test_a_risk_detection_names_its_user() -> None:
    """A detection's own id is nobody's; the user's stands beside it."""
    (entity,) = read_payload({"id": "f" * 64, "userId": ID, "riskLevel": "high", "userPrincipalName": "a@b"}).accounts

    assert {"aaduserid": ID, "userprincipalname": "a@b"} == entity


@pytest.mark.parametrize(
    ("entity", "fields"),
    [
        ({"Type": "account", "name": "g", "properties": {"Name": "ben"}}, {"type": "account", "name": "ben"}),
        ({"name": "g", "id": "/e", "properties": {"accountName": "ben"}}, {"accountname": "ben"}),
        ({"Name": "ben", "properties": None}, {"name": "ben"}),
        ({"aadUserId": ID, "properties": {"aadUserId": None, "sid": "s"}}, {"aaduserid": ID, "sid": "s"}),
        ({"AadUserId": "", "aadUserId": ID}, {"aaduserid": ID}),
        ({"AadUserId": ID, "aadUserId": "x"}, {"aaduserid": ID}),
    ],
    ids=repr,
)
def test_fields_at_one_level(entity: dict[str, object], fields: dict[str, object]) -> None:
    """An entity's own name and id are the resource's, its properties win, and nothing empty hides anything."""
    (flat,) = read_payload({"Accounts": [entity]}).accounts

    assert fields == {key: value for key, value in flat.items() if key != "properties"}


@pytest.mark.parametrize(
    ("body", "workspaces"),
    [
        ({"workspaceId": ID.upper(), "object": {"properties": {}}}, {ID}),
        ({"workspaceInfo": {"WorkspaceId": ID}, "object": {"properties": {}}}, {ID}),
        ({"SystemAlertId": "s", "WorkspaceId": ID, "AlertType": f"{ZERO[:-1]}1_{ID}"}, {ID, f"{ZERO[:-1]}1"}),
        ({"AlertType": "a", "WorkspaceId": "law-contoso"}, set()),
        ([ALICE], set()),
    ],
    ids=repr,
)
def test_the_workspaces_of_a_body(body: object, workspaces: set[str]) -> None:
    """The body's own workspace ids are known, so that none is taken for a tenant."""
    assert workspaces == read_payload(body).workspaces


def test_a_reference_is_the_account_that_it_points_at() -> None:
    """The fields are those of the object that was written out inside another entity."""
    (entity,) = read_payload({"SystemAlertId": "s", "Entities": [{"$ref": "4"}, {"Process": {"Account": V3}}]}).accounts

    assert ID == entity["aaduserid"]


def test_a_reference_to_nothing_is_reported() -> None:
    """An entity that only another body holds is an account that cannot be told."""
    (entity,) = read_payload(trigger([{"$ref": "9"}])).accounts

    assert {"friendlyname": "$ref 9, which is not in the body"} == entity
