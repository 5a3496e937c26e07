"""What a sweep asks for at each tick, and when its last tick comes."""

from datetime import timedelta

from support.fakes import START
from support.sweeping import a_spec

from revoker.core.request import Priority, Trigger

HOUR = timedelta(hours=1)
LATER = START + 10 * HOUR


def test_no_tick_lies_beyond_the_end() -> None:
    """The last tick is before the end; after it there is none."""
    spec = a_spec(until=START + 2 * HOUR)

    assert START + HOUR == spec.tick_after(START, START)
    assert None is spec.tick_after(START + HOUR, START)
    assert None is a_spec(schedule="0 0 0 30 2 *").tick_after(START, START)


def test_a_run_of_it() -> None:
    """In the bulk lane, by the clock's door, with the fixed cutoff."""
    request = a_spec().request("s", LATER)

    assert (Trigger.SCHEDULE, Priority.BULK, "s", START) == (
        request.trigger,
        request.priority,
        request.sweep_id,
        request.issued_before,
    )


def test_a_sliding_cutoff() -> None:
    """So many hours before the run, whenever that is."""
    assert LATER - 3 * HOUR == a_spec(max_age_hours=3).request("s", LATER).issued_before
