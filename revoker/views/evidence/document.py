"""The whole page as one value, from a run's status and its gathered users. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from revoker.core.pacing import Quota
from revoker.core.run import Run
from revoker.version import VERSION
from revoker.views.evidence.asked import fits, in_full
from revoker.views.evidence.facts import Fact, facts, named as person
from revoker.views.evidence.gate import Judged, judged
from revoker.views.evidence.gathered import Gathered, seconds_since
from revoker.views.evidence.moments import Clock
from revoker.views.evidence.numbers import Number, Part, numbers
from revoker.views.evidence.people import Group, Words, groups
from revoker.views.evidence.picture import Picture, picture
from revoker.views.evidence.verdict import Verdict, verdict
from revoker.views.line import Line
from revoker.views.not_ended import NOT_ENDED


@dataclass(frozen=True, slots=True)
class Phrase:
    """A piece of a sentence; ``code`` is set in the type of commands."""

    text: str
    code: bool


@dataclass(frozen=True, slots=True)
class Left:
    """One thing that revoking did not end, and what ends it."""

    what: tuple[Phrase, ...]
    remedy: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Everything that the page says."""

    run_id: str
    title: str
    live: bool
    dry_run: bool
    incomplete: bool
    verdict: Verdict
    residual: str
    residual_note: str
    numbers: tuple[Number, ...]
    facts: tuple[Fact, ...]
    scope: tuple[str, ...]
    picture: Picture | None
    quota: str
    gate: tuple[Judged, ...]
    gate_note: str
    warnings: tuple[str, ...]
    groups: Mapping[Part, tuple[Group, ...]]
    left: tuple[Left, ...]
    made_at: str
    zone: str
    version: str
    sha256: str
    csv_name: str
    named: int
    total: int


def document(run: Run, status: Line, users: Gathered, quota: Quota, clock: Clock, made_at: str) -> Document:
    """Return the page of a run; ``made_at`` is the moment at which its data were read."""
    counts = cast("Mapping[str, int]", status["counts"])
    five = numbers(counts, dry_run=run.dry_run, ended=status["finishedAt"] is not None)
    said = verdict(status, five)
    words = Words(person(status["requestedBy"]), clock.both(status["issuedBefore"]), run.dry_run)
    named, residual = users.named(), clock.both(status["residualAccessUntil"])
    # A run that waited for its approval begins when it was approved: waiting is not the quota's doing.
    start = run.started_at or run.created_at
    return Document(
        run_id=run.id,
        title=" · ".join(_title(said, status)),
        live=status["finishedAt"] is None,
        dry_run=run.dry_run,
        incomplete=run.incomplete,
        verdict=said,
        residual=residual,
        residual_note=str(status.get("residualAccessNote") or ""),
        numbers=five,
        facts=facts(status, clock),
        scope=() if fits(in_full(status)) else in_full(status),
        picture=picture(seconds_since(start, users.signed_out), seconds_since(start, users.confirmed), quota),
        quota=f"{quota.burst:,.0f} writes at once, then {quota.rate:g} a second",
        gate=judged(status.get("federation")),
        gate_note=_gate_note(run),
        warnings=run.warnings,
        groups={part: groups(part, counts, named, words) for part in Part},
        left=tuple(Left(_phrases(one.what), _phrases(_dated(one.remedy, residual))) for one in NOT_ENDED),
        made_at=clock.both(made_at),
        zone=clock.zone,
        version=_versions(run),
        sha256=users.sha256,
        csv_name=f"revoker-{run.id}.csv",
        named=sum(map(len, named.values())),
        total=users.total,
    )


def _title(said: Verdict, status: Line) -> Iterator[str]:
    yield said.word
    tenant = status.get("tenant")
    if isinstance(tenant, Mapping) and tenant.get("domain"):
        yield str(tenant["domain"])
    yield f"run {str(status['runId'])[:13]}"
    yield "Revoker evidence"


def _versions(run: Run) -> str:
    """Say which version accepted the run, and which one wrote the page, where that is another."""
    if run.version == VERSION:
        return f"version {VERSION}"
    accepted = f"version {run.version} accepted the run" if run.version else "the version of the run was not recorded"
    return f"{accepted}; version {VERSION} wrote this page"


def _gate_note(run: Run) -> str:
    """Say why no domain is shown; the gate reads them for all users, and for a filter that nothing bounds."""
    if not (run.scope.get("allUsers") or run.scope.get("filter")):
        asked = "The gate reads federated domains for all users and for filters."
        return f"{asked} This run named its users, groups or roles, so no domain was read."
    if run.federation.findings:
        return "The list of domains could not be read: see the warnings."
    if run.version is None:  # a row from before 0.3, which did not keep what the gate read
        return "The gate was passed when the run was accepted; what it read was not recorded."
    return "No domain of the tenant was federated; the gate had nothing to judge."


def _dated(remedy: str, residual: str) -> str:
    """Return a remedy with the moment that the status calls residualAccessUntil."""
    return remedy.replace("until `residualAccessUntil`", f"until {residual}" if residual else "until they end")


def _phrases(markdown: str) -> tuple[Phrase, ...]:
    """Cut a phrase in Markdown at its backticks: `a` stands between the first two."""
    pieces = markdown.split("`")
    return tuple(Phrase(text, code=place % 2 == 1) for place, text in enumerate(pieces) if text)
