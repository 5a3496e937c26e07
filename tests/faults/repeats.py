"""How often a user may have been revoked: once a run, unless the host died. Pure.

A death between a message that is sent and the one that is deleted leaves two of a batch, and the next death four; two
that are delivered at one moment both call. A death between Graph's answer and the ledger leaves one call more.
"""

from collections import Counter
from collections.abc import Iterator

from identities import TROUBLES, Fault, Shrink, Unfit
from misfortune import Doom, Expiry, Kill, Misfortune, Rubbish, Skew
from play import Seen
from scenario import Scenario


def about_repeats(scenario: Scenario, seen: Seen) -> Iterator[str]:
    """Return a complaint for each user that was revoked more often than that."""
    explained = [_deaths(told) for told in scenario.misfortunes]
    if None in explained:
        return
    deaths, runs = sum(filter(None, explained)), Counter[str]()
    for report in seen.reports:
        runs.update(line["id"] for line in report["users"] if line["id"])
    once = _calls_a_run(scenario)
    for name, truth in seen.journal.items():
        if runs[name] and truth["accepted"] > runs[name] * once * 2**deaths + deaths:
            yield f"{name} was revoked {truth['accepted']} times, in {runs[name]} runs and {deaths} deaths"


def _calls_a_run(scenario: Scenario) -> int:
    """Return how often a run calls a user by design, without any death."""
    # Two runs revoke a user within one second. By a clock that is ahead the later one cannot tell its own revocation
    # (docs/failure-modes.md), and revokes once more before its last check; of a role holder twice, whose batch has a
    # check of its own beside the scan's.
    if scenario.skew > 0 and len(scenario.asks) > 1:
        return 3
    return 1


def _deaths(told: Misfortune) -> int | None:
    """Return how many deaths of the host a misfortune is, None where it repeats calls in other ways."""
    if isinstance(told, Doom):
        return told.times
    if isinstance(told, Kill):
        return 1
    if isinstance(told, Unfit) and told.fault is Fault.NO_TOKEN:
        return None  # azure-identity tries for 5 s, longer than a lease of this stage: the message comes twice
    if isinstance(told, Shrink):
        return 2  # the host starts again twice
    return 0 if isinstance(told, (*TROUBLES, Expiry, Rubbish, Skew)) else None
