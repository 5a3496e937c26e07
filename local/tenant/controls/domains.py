"""Controls that change domains and what they trust."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from local.tenant.domain_states import ANSWERS, STATES, Domain
from local.tenant.federation import COLUMNS
from local.tenant.tenant import Tenant

_OWN = {"answer": "answer", "isRoot": "root", "isDefault": "default", "second": "second"}


def federation(tenant: Tenant, value: str) -> None:
    """Put the domains into one of the states; what `domains` changed stays changed."""
    if value not in STATES:
        message = f"no federation state named {value!r}: it is one of {', '.join(STATES)}"
        raise ValueError(message)
    tenant.graph.world.federation.state = value


def domains(tenant: Tenant, value: Mapping[str, Mapping[str, Any] | None]) -> None:
    """Change, add or (null) remove domains by name.

    `authenticationType` (`Managed`, `Federated`), `isRoot`, `isDefault`; `answer`: `own`, `missing` (404), `empty` (no
    configuration) or `failing` (500); `second`: a further configuration; and any column of the configuration, such as
    `issuerUri`, `passiveSignInUri`, `federatedIdpMfaBehavior`, `signingCertificateUpdateStatus`. The certificates are
    `{"minutes": age at the start, "key": shared by all of the same name, "name": common name}`, `"same"` (as the
    current one), `"damaged"`, or any text or null, which are passed on as they are.
    """
    known = tenant.graph.world.federation
    before = {domain.name: domain for domain in known.domains()}
    for name, patch in value.items():
        key = name.lower()
        known.changed[key] = None if patch is None else _patched(before.get(key) or Domain(key), patch)


def _patched(domain: Domain, patch: Mapping[str, Any]) -> Domain:
    changes: dict[str, Any] = {}
    columns = dict(domain.columns)
    for name, value in patch.items():
        if name == "authenticationType":
            changes["federated"] = value == "Federated"
        elif name in _OWN:
            changes[_OWN[name]] = value
        elif name in COLUMNS:
            columns[name] = value
        else:
            message = f"no column {name!r}: there are {', '.join(sorted(COLUMNS))}"
            raise ValueError(message)
    if changes.get("answer", "own") not in ANSWERS:
        message = f"a domain cannot answer {changes['answer']!r}: it is one of {', '.join(ANSWERS)}"
        raise ValueError(message)
    return replace(domain, columns=columns, **changes)
