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
from repeats import about_repeats
from retries import about_retries
from scenario import Ask, Scenario

from revoker.core.outcome import FAILURES, Outcome
from revoker.core.run import State
from revoker.core.run_state import final_state
from revoker.core.tally import Tally

_NUMBER = re.compile(r"canary-\d+-\d+-(\d+)\.")
_EXPECTED = {
    Part.REVOKED: {Outcome.VERIFIED, Outcome.ALREADY_REVOKED, Outcome.NOT_EFFECTIVE},
    Part.PROTECTED: {Outcome.PROTECTED},
    Part.EXCLUDED: {Outcome.EXCLUDED},
    Part.UNKNOWN: {Outcome.NOT_FOUND},
}


def judge(scenario: Scenario, seen: Seen) -> list[str]:
    """Return every complaint; none is a pass."""
    return [
        *_about_runs(scenario, seen),
        *_about_the_spared(scenario, seen),
        *_about_leftovers(scenario, seen),
        *about_repeats(scenario, seen),
    ]


def _about_runs(scenario: Scenario, seen: Seen) -> Iterator[str]:
    reports = {report["runId"]: report for report in seen.reports if not report.get("retryOf")}
    yield from seen.refusals
    yield from about_retries(scenario, seen)
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
    named = {who.name for who in ask.people if not who.listed}
    keys = [line["requestedAs"] if line["requestedAs"] in named else line["id"] for line in report["users"]]
    lines, listed, asked = dict(zip(keys, report["users"], strict=True)), Counter(keys), _asked(ask)
    broken_off = _is_incomplete(report) and _may_break_off(scenario)
    broken_off |= ask.scope is not None and _is_cancelled(report)  # whom it had not listed yet it never will
    if (asked - listed and not broken_off) or listed - asked:
        yield f"{(asked - listed).total()} who were asked for are not reported; {(listed - asked).total()} too many are"
    counts = Counter(line["outcome"] for line in report["users"])
    if report["counts"] != counts:
        yield f"counts {report['counts']} are not those of the lines, {dict(counts)}"
    if report["finishedAt"] and (state := _ends_as(counts, report)) != report["state"]:
        yield f"ended as {report['state']}, and its users say {state}"
    for who in ask.people:
        if line := lines.get(who.name):
            yield from (
                f"{who.part} {who.name}: {text}" for text in _about_user(who, line, ask, scenario, seen, report)
            )


def _asked(ask: Ask) -> Counter[str]:
    return Counter(who.name for who in ask.people)


def _is_incomplete(report: dict[str, Any]) -> bool:
    return any(text.startswith("Not everybody is accounted for") for text in report["warnings"])


def _is_cancelled(report: dict[str, Any]) -> bool:
    return report["cancelledAt"] is not None


def _may_break_off(scenario: Scenario) -> bool:
    """Whether a scan's messages may die or be lost four times over: the run must then say that it failed."""
    return bool(scenario.mail and scenario.mail.lost) or bool(scenario.doom and scenario.doom.times >= CRASHES)


def _ends_as(counts: Counter[str], report: dict[str, Any]) -> State:
    counted = Tally(counts={Outcome(name): count for name, count in counts.items()})
    return final_state(counted, cancelled=_is_cancelled(report), incomplete=_is_incomplete(report))


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
    if outcome is Outcome.REFUSED and scenario.may_refuse:  # and then the retry must have done it
        return reason == "forbidden"
    if outcome is Outcome.CANCELLED:
        return ask.cancel_after is not None
    return any(outcome in outcomes and reason == why for outcomes, why in excuses(scenario))


def excuses(scenario: Scenario) -> Iterator[tuple[frozenset[Outcome], str]]:
    """Return what a scenario may do to users: a message lost four times is given up, and so is one that kills."""
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
        # Guests whom the directory lists are left alone: only their home tenant can help.
        if not who.listed and max(truth["acceptedAt"], default=0.0) < cutoff:
            yield f"{outcome}, and nobody asked the directory since the cutoff"
    elif _moment(truth["validFrom"]) < cutoff:
        yield f"{outcome}, and valid from {truth['validFrom']}, before the cutoff"


def _true_cutoff(ask: Ask, scenario: Scenario, report: dict[str, Any]) -> float:
    """Return the cutoff by the tenant's clock, to the second: one that nobody gave came off the host's own clock."""
    cutoff = _moment(report["issuedBefore"])
    return int(cutoff - (scenario.skew if ask.hours is None else 0))


def _about_the_spared(scenario: Scenario, seen: Seen) -> Iterator[str]:
    everybody = [(who.user.id, who) for ask in scenario.asks for who in ask.people if who.user]
    protected = {name for name, who in everybody if who.part is Part.PROTECTED}
    wanted = {name for name, who in everybody if who.part is Part.REVOKED}
    for name, truth in seen.journal.items():
        if truth["accepted"] and (name in protected or name not in wanted):
            yield f"{name} was revoked, and {'is protected' if name in protected else 'nobody asked for that'}"


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
