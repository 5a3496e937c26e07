"""The tenant that a run was in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tenant:
    """A tenant: its id and its default domain, each None where the directory does not tell."""

    id: str | None = None
    domain: str | None = None
