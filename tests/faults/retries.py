"""What a retry must have come to: the users that no identity could revoke are revoked by it. Pure."""

from collections.abc import Iterator
from typing import Any

from play import Seen
from scenario import Scenario

from revoker.core.outcome import RETRYABLE, Outcome

_DONE = {Outcome.VERIFIED, Outcome.NOT_EFFECTIVE, Outcome.ALREADY_REVOKED}


def about_retries(scenario: Scenario, seen: Seen) -> Iterator[str]:
    """Return the complaints about runs that were asked for again once every identity worked."""
    retries = {report["retryOf"]: report for report in seen.reports if report.get("retryOf")}
    for report in seen.reports:
        if not scenario.has_pool or report.get("retryOf"):
            continue
        left = {line["id"] for line in report["users"] if line["outcome"] in RETRYABLE}
        again: dict[str, Any] = retries.get(report["runId"], {"users": []})
        done = {line["id"] for line in again["users"] if line["outcome"] in _DONE}
        if left - done:
            yield f"run {report['runId']}: its retry leaves {len(left - done)} of {len(left)}, and no fault was left"
