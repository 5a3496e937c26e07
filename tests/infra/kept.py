"""The kept template, taken apart."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

type Json = dict[str, Any]
type Found = tuple[str, Json, Json]


def unfold(template: Json, path: str = "main") -> Iterator[Found]:
    """Yield (where, resource, its template) for every resource, those of nested deployments too."""
    resources = template["resources"]
    named = resources.items() if isinstance(resources, dict) else enumerate(resources)
    for name, resource in named:
        if resource.get("existing"):
            continue
        if resource["type"] == "Microsoft.Resources/deployments":
            yield from unfold(resource["properties"]["template"], f"{path}.{name}")
        else:
            yield f"{path}.{name}", resource, template


def of_type(resources: list[Found], kind: str) -> list[Found]:
    """Return the resources of a type."""
    return [found for found in resources if found[1]["type"] == kind]
