"""Ask a deployed Revoker whether it is ready: alive, shut to strangers, and what preflight finds in the directory.

    python infra/verify.py --url https://func-….azurewebsites.net/api --audience api://<tenant id>/revoker

It asks and changes nothing. Preflight wants the app role Sessions.Read of whoever is signed in with `az login`;
without it the rest is checked, and it says how to get the role. Exits 1 when something must be mended first.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import Any

# Roles take their time to spread: a new app may be refused its own storage for minutes.
PATIENCE_SECONDS = (0, 30, 60, 120, 240)

# Without this one nothing can be revoked; each of the others is for a feature.
INDISPENSABLE = "User.RevokeSessions.All"

# No compromise is named here, so preflight judges no certificate to be old or new.
MEANS = {
    "managed": "no domain is federated, so there is nothing to acknowledge.",
    "undated": "a tenant-wide run must name compromisedAt or compromisedThumbprints, because these are federated:",
    "unchecked": "a tenant-wide run must acknowledge federation_unchecked; certificates cannot be read.",
}

HOW_TO_ASK = """Preflight was not asked: {why}
  Give yourself the role, sign in again, and run `verify` again:
  python infra/entra/apply.py role --api <RESPONDER_API_CLIENT_ID> \\
    --to "$(az ad signed-in-user show --query id --output tsv)" Sessions.Read"""

Json = dict[str, Any]


def main(arguments: list[str] | None = None) -> int:
    """Ask the three things, say what came of them; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True)
    parser.add_argument("--audience", required=True)
    options = parser.parse_args(arguments)
    problems = check(options.url, options.audience)
    for problem in problems:
        say(f"!! {problem}")
    say(f"verify: {len(problems)} problem(s)")
    return min(len(problems), 1)


def check(url: str, audience: str) -> list[str]:
    """Return what must be mended; what comes first is asked first, and alone where it fails."""
    if problem := ailing(url) or ajar(url):
        return [problem]
    try:
        status, answer = get(f"{url}/preflight", token(audience))
    except LookupError as error:
        status, answer = 0, str(error)
    if status != 200:
        say(HOW_TO_ASK.format(why=f"{status or 'no token'} {answer[:500]}"))
        return []
    lines, problems = findings(json.loads(answer))
    for line in lines:
        say(line)
    return problems


def ailing(url: str) -> str:
    """Return what is wrong with the app's health, after giving it time."""
    for seconds in PATIENCE_SECONDS:
        time.sleep(seconds)
        status, answer = get(f"{url}/health")
        say(f"{url}/health: {status or 'no answer'} {answer[:500]}")
        if status == 200:
            return ""
    return "It is not well. Roles may still be spreading: run `verify` again in some minutes."


def ajar(url: str) -> str:
    """Return what is wrong with the gate: whoever brings no token is turned away by the platform, with 401."""
    status, _ = get(f"{url}/preflight")
    say(f"{url}/preflight without a token: {status or 'no answer'}")
    return "" if status == 401 else "Without a token it must be 401: the gate is not up. Deploy `azure` again; stop."


def findings(preflight: Json) -> tuple[list[str], list[str]]:
    """Return (lines to read, what must be mended) of an answer of preflight."""
    missing = [one for one in preflight["permissions"] if not one["granted"]]
    lost = [one for one in preflight["protected"] if one["reason"]]
    lines = [
        *(f"permission {one['name']}: {_granted(one)}" for one in preflight["permissions"]),
        f"federation: {_federation(preflight['federation'])}",
        *(f"protected {one['entry']}: {one['id'] or one['reason']}" for one in preflight["protected"]),
        *([] if preflight["protected"] else ["protected: nobody. Name your break-glass accounts (REVOKER_PROTECTED)."]),
        f"users: {preflight['users']['total']}; everybody takes {_duration(preflight['estimate'])}",
    ]
    problems = [
        *(
            f"{one['name']} is not granted: {one['without']}. Run `grants`; one granted just now may be missing for "
            "hours, because the identity's token is kept for up to a day."
            for one in missing
            if one["name"] == INDISPENSABLE
        ),
        *(
            f"The protected account {one['entry']} is not found ({one['reason']}): mend REVOKER_PROTECTED, "
            "or grant User.Read.All."
            for one in lost
        ),
    ]
    return lines, problems


def _granted(permission: Json) -> str:
    return "granted" if permission["granted"] else f"NOT granted, so: {permission['without']}"


def _federation(federation: Json) -> str:
    names = [one["domain"] for one in federation["domains"] if one["verdict"] != "managed"]
    reason = f" ({federation['reason']})" if federation["reason"] else ""
    return f"{federation['verdict']}{reason}: {MEANS[federation['verdict']]} {', '.join(names)}".strip()


def _duration(estimate: Json | None) -> str:
    return "an unknown time" if estimate is None else f"about {estimate['seconds']} s"


def token(audience: str) -> str:
    """Return a token for the API; raises LookupError with the Azure CLI's words."""
    az = shutil.which("az")
    if az is None:
        raise LookupError("az is not installed; see docs/deploy.md")
    command = [az, "account", "get-access-token", "--resource", audience, "--query", "accessToken", "--output", "tsv"]
    result = subprocess.run(command, capture_output=True, check=False, text=True)  # noqa: S603 - ours
    if result.returncode:
        raise LookupError(result.stderr.strip())
    return result.stdout.strip()


def get(url: str, bearer: str = "") -> tuple[int, str]:
    """Return (status, body); status 0 where nothing answered."""
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - an https URL of ours
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310 - see above
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")
    except OSError as error:
        return 0, str(error)


def say(text: str) -> None:
    """Write a line."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
