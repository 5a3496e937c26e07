# ruff: noqa: INP001, T201 - a runbook, not a package; its prints are the job's output
"""Azure Automation runbook: end sessions through Revoker, wait, and fail when not all is done.

Parameters: the API's URL, its audience, users (separated by commas; `-` for none), the reason, and if need be more of
the body of POST /api/runs as JSON: {"allUsers": true, "compromisedAt": "2026-11-01T00:00:00Z"}.
The Automation account's system-assigned identity needs the app roles Sessions.Revoke and Sessions.Read, for groups,
roles, filters and everybody Sessions.RevokeAll too. Python's standard library is enough. A sandbox job ends after
three hours; the run goes on without it.
"""

import hashlib
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

TRIES = 6
LOOPBACK = ("127.0.0.1", "localhost", "::1")

Json = dict[str, Any]


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: urllib sends the token along to the host that the answer names."""

    def redirect_request(self, *_arguments: object) -> None:
        """Make no second request; the redirect is then the answer."""


OPENER = urllib.request.build_opener(NoRedirect)


def trusted(api: str) -> str:
    """Return the API's address without a slash at its end; a token goes over TLS, or stays on this machine."""
    parts = urllib.parse.urlsplit(api)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not safe or not parts.hostname or "@" in parts.netloc:
        sys.exit(f"{api} does not start with https://: the token could be read on its way. Nothing was started.")
    return api.rstrip("/")


def token(audience: str) -> str:
    """Return a token of the Automation account's identity for the API."""
    query = urllib.parse.urlencode({"resource": audience, "api-version": "2019-08-01"})
    headers = {"X-IDENTITY-HEADER": os.environ["IDENTITY_HEADER"], "Metadata": "True"}
    request = urllib.request.Request(f"{os.environ['IDENTITY_ENDPOINT']}?{query}", headers=headers)  # noqa: S310 - the platform's
    with OPENER.open(request, timeout=30) as reply:
        return str(json.load(reply)["access_token"])


def ask(method: str, url: str, audience: str, body: object = None, key: str = "") -> tuple[Json, Json]:
    """Return (headers, JSON) of an answer; asks again while the service is away. The key makes that harmless."""
    for attempt in range(1, TRIES + 1):
        pause = 5.0 * attempt
        headers = {"Authorization": f"Bearer {token(audience)}", "Content-Type": "application/json"}
        headers |= {"Idempotency-Key": key} if key else {}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 - the operator's URL
        try:
            with OPENER.open(request, timeout=120) as reply:
                return {**dict(reply.headers), "status": reply.status}, json.load(reply)
        except urllib.error.HTTPError as error:
            if error.code not in {429, 500, 502, 503, 504} or attempt == TRIES:
                sys.exit(f"{error.code}: {error.read().decode(errors='replace')[:2000]}")
            pause = float(error.headers.get("Retry-After", pause))
        except OSError as error:
            if attempt == TRIES:
                sys.exit(f"no answer: {error}")
        time.sleep(pause)
    raise AssertionError


def asked(users: str, reason: str, more: str) -> Json:
    """Return the body to post."""
    names = [name for user in users.split(",") if (name := user.strip()) not in {"", "-"}]
    return {"reason": reason, **({"users": names} if names else {}), **json.loads(more)}


def main(api: str, audience: str, users: str, reason: str, more: str = "{}") -> None:
    """Start the run, wait for its end, say what happened."""
    api = trusted(api)
    body = asked(users, reason, more)
    # Automation starts an interrupted job from the beginning: the same request must be the same run. To ask for the
    # same once more, give another reason.
    key = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    headers, run = ask("POST", f"{api}/runs", audience, body, key)
    print(f"run {run['runId']}: {run['total']} users{', asked for before' if run.get('replayed') else ''}")
    while not run["finishedAt"]:
        if run["state"] == "awaiting_approval":
            print(f"a second person must approve within four hours: POST {api}/runs/{run['runId']}/approve")
        time.sleep(float(headers.get("Retry-After", 10)))
        headers, run = ask("GET", f"{api}/runs/{run['runId']}/result", audience)
        print(f"{run['state']} {run['progress']:.0%} {run['counts']}")
    for warning in run["warnings"]:
        print(f"warning: {warning}")
    if run["residualAccessUntil"]:
        print(f"access tokens issued before may still work until {run['residualAccessUntil']}")
        print(run["residualAccessNote"])
    if run["state"] != "completed":
        sys.exit(f"NOT everything is done: {run['state']}. See {api}/runs/{run['runId']}/users")


if __name__ == "__main__":
    main(*sys.argv[1:6])
