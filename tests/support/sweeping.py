"""Sweeps for tests: a stand-in for their rows, what Hypothesis draws, and the few that all tests need."""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from support.fakes import START
from support.strategies import IDS, INCIDENTS, MAYBE_MOMENTS, MOMENTS, NAMES, TEXTS

from revoker.adapters.tables import columns, sweep_rows
from revoker.adapters.tables.sweeps import TableSweeps
from revoker.core.names import user_name
from revoker.core.request import Person, Request, Scope, Target, Trigger
from revoker.core.run import State
from revoker.core.sweep import Sweep
from revoker.core.sweep_run import SweepRun
from revoker.core.sweep_spec import SweepSpec
from revoker.ports.sweeps import Sweeps

RITA, SAM = Person("id-1", "Rita Responder"), Person("id-2", "Sam Second")


class FakeSweeps:
    """Sweeps in memory; every row passes through the real encoding, and is decoded once."""

    def __init__(self) -> None:
        self._rows: dict[str, columns.Row] = {}
        self._read: dict[str, tuple[Mapping[str, Any], Sweep]] = {}

    async def add(self, sweep: Sweep) -> bool:
        """Insert a sweep that is not there."""
        if sweep.id in self._rows:
            return False
        self._rows[sweep.id] = sweep_rows.new_row(sweep)
        return True

    async def all(self) -> tuple[Sweep, ...]:
        """Return every sweep that can be read."""
        return sweep_rows.readable((self._rows[key] for key in sorted(self._rows)), self._decoded)

    async def get(self, sweep: str) -> Sweep | None:
        """Return a sweep."""
        return self._decoded(self._rows[sweep]) if sweep in self._rows else None

    async def update(self, sweep: str, change: Callable[[Sweep], Sweep]) -> Sweep:
        """Apply a change."""
        before = self._decoded(self._rows[sweep])
        after = change(before)
        if after != before:
            self._rows[sweep] = sweep_rows.sweep_row(after)
        return after

    async def remove(self, sweep: str) -> None:
        """Forget a sweep."""
        self._rows.pop(sweep, None)

    def _decoded(self, row: Mapping[str, Any]) -> Sweep:
        known = self._read.get(row["RowKey"])
        if known is None or known[0] is not row:
            known = self._read[row["RowKey"]] = (row, sweep_rows.sweep_of(row))
        return known[1]


def a_spec(*names: str, person: Person = RITA, **options: object) -> SweepSpec:
    """Return a sweep every hour for thirty days, of sessions from before the start."""
    asked = Request(
        trigger=Trigger.SCHEDULE,
        requested_by=person,
        reason="the weeks after",
        targets=tuple(Target(requested_as=name, name=user_name(name)) for name in names or ("alice@contoso.com",)),
        issued_before=START,
        include_guests=False,
    )
    made = SweepSpec(name="after the eviction", run=asked, until=START + timedelta(days=30), every_minutes=60)
    return replace(made, **options)  # type: ignore[arg-type]


# Two bytes each in a body.
UNFOLDED = "".join(chr(code) for code in range(0x80, 0x800) if chr(code).isalpha())


def long_names(letters: str, size: int = 995_000) -> list[str]:
    """Return random names of 290 characters of these letters, as many as a body of 1,000,000 bytes holds."""
    drawn, names, left = random.Random(1), [], size  # noqa: S311 - no secret
    while left > 0:
        names.append(f"{''.join(drawn.choices(letters, k=278))}@contoso.com")
        left -= len(names[-1].encode()) + 3
    return names[:-1]


async def spoil(sweeps: Sweeps, sweep: str) -> None:
    """Make a row unreadable."""
    if isinstance(sweeps, TableSweeps):
        row = await sweeps._rows.get_entity("sweep", sweep)
        await sweeps._rows.update_entity({**row, "sweep": b"nonsense"})
    elif isinstance(sweeps, FakeSweeps):
        sweeps._rows[sweep] = {**sweeps._rows[sweep], "sweep": b"nonsense"}


def a_sweep_run(number: int, state: State | None = None, why: str = "") -> SweepRun:
    """Return a sweep's run of so many hours after the start."""
    at: datetime = START + timedelta(hours=number)
    return SweepRun(run=f"run-{number}", tick=at, started_at=at, state=state, why=why)


PERSONS = st.builds(Person, TEXTS, TEXTS)
ASKED = st.builds(
    Request,
    trigger=st.just(Trigger.SCHEDULE),
    requested_by=PERSONS,
    reason=TEXTS,
    targets=st.lists(st.builds(Target, requested_as=TEXTS, name=NAMES), max_size=5).map(tuple),
    scope=st.builds(
        Scope,
        groups=st.lists(IDS, max_size=3).map(tuple),
        roles=st.lists(IDS, max_size=3).map(tuple),
        filter=st.none() | TEXTS,
        all_users=st.booleans(),
    ),
    exclude_users=st.frozensets(NAMES, max_size=3),
    exclude_groups=st.lists(IDS, max_size=3).map(tuple),
    issued_before=MAYBE_MOMENTS,
    compromised_at=MAYBE_MOMENTS,
    compromised_thumbprints=st.lists(TEXTS, max_size=2).map(tuple),
    include_guests=st.booleans(),
    incident=st.none() | INCIDENTS,
    acknowledge=st.lists(TEXTS, max_size=2).map(tuple),
)
SPECS = st.builds(
    SweepSpec,
    name=TEXTS,
    run=ASKED,
    until=MOMENTS,
    max_age_hours=st.none() | st.integers(1, 2160),
    every_minutes=st.just(15) | st.integers(15, 10**5),
    schedule=st.none() | st.sampled_from(["0 0 * * * *", "0 0 9 * * Mon"]),
)
SWEEP_RUNS = st.builds(
    SweepRun,
    run=IDS,
    tick=MOMENTS,
    started_at=MOMENTS,
    state=st.none() | st.sampled_from([state for state in State if state.is_final]),
    why=TEXTS,
)
SWEEPS = st.builds(
    Sweep,
    id=IDS,
    spec=SPECS,
    created_at=MOMENTS,
    next_tick=MAYBE_MOMENTS,
    approval_until=MAYBE_MOMENTS,
    approved_by=st.none() | PERSONS,
    admitted=st.booleans(),
    acknowledged=st.lists(TEXTS, max_size=2).map(tuple),
    approved_size=st.none() | st.integers(0, 10**7),
    paused_by=st.none() | PERSONS,
    runs=st.lists(SWEEP_RUNS, max_size=4).map(tuple),
    skipped=st.integers(0, 10**6),
    failed_attempts=st.integers(0, 10),
    last_failure=TEXTS,
    ended_at=MAYBE_MOMENTS,
    ended_because=TEXTS,
)
