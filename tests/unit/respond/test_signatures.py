"""Signatures tell what a function may touch: the bag of every port ends at the entry points."""

import ast
from collections.abc import Iterator
from pathlib import Path

RESPOND = Path(__file__).parents[3] / "revoker" / "respond"

# What triggers, routes and other entry points call, and what they share: one new run, one step of a scan.
ENTRY_POINTS = {
    "accept",
    "approve",
    "begin",
    "cancel",
    "create",
    "deliver",
    "deliver_step",
    "heal",
    "plan_step",
    "preflight",
    "retry",
    "revoke",
    "settle_poison",
    "take_step",
    "tick",
    "verify",
    "verify_by_listing",
}


def bags() -> Iterator[tuple[str, ast.AsyncFunctionDef | ast.FunctionDef]]:
    """Yield every function that takes the bag."""
    for path in sorted(RESPOND.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef):
                arguments = [*node.args.args, *node.args.kwonlyargs]
                if any(argument.arg == "tools" for argument in arguments):
                    yield f"{path.stem}.{node.name}", node


def ports(function: ast.AST) -> set[str]:
    """Return the members of the bag that a function uses."""
    return {
        node.attr
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "tools"
    }


def hands_on(function: ast.AST) -> set[str]:
    """Return the functions that a function hands the whole bag to."""
    return {
        node.func.id
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if any(isinstance(argument, ast.Name) and argument.id == "tools" for argument in node.args)
    }


def test_the_bag_ends_at_the_entry_points() -> None:
    """Below an entry point, only a function on the way to another entry point takes the bag."""
    found = dict(bags())
    on_the_way = {node.name for node in found.values()}
    private = {name: hands_on(node) for name, node in found.items() if node.name not in ENTRY_POINTS}

    assert {node.name for node in found.values() if not node.name.startswith("_")} == ENTRY_POINTS
    assert {} == {name: heirs for name, heirs in private.items() if not heirs & (ENTRY_POINTS | on_the_way)}


def test_no_function_takes_the_bag_for_one_port() -> None:
    """A function that uses one port takes that port."""
    assert [] == [name for name, node in bags() if len(ports(node)) < 2 and not hands_on(node)]
