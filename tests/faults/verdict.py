"""What a scenario must have come to, whatever went wrong: the same sentences for every seed. Pure."""

import base64
import binascii
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from cast import Part, Who
from misfortune import CRASHES, Rubbish
from play import Seen
from scenario import Ask, Scenario

from revoker.outcome import FAILURES, Outcome
from revoker.run import State, Tally, final_state

_NUMBER = re.compile(r"canary-\d+-\d+-(\d+)\.")
_SPARED = (Part.PROTECTED, Part.EXCLUDED)
_EXPECTED = {
    Part.REVOKED: {Outcome.VERIFIED, Outcome.ALREADY_REVOKED, Outcome.NOT_EFFECTIVE},
    Part.PROTECTED: {Outcome.PROTECTED},
    Part.EXCLUDED: {Outcome.EXCLUDED},
    Part.UNKNOWN: {Outcome.NOT_FOUND},
}


def judge(scenario: Scenario, seen: Seen) -> list[str]:
    """Return every complaint; none is a pass."""
    return [*_about_runs(scenario, seen), *_about_the_spared(scenario, seen), *_about_leftovers(scenario, seen)]


def _about_runs(scenario: Scenario, seen: Seen) -> Iterator[str]:
    reports = {report["runId"]: report for report in seen.reports}
    yield from seen.refusals
    for ask in scenario.asks:
        mine = [run for run, report in reports.items() if _ask_number(report) == ask.number]
        if not mine:
            yield f"ask {ask.number}: no run"
        if seen.accepted[ask.number] - reports.keys():
            yield f"ask {ask.number}: an accepted run is not listed"
        if ask.key and len(mine) > 1:
            yield f"ask {ask.number}: {len(mine)} runs under one key"
        for run in mine:
            yield from (
                f"run {run} (ask {ask.number}): {text}" for text in _about_run(ask, scenario, seen, reports[run])
            )


def _ask_number(report: dict[str, Any]) -> int:
    found = _NUMBER.search(report["reason"])
    return int(found[1]) if found else -1


def _about_run(ask: Ask, scenario: Scenario, seen: Seen, report: dict[str, Any]) -> Iterator[str]:
    if not report["finishedAt"]:
        yield f"not final: {report['state']} {report['counts']}"
    lines = {line["requestedAs"]: line for line in report["users"]}
    listed = Counter(line["requestedAs"] for line in report["users"])
    asked = Counter(who.name for who in ask.people)
    if listed != asked:
        yield f"{(asked - listed).total()} who were asked for are not reported; {(listed - asked).total()} too many are"
    counts = Counter(line["outcome"] for line in report["users"])
    if report["counts"] != counts:
        yield f"counts {report['counts']} are not those of the lines, {dict(counts)}"
    if report["finishedAt"] and (state := _ends_as(counts, ask)) != report["state"] != State.CANCELLED:
        yield f"ended as {report['state']}, and its users say {state}"
    for who in ask.people:
        if line := lines.get(who.name):
            yield from (
                f"{who.part} {who.name}: {text}" for text in _about_user(who, line, ask, scenario, seen, report)
            )


def _ends_as(counts: Counter[str], ask: Ask) -> State:
    cancelled = ask.cancel_after is not None and counts[Outcome.CANCELLED] > 0
    return final_state(Tally(counts={Outcome(name): count for name, count in counts.items()}), cancelled=cancelled)


def _about_user(
    who: Who, line: dict[str, Any], ask: Ask, scenario: Scenario, seen: Seen, report: dict[str, Any]
) -> Iterator[str]:
    outcome = Outcome(line["outcome"])
    if outcome in FAILURES and not line["reason"]:
        yield f"{outcome} without a reason"
    if _is_excused(outcome, line["reason"], ask, scenario):
        return
    if outcome not in _EXPECTED[who.part]:
        yield f"{outcome} ({line['reason']})"
    elif who.user and who.part is Part.REVOKED:
        yield from _about_effect(outcome, who, seen.journal[who.user.id], _true_cutoff(ask, scenario, report))


def _is_excused(outcome: Outcome, reason: str | None, ask: Ask, scenario: Scenario) -> bool:
    """Tell whether somebody may end otherwise than hoped for: only what some misfortunes can do, and it is said so."""
    if outcome is Outcome.CANCELLED:
        return ask.cancel_after is not None
    return any(outcome in outcomes and reason == why for outcomes, why in excuses(scenario))


def excuses(scenario: Scenario) -> Iterator[tuple[frozenset[Outcome], str]]:
    """Return what a scenario may do to users: a message lost four times over is given up, one that kills is buried."""
    if scenario.doom and scenario.doom.times >= CRASHES:
        yield frozenset({Outcome.ABANDONED, Outcome.UNVERIFIED}), "message_died"
        yield frozenset({Outcome.ABANDONED, Outcome.UNVERIFIED}), "lost"
    if scenario.skew > 0 and len(scenario.asks) > 1:  # revoked twice in one second by a fast clock: which was ours?
        yield frozenset({Outcome.UNVERIFIED}), "not_seen"
    if scenario.mail and scenario.mail.lost:
        yield frozenset({Outcome.ABANDONED, Outcome.UNVERIFIED}), "lost"


def _about_effect(outcome: Outcome, who: Who, truth: dict[str, Any], cutoff: float) -> Iterator[str]:
    """Compare an outcome with the tenant's own truth."""
    if (outcome is Outcome.NOT_EFFECTIVE) != who.external and outcome is not Outcome.ALREADY_REVOKED:
        yield f"{outcome}, which is {'a guest' if who.external else 'no guest'}"
    if who.external and outcome is Outcome.NOT_EFFECTIVE:
        if max(truth["acceptedAt"], default=0.0) < cutoff:
            yield f"{outcome}, and nobody asked the directory since the cutoff"
    elif _moment(truth["validFrom"]) < cutoff:
        yield f"{outcome}, and valid from {truth['validFrom']}, before the cutoff"


def _true_cutoff(ask: Ask, scenario: Scenario, report: dict[str, Any]) -> float:
    """Return the cutoff by the tenant's clock, to the second: one that nobody gave came off the host's own clock."""
    cutoff = _moment(report["issuedBefore"])
    return int(cutoff - (scenario.skew if ask.hours is None else 0))


def _about_the_spared(scenario: Scenario, seen: Seen) -> Iterator[str]:
    spared = {who.user.id for ask in scenario.asks for who in ask.people if who.part in _SPARED and who.user}
    for name in spared:
        if seen.journal[name]["accepted"]:
            yield f"{name} was to be spared and was revoked"
    wanted = {who.user.id for ask in scenario.asks for who in ask.people if who.user}
    for name in seen.journal.keys() - wanted:
        yield f"{name} was revoked, and nobody asked"


def _about_leftovers(scenario: Scenario, seen: Seen) -> Iterator[str]:
    if seen.left:
        yield f"left in queues: {seen.left}"
    for told in scenario.misfortunes:
        if isinstance(told, Rubbish) and not any(_same(told.text, body) for body in seen.kept):
            yield f"{told.text!r} on {told.queue} was not kept"


def _same(wire: str, kept: str) -> bool:
    try:
        return kept in (wire, base64.b64decode(wire, validate=True).decode(errors="replace"))
    except (binascii.Error, ValueError):
        return kept == wire


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).astimezone(UTC).timestamp()
