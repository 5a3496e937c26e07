"""Sweeps for tests: a stand-in for their rows, what Hypothesis draws, and the few that everybody needs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from fakes import START
from hypothesis import strategies as st
from strategies import IDS, INCIDENTS, MAYBE_MOMENTS, MOMENTS, NAMES, TEXTS

from revoker.adapters import rows, sweep_rows
from revoker.request import Person, Request, Scope, Target, Trigger, user_name
from revoker.run import State
from revoker.sweep import Sweep
from revoker.sweep_request import SweepRequest
from revoker.sweep_run import Ran

RITA, SAM = Person("id-1", "Rita Responder"), Person("id-2", "Sam Second")


class FakeSweeps:
    """Sweeps in memory; every row passes through the real encoding, and is decoded once."""

    def __init__(self) -> None:
        self._rows: dict[str, rows.Row] = {}
        self._read: dict[str, tuple[rows.Row, Sweep]] = {}

    async def add(self, sweep: Sweep) -> bool:
        """Insert a sweep that is not there."""
        if sweep.id in self._rows:
            return False
        self._rows[sweep.id] = sweep_rows.sweep_row(sweep)
        return True

    async def all(self) -> tuple[Sweep, ...]:
        """Return every sweep."""
        return tuple(self._decoded(key) for key in sorted(self._rows))

    async def get(self, sweep: str) -> Sweep | None:
        """Return a sweep."""
        return self._decoded(sweep) if sweep in self._rows else None

    async def update(self, sweep: str, change: Callable[[Sweep], Sweep]) -> Sweep:
        """Apply a change."""
        before = self._decoded(sweep)
        after = change(before)
        if after != before:
            self._rows[sweep] = sweep_rows.sweep_row(after)
        return after

    async def remove(self, sweep: str) -> None:
        """Forget a sweep."""
        self._rows.pop(sweep, None)

    def _decoded(self, key: str) -> Sweep:
        row, known = self._rows[key], self._read.get(key)
        if known is None or known[0] is not row:
            known = self._read[key] = (row, sweep_rows.sweep_of(row))
        return known[1]


def a_wish(*names: str, person: Person = RITA, **options: object) -> SweepRequest:
    """Return a sweep every hour for thirty days, of whoever's sessions are from before the start."""
    asked = Request(
        trigger=Trigger.SCHEDULE,
        requested_by=person,
        reason="the weeks after",
        targets=tuple(Target(requested_as=name, name=user_name(name)) for name in names or ("alice@contoso.com",)),
        issued_before=START,
        include_guests=False,
    )
    made = SweepRequest(name="after the eviction", asked=asked, until=START + timedelta(days=30), every_minutes=60)
    return replace(made, **options)  # type: ignore[arg-type]


def ran(number: int, state: State | None = None, why: str = "") -> Ran:
    """Return a sweep's run of so many hours after the start."""
    at: datetime = START + timedelta(hours=number)
    return Ran(run=f"run-{number}", tick=at, started_at=at, state=state, why=why)


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
WISHES = st.builds(
    SweepRequest,
    name=TEXTS,
    asked=ASKED,
    until=MOMENTS,
    max_age_hours=st.none() | st.integers(1, 2160),
    every_minutes=st.just(15) | st.integers(15, 10**5),
    schedule=st.none() | st.sampled_from(["0 0 * * * *", "0 0 9 * * Mon"]),
)
RANS = st.builds(
    Ran,
    run=IDS,
    tick=MOMENTS,
    started_at=MOMENTS,
    state=st.none() | st.sampled_from([state for state in State if state.is_final]),
    why=TEXTS,
)
SWEEPS = st.builds(
    Sweep,
    id=IDS,
    wish=WISHES,
    created_at=MOMENTS,
    next_tick=MAYBE_MOMENTS,
    approval_until=MAYBE_MOMENTS,
    approved_by=st.none() | PERSONS,
    admitted=st.booleans(),
    acknowledged=st.lists(TEXTS, max_size=2).map(tuple),
    paused_by=st.none() | PERSONS,
    runs=st.lists(RANS, max_size=4).map(tuple),
    skipped=st.integers(0, 10**6),
    stumbles=st.integers(0, 10),
    stumble=TEXTS,
    ended_at=MAYBE_MOMENTS,
    ended_because=TEXTS,
)
