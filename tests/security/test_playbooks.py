"""The playbooks, in the compiled template: one trigger, Sentinel's, and a run history without bodies."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.bicep import KEPT

type Json = dict[str, Any]

TEMPLATE: Json = json.loads(KEPT.read_text(encoding="utf-8"))
# Logic Apps cannot hide these; none of them holds a body (learn: logic-apps-securing-a-logic-app, "obfuscation").
WITHOUT_HISTORY = {"Scope", "If", "Terminate"}
# This one hides its outputs with its inputs, and has no setting of its own for them (the same page).
INPUTS_ONLY = {"Compose"}


def found(value: object, kind: str) -> Iterator[tuple[Json, Json]]:
    """Yield every resource of a type with the template that holds it."""
    for template in templates(value):
        resources = template["resources"]
        for resource in resources.values() if isinstance(resources, dict) else resources:
            if resource["type"] == kind:
                yield resource, template


def templates(value: object) -> Iterator[Json]:
    """Yield a template and those nested in it."""
    if isinstance(value, dict):
        if "resources" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from templates(inner)


[(WORKFLOWS, HOLDER)] = found(TEMPLATE, "Microsoft.Logic/workflows")
DEFINITION = WORKFLOWS["properties"]["definition"]


def actions() -> dict[str, Json]:
    """Return every action by name, at whatever depth."""
    [text] = [one for one in HOLDER["variables"].values() if isinstance(one, str) and "Revoke_sessions" in one]
    named: dict[str, Json] = {}
    waiting = [json.loads(text)]
    while waiting:
        for name, action in waiting.pop().items():
            named[name] = action
            waiting += [action.get("actions", {}), action.get("else", {}).get("actions", {})]
    return named


def secured(operation: Json) -> set[str]:
    """Return what the run history does not show of a trigger or an action."""
    return set(operation.get("runtimeConfiguration", {}).get("secureData", {}).get("properties", ()))


def test_the_only_trigger_is_sentinels() -> None:
    """No Request trigger, no recurrence: a playbook is started through the connection, which has no key of its own."""
    assert ["Microsoft_Sentinel"] == list(DEFINITION["triggers"])
    trigger = DEFINITION["triggers"]["Microsoft_Sentinel"]

    assert "ApiConnectionWebhook" == trigger["type"]
    assert (
        "@parameters('$connections')['azuresentinel']['connectionId']"
        == trigger["inputs"]["host"]["connection"]["name"]
    )
    [(connection, _)] = found(TEMPLATE, "Microsoft.Web/connections")
    assert "Alternative" == connection["properties"]["parameterValueType"]
    assert {} == connection["properties"]["customParameterValues"]
    authentication = WORKFLOWS["properties"]["parameters"]["$connections"]["value"]["azuresentinel"]
    assert "ManagedServiceIdentity" == authentication["connectionProperties"]["authentication"]["type"]


def test_the_triggers_origin_can_be_narrowed() -> None:
    """By `playbookCallers`; not to "only other logic apps", since Sentinel calls through a connector."""
    [(_, holder)] = found(TEMPLATE, "Microsoft.Logic/workflows")

    assert "array" == holder["parameters"]["playbookCallers"]["type"]
    control = WORKFLOWS["properties"]["accessControl"]
    assert "parameters('playbookCallers')" in control
    assert "createObject('triggers', createObject('allowedCallerIpAddresses'" in control
    assert [] == TEMPLATE["parameters"]["playbookCallers"]["defaultValue"]


def test_the_history_hides_the_incident_and_the_triggers_address() -> None:
    """The outputs are the incident; the inputs hold the address with its signature."""
    assert {"inputs", "outputs"} == secured(DEFINITION["triggers"]["Microsoft_Sentinel"])


@pytest.mark.parametrize(("name", "action"), actions().items())
def test_the_history_hides_every_body(name: str, action: Json) -> None:
    """Each action that can: what it was given, and what it gave on."""
    if action["type"] in WITHOUT_HISTORY:
        assert set() == secured(action)
        assert "body(" not in json.dumps({**action, "actions": {}, "else": {}}), name
    elif action["type"] in INPUTS_ONLY:
        assert {"inputs"} == secured(action)
    else:
        assert {"inputs", "outputs"} == secured(action)
