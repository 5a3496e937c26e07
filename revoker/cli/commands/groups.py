"""Groups by name: the API is asked which groups have it, the operator chooses, nothing is guessed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from revoker.cli.ending import RefusedError, UsageError
from revoker.cli.remote.client import Api
from revoker.cli.shown.screen import Screen
from revoker.cli.typed.asked import Whom
from revoker.cli.typed.names import clean, is_upn, is_user_name


def with_group_ids[W: Whom](asked: W, api: Api, screen: Screen) -> W:
    """Return what was asked with ids for names of groups; raises UsageError, with the groups to choose from."""
    group = [_group_id("--group", value, api, screen) for value in asked.group or ()]
    spared = [_group_id("--exclude-group", value, api, screen) for value in asked.exclude_group or ()]
    return replace(asked, group=group, exclude_group=spared)


def _group_id(option: str, value: str, api: Api, screen: Screen) -> str:
    name = clean(value)
    if is_upn(name):
        raise UsageError(f"{option} {value} is an address: write the group's object id, or its name.")
    if is_user_name(name):
        return name
    found = _named(option, name, api)
    if not found:
        raise UsageError(f"{option} {name!r}: no group has that name. Portal: Groups > All groups.")
    lines = [f"  {number}  {one['id']}  {one['displayName']}{_size(one)}" for number, one in enumerate(found, 1)]
    if not screen.is_attended:
        raise UsageError(
            "\n".join([f"{option} {name!r}: names are not unique. Write the id of the one you mean:", *lines])
        )
    screen.say("\n".join([f"Groups named {name!r}:", *lines]))
    return _chosen(option, found, screen)


def _named(option: str, name: str, api: Api) -> Sequence[dict[str, Any]]:
    """Ask the API for groups of that name; one that has no such route is older, and says so."""
    try:
        found: Sequence[dict[str, Any]] = api.get("groups", name=name).body["groups"]
    except RefusedError as error:
        if error.status != 404:
            raise
        find = f"az ad group list --display-name '{name}' --query '[].{{id:id,name:displayName}}' -o table"
        raise UsageError(f"{option} {name!r}: this API takes object ids only. To find it:\n  {find}") from None
    return found


def _chosen(option: str, found: Sequence[dict[str, Any]], screen: Screen) -> str:
    answer = screen.ask(f"Which one, 1 to {len(found)}? ")
    if not answer.isdecimal() or not 1 <= int(answer) <= len(found):
        raise UsageError(f"{option}: none of them was chosen; nothing was started.")
    return str(found[int(answer) - 1]["id"])


def _size(one: dict[str, Any]) -> str:
    members = one.get("members")
    return "" if members is None else f"  {members:,} members"
