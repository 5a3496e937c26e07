from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, strategies as st

from local.host.cron import Schedule, ScheduleError


@pytest.mark.parametrize(
    ("schedule", "moment", "expected"),
    [
        ("0 * * * * *", "2026-03-01T10:15:30", "2026-03-01T10:16:00"),
        ("0 * * * * *", "2026-03-01T10:16:00", "2026-03-01T10:17:00"),
        ("0 * * * * *", "2026-12-31T23:59:59.999", "2027-01-01T00:00:00"),
        ("* * * * * *", "2026-03-01T10:15:30.5", "2026-03-01T10:15:31"),
        ("*/15 * * * * *", "2026-03-01T10:15:44", "2026-03-01T10:15:45"),
        ("0 */5 * * * *", "2026-03-01T10:55:01", "2026-03-01T11:00:00"),
        ("0 10-20/5 * * * *", "2026-03-01T10:16:00", "2026-03-01T10:20:00"),
        ("0 50/5 * * * *", "2026-03-01T10:56:00", "2026-03-01T11:50:00"),
        ("0 0 2,14 * * *", "2026-03-01T03:00:00", "2026-03-01T14:00:00"),
        ("0 30 6 1 * *", "2026-03-01T06:30:00", "2026-04-01T06:30:00"),
        ("0 0 0 29 2 *", "2026-03-01T00:00:00", "2028-02-29T00:00:00"),
        ("0 0 9 * * 1-5", "2026-03-06T09:00:00", "2026-03-09T09:00:00"),
        ("0 0 9 * * 0", "2026-03-06T09:00:00", "2026-03-08T09:00:00"),
        ("0 0 9 13 * 5", "2026-03-14T00:00:00", "2026-11-13T09:00:00"),
    ],
)
def test_next_tick(schedule: str, moment: str, expected: str) -> None:
    """The next tick is the first moment later than now at which all six fields agree."""
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)

    assert datetime.fromisoformat(expected).replace(tzinfo=UTC) == Schedule.parse(schedule).after(now)


def test_ticks_are_in_utc_wherever_the_moment_was_taken() -> None:
    """A schedule names hours of UTC."""
    moment = datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))

    assert datetime(2026, 3, 1, 0, 0, tzinfo=UTC) == Schedule.parse("0 0 * * * *").after(moment)


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001  # made aware below
def test_a_tick_is_always_later_and_never_skips_a_minute(moment: datetime) -> None:
    """Every minute is every minute, across months and leap days."""
    now = moment.replace(tzinfo=UTC)

    gap = Schedule.parse("0 * * * * *").after(now) - now

    assert timedelta(0) < gap <= timedelta(minutes=1)


@pytest.mark.parametrize(
    "schedule",
    ["* * * * *", "60 * * * * *", "0 0 0 0 * *", "a * * * * *", "0 */0 * * * *", "0 9-5 * * * *", "", "00:05:00"],
)
def test_what_is_no_schedule_is_refused(schedule: str) -> None:
    """Five fields, numbers out of range and time spans are mistakes, found at the start."""
    with pytest.raises(ScheduleError):
        Schedule.parse(schedule)


def test_a_day_that_never_comes_is_refused() -> None:
    """Asking for 30 February must not search for ever."""
    with pytest.raises(ScheduleError):
        Schedule.parse("0 0 0 30 2 *").after(datetime(2026, 1, 1, tzinfo=UTC))
