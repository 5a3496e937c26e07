"""What the operator is told where a request is not repeated: why, what is left open, what to type next. Pure."""

from datetime import UTC, datetime

import httpx

from revoker.cli.remote.api_request import ApiRequest, Trouble
from revoker.cli.remote.problem import fields_of, told
from revoker.cli.remote.token import Bearer, why_refused

_SIGN_IN = "Sign in: set REVOKE_TOKEN, or give --audience (REVOKE_AUDIENCE) after az login."
# A sweep's id looks like a run's.
_LISTS = {
    "runs": "revoker runs lists the runs, revoker sweeps list the sweeps.",
    "sweeps": "revoker sweeps list shows them.",
}


def given_up(trouble: Trouble, request: ApiRequest, address: str) -> str:
    """Say that there was no answer, and why."""
    said = f"No answer from {address}: {trouble.why}. Next: {trouble.then}."
    # A request that never left has started nothing: no word of keys where the address is wrong.
    if trouble.lasting or not (request.key or not trouble.again):
        return said
    return f"{said} {_unknown(request)}".rstrip()


def failed(response: httpx.Response, request: ApiRequest) -> str:
    """Say that the API failed, and what is not known now."""
    return f"{told(response)} {_unknown(request)}".rstrip()


def refused(response: httpx.Response, request: ApiRequest, auth: httpx.Auth | None) -> str:
    """Return what the API says against a request, and what to type next where it does not know run or caller."""
    if response.status_code == 404 and fields_of(response):
        known, beside, _ = request.path.partition("/")
        return f"{told(response)} {_LISTS.get(known, '') if beside else ''}".rstrip()
    if response.status_code != 401:
        return told(response)
    if isinstance(auth, Bearer) and auth.held:
        return f"401 Sign-in required. {why_refused(auth.held.token, datetime.now(UTC))}"
    return f"401 Sign-in required. {_SIGN_IN}"


def foreign(address: str) -> str:
    """Say that what answers is something else."""
    what = "not as Revoker's API (a sign-in page, or another site)"
    return f"{address} answers, but {what}: check the address."


def _unknown(request: ApiRequest) -> str:
    """Return what is left open, where asking again may do it twice, or needs the same key."""
    return request.left_open if request.key or not request.again else ""
