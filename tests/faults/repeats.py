"""How often a user may have been revoked: once a run, and once more for each death of the host. Pure."""

from collections import Counter
from collections.abc import Iterator

from identities import TROUBLES, Fault, Shrink, Unfit
from misfortune import Doom, Expiry, Kill, Misfortune, Rubbish, Skew
from play import Seen
from scenario import Scenario


def about_repeats(scenario: Scenario, seen: Seen) -> Iterator[str]:
    """Return a complaint for each user that was revoked more often than its runs and the host's deaths explain."""
    explained = [_repeats(told) for told in scenario.misfortunes]
    if None in explained:
        return
    spare, runs = sum(filter(None, explained)), Counter[str]()
    for report in seen.reports:
        runs.update(line["id"] for line in report["users"] if line["id"])
    for name, truth in seen.journal.items():
        if runs[name] and truth["accepted"] > runs[name] + spare:
            yield f"{name} was revoked {truth['accepted']} times, in {runs[name]} runs and {spare} deaths"


def _repeats(told: Misfortune) -> int | None:
    """Return how many repeats of a call a misfortune explains, None for any number."""
    if isinstance(told, Doom):
        return told.times
    if isinstance(told, Kill):
        return 1
    if isinstance(told, Unfit) and told.fault is Fault.NO_TOKEN:
        return None  # azure-identity tries for 5 s, longer than a lease of this stage: the message comes twice
    if isinstance(told, Shrink):
        return 2  # the host starts again twice
    return 0 if isinstance(told, (*TROUBLES, Expiry, Rubbish, Skew)) else None
