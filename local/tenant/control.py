"""The tenant's back door for tests and demonstrations: its journal, its faults, its settings at run time.

| address | does |
|---|---|
| `GET /_journal` | counts of everything asked and done |
| `GET /_journal/users?cursor=&limit=` · `/_journal/users/{id or UPN}` | the truth about users |
| `GET /_journal/log?limit=` | the last operations |
| `POST /_faults` | `{"profile", "seed"}` |
| `POST /_script` | `{"requests": [...]}`: see `faults.Script` |
| `POST /_control` | `{"<control>": <value>, ...}`, below |

Seeds (`python -m local.tenant --help`): `--users`, `--seed`, `--population plain|mixed` (mixed: agent users, internal
guests, external members, guests of every identity provider, userType null; `unusual.py` names one of each),
`--federation`, `--tenant-burst` and `--tenant-rate` (of all applications; six and three times one's), `--control`
(any control below, in JSON, carried out at the start). Always there: the
group `memberships.HIDDEN` (hidden membership), six groups named "Project Aurora", a custom role, an assignment in an
administrative unit and one on an application, a user that may join `TIER_ZERO`.

Controls; `reset` takes back what is marked with *:

| control | value | does |
|---|---|---|
| `reset` | `true` | forgets journal, revocations, returns, quota used up, script |
| `writeBurst`, `writeRate` | number | the write quota: at once, then a second |
| `tenantBurst`, `tenantRate` | number, null | the same for all applications together; null: six and three times |
| `otherWrites` | number | another application uses up so many of the tenant's writes at once |
| `applications`* | `{"<client id>": {...} or null}` | refused, slow, own roles or quota; see `controls.applications` |
| `identityFails`* | `{"after", "status", "clientId", "delayMs"}`, null | no token from then on; those given out live |
| `identityHeader`* | text, null | the identity endpoint takes no other `X-IDENTITY-HEADER` (it is rotated) |
| `latencyMs`, `replicationMs` | number | until an answer comes; until reads show a revocation |
| `stickyTokens`* | `true` | the platform gives one token until it expires, and its permissions count |
| `roles` | list of permissions | grants exactly these; tokens show them from the next one on |
| `expireTokens`, `expireLinks` | `true` | makes every token or every nextLink so far worthless |
| `addUsers`* | list of users, as Graph writes them | appends users; see `controls.users` |
| `deleteUser`* | id or UPN | removes a user |
| `addGroups`* | list of groups | makes groups; see `controls.groups` |
| `addRoles`* | `[{"displayName", "id"}]` | defines custom roles |
| `assign`* | `[{"role", "principal", "scope"}]` | assigns roles (id or display name) to users or groups |
| `makeEligible`* | `[{"role" or "group", "principal", "access"}]` | PIM: may activate a role, may join a group |
| `licensed`* | `false` | PIM answers 400 AadPremiumLicenseRequired |
| `groupPim`* | `answers`, `empty`, `unsupported` | how PIM for Groups answers |
| `b2c`* | `true` | `ConsistencyLevel: eventual` is refused with 400 |
| `restricted`* | list of names | these users are in a restricted unit: revoking them answers 403 |
| `scopedRole`* | `true` | the application has an Entra role at the scope of that unit |
| `unseen`* | `{"<user>": n}` | n look-ups of a listed user answer 404 (replica lag) |
| `unindexed`* | list of names | advanced queries do not know these users yet (their index lags) |
| `plainSelect`* | `shows`, `omits`, `refuses` | properties of users in a plain listing of members (undocumented) |
| `emptyPages`* | `true` | an empty page with a link comes before each page |
| `links`* | `repeat`, `cycle`, `honest` | where nextLinks lead; needs three pages, see `pageSize` |
| `pageSize`* | 1 to 999 | rows a page at most |
| `retryAfter`* | `date`, `list`, `seconds` | how Retry-After is written, also `"15,30"` (the wait is the longer) |
| `federation` | a state, below | how the domains sign in |
| `domains`* | `{"<name>": {...} or null}` | changes, adds or removes domains; see `controls.domains` |
| `returning` | `{"share", "seconds"}` | that share of the revoked users comes back every so often |
| `comeBack` | list of names | brings the old sessions of these users back at once |

States of federation (`domain_states`): `managed`; `rotated` (two fresh certificates for root and child alike); `stale`
(the current one of contoso.com is two years old); `single` (no next one); `equal` (the next is the current); `same-key`
(two over one key); `inherited` (rotated, the child answers 404); `failing` (rotated, the child answers 500); `rogue`
(rotated, and an intruder's own domain with a younger certificate); `okta` (another issuer, which holds one certificate
by nature). From `single` on, except `failing`, the child has no configuration of its own: 404.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from local.tenant.controls.table import CONTROLS
from local.tenant.exchange import Refusal, Request, Response
from local.tenant.faults import Faults
from local.tenant.odata.options import not_found
from local.tenant.tenant import Tenant
from local.tenant.truth import read


def answer(tenant: Tenant, request: Request) -> Response:
    """Answer one request to the back door."""
    path, _, query = request.url.partition("?")
    options = dict(parse_qsl(query))
    try:
        return Response(200, _route(tenant, request, path, options))
    except Refusal as refusal:
        return Response(refusal.status, {"error": {"code": refusal.code, "message": refusal.message}})
    except (ValueError, TypeError, AttributeError, KeyError) as problem:
        return Response(400, {"error": {"code": "BadRequest", "message": f"{type(problem).__name__}: {problem}"}})


def _route(tenant: Tenant, request: Request, path: str, options: Mapping[str, str]) -> dict[str, Any]:
    if request.method == "GET":
        return read(tenant, path, options)
    change = {"/_faults": _faults, "/_script": _script, "/_control": carry_out}.get(path)
    if change is None or request.method != "POST":
        raise not_found(path)
    return change(tenant, json.loads(request.body or b"{}"))


def _faults(tenant: Tenant, wanted: Mapping[str, Any]) -> dict[str, Any]:
    faults = Faults(wanted.get("profile", "none"), wanted.get("seed", tenant.settings.seed))
    tenant.graph.faults = faults
    tenant.settings.faults = faults.profile
    tenant.refill()
    return {"profile": faults.profile}


def _script(tenant: Tenant, wanted: Mapping[str, Any]) -> dict[str, Any]:
    tenant.graph.script.load(wanted.get("requests", []))
    return {"remaining": tenant.graph.script.remaining}


def carry_out(tenant: Tenant, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out controls, in the order of their table; a name that there is not raises ValueError before any."""
    unknown = wanted.keys() - CONTROLS.keys()
    if unknown:
        message = f"unknown control {', '.join(sorted(unknown))}: there are {', '.join(CONTROLS)}"
        raise ValueError(message)
    for name, control in CONTROLS.items():
        if name in wanted:
            control(tenant, wanted[name])
    return {"done": sorted(wanted)}
