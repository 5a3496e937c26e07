"""The contract that is given out, and which methods it has for a path."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


@cache
def document() -> Mapping[str, Any]:
    """Return the OpenAPI document."""
    text = resources.files("revoker.web").joinpath("openapi.json").read_text(encoding="utf-8")
    parsed: Mapping[str, Any] = json.loads(text)
    return parsed


def methods(path: str) -> list[str]:
    """Return the methods that the contract has for a path."""
    parts = path.split("/")
    for template, item in document()["paths"].items():
        wanted = template.split("/")
        if len(wanted) == len(parts) and all(w.startswith("{") or w == p for w, p in zip(wanted, parts, strict=True)):
            return [method for method in item if method != "parameters"]
    return []
