"""Ask a deployed Revoker whether it is ready: alive, shut to strangers, and what preflight finds in the directory.

    python -m infra.verify --url https://func-….azurewebsites.net/api --audience api://<tenant id>/revoker

It asks and changes nothing. Preflight needs the app role Sessions.Read of the signed-in person (`az login`);
without it the rest is checked, and the answer says how to get the role. Exits 1 when something must be mended first.
"""

import argparse
import json
import sys
import time

from infra.asking import get, trusted
from infra.azure_cli import PATIENCE_SECONDS, StepError, az, say
from infra.readiness import Findings, findings, left_open

HOW_TO_ASK = """Preflight was not asked: {why}
  Give yourself the role, sign in again, and run `verify` again:
  python -m infra.entra.apply role --api <RESPONDER_API_CLIENT_ID> \\
    --to "$(az ad signed-in-user show --query id --output tsv)" Sessions.Read"""


def main(arguments: list[str] | None = None) -> int:
    """Ask the three things, say what came of them; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m infra.verify", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url", required=True, help="output RESPONDER_API_URL")
    parser.add_argument("--audience", required=True, help="output RESPONDER_API_AUDIENCE")
    parser.add_argument("--alert-receivers", default="", help="output RESPONDER_ALERT_RECEIVERS")
    parser.add_argument("--approval-above", default="", help="output RESPONDER_APPROVAL_ABOVE")
    given = parser.parse_args(arguments)
    try:
        url = trusted(given.url)
    except StepError as error:
        parser.error(str(error))
    return report(check(url, given.audience, left_open(given.alert_receivers, given.approval_above)))


def report(found: Findings) -> int:
    """Say what was found, what is left open, and what must be mended; return the exit status."""
    for line in found.lines:
        say(line)
    for choice in found.open:
        say(f"?? {choice}")
    for problem in found.problems:
        say(f"!! {problem}")
    say(f"verify: {len(found.problems)} problem(s), {len(found.open)} thing(s) left open")
    return min(len(found.problems), 1)


def check(url: str, audience: str, choices: tuple[str, ...] = ()) -> Findings:
    """Ask health first, then the gate, then preflight; where one fails, the next is not asked."""
    if problem := _ill(url) or _unguarded(url):
        return Findings(problems=(problem,))
    try:
        token = az("account", "get-access-token", "--resource", audience, "--query", "accessToken")
        status, answer = get(f"{url}/preflight", token)
    except StepError as error:
        status, answer = 0, str(error)
    if status != 200:
        return Findings(lines=(HOW_TO_ASK.format(why=f"{status or 'no token'} {answer[:500]}"),), open=choices)
    return findings(json.loads(answer), choices)


def _ill(url: str) -> str:
    """Return what is wrong with the app's health, after giving it time: its roles may take minutes to spread."""
    for seconds in PATIENCE_SECONDS:
        time.sleep(seconds)
        status, answer = get(f"{url}/health")
        say(f"{url}/health: {status or 'no answer'} {answer[:500]}")
        if status == 200:
            return ""
    return "It is not well. Roles may still be spreading: run `verify` again in some minutes."


def _unguarded(url: str) -> str:
    """Return what is wrong with the gate: the platform answers a caller without a token with 401."""
    status, _ = get(f"{url}/preflight")
    say(f"{url}/preflight without a token: {status or 'no answer'}")
    if status == 401:
        return ""
    return "Without a token it must be 401: the gate is not up. Deploy `azure` again; stop."


if __name__ == "__main__":
    sys.exit(main())
