from datetime import UTC, datetime, timedelta

import pytest

from local.host.timer_status import NEVER, Status, is_monitored, resume
from revoker.core.schedule import Schedule

MINUTELY, HOURLY = Schedule.parse("0 * * * * *"), Schedule.parse("0 0 * * * *")


def at(text: str) -> datetime:
    """Return a time of one day."""
    return datetime.fromisoformat(f"2026-03-02T{text}+00:00")


def test_a_new_timer_is_not_past_due() -> None:
    """It waits for its first tick."""
    assert Status(NEVER, at("10:01:00"), at("10:00:30")) == Status.fresh(MINUTELY, at("10:00:30"))


@pytest.mark.parametrize(
    ("began", "expected"),
    [
        ("10:00:00.002", "10:01:00"),
        ("09:59:59.998", "10:01:00"),  # a clock woke us a moment early: the same tick must not come twice
    ],
)
def test_a_tick_comes_once(began: str, expected: str) -> None:
    """The next one is reckoned from the tick that was planned."""
    planned = Status(at("09:59:00"), at("10:00:00"), at("09:59:00"))

    assert at(expected) == planned.after_run(MINUTELY, at(began), planned=True).next


def test_ticks_missed_during_a_run_come_once_and_at_once() -> None:
    """A run from 10:00 to 10:02:10 has the next tick in the past; after that one they come as planned."""
    status = Status(at("09:59:00"), at("10:00:00"), at("09:59:00"))

    after_the_long_run = status.after_run(MINUTELY, at("10:00:00"), planned=True)
    after_the_missed_tick = after_the_long_run.after_run(MINUTELY, at("10:02:10"), planned=True)

    assert (at("10:01:00"), at("10:03:00")) == (after_the_long_run.next, after_the_missed_tick.next)


def test_ticks_missed_while_no_host_ran_leave_the_timer_past_due() -> None:
    """What was kept is gone on with, so that the host fires at once."""
    kept = Status(at("10:00:00"), at("10:01:00"), at("10:00:00"))

    assert kept == resume(kept, MINUTELY, at("10:05:20"))


def test_a_run_past_due_is_followed_by_the_next_tick() -> None:
    """It began when it began: nothing was planned for then."""
    kept = Status(at("10:00:00"), at("10:01:00"), at("10:00:00"))

    assert at("10:06:00") == kept.after_run(MINUTELY, at("10:05:20"), planned=False).next


def test_a_timer_that_never_fired_can_be_past_due() -> None:
    """Its first tick was reckoned when a host first met it."""
    kept = Status.fresh(HOURLY, at("10:00:30"))

    assert kept == resume(kept, HOURLY, at("12:00:00"))


@pytest.mark.parametrize(("now", "expected"), [("10:30:00", "11:00:00"), ("10:00:30", "11:00:00")])
def test_a_changed_schedule_is_not_past_due(now: str, expected: str) -> None:
    """Another schedule than the one that was kept begins anew."""
    kept = Status(at("10:00:00"), at("10:01:00"), at("10:00:00"))

    assert at(expected) == resume(kept, HOURLY, at(now)).next


@pytest.mark.parametrize(
    ("schedule", "expected"), [("* * * * * *", False), ("*/30 * * * * *", False), ("0 * * * * *", True)]
)
def test_only_slow_timers_are_remembered(schedule: str, expected: bool) -> None:  # noqa: FBT001  # a table
    """Below a minute the real host keeps nothing (learn: functions-bindings-timer, useMonitor)."""
    assert expected == is_monitored(Schedule.parse(schedule), at("10:00:00"))


def test_a_status_is_kept_as_texts() -> None:
    """What is written can be read."""
    status = Status(NEVER, datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=1), at("10:00:00"))

    assert status == Status.from_row(status.to_row())
