"""When a schedule is due: the examples of the Functions documentation, NCrontab's rules, and what never varies."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, strategies as st

from revoker.core.schedule import Interval, Schedule
from revoker.core.schedule_field import DAYS, FIELDS, MONTHS, ScheduleError

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone


def at(text: str) -> datetime:
    """Return a moment of UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "ticks"),
    [
        ("0 5 * * * *", ["2026-03-01T00:05:00", "2026-03-01T01:05:00"]),
        ("0 * 5 * * *", ["2026-03-01T05:00:00", "2026-03-01T05:01:00"]),
        ("5-7 * * * * *", ["2026-03-01T00:00:05", "2026-03-01T00:00:06", "2026-03-01T00:00:07", "2026-03-01T00:01:05"]),
        ("5,8,10 * * * * *", ["2026-03-01T00:00:05", "2026-03-01T00:00:08", "2026-03-01T00:00:10"]),
        ("0 */5 * * * *", ["2026-03-01T00:05:00", "2026-03-01T00:10:00"]),
        ("0 0 * * * *", ["2026-03-01T01:00:00", "2026-03-01T02:00:00"]),
        ("0 0 */2 * * *", ["2026-03-01T02:00:00", "2026-03-01T04:00:00"]),
        ("0 0 9-17 * * *", [f"2026-03-01T{hour:02}:00:00" for hour in range(9, 18)] + ["2026-03-02T09:00:00"]),
        ("0 30 9 * * *", ["2026-03-01T09:30:00", "2026-03-02T09:30:00"]),
        ("0 30 9 * * 1-5", [f"2026-03-{day:02}T09:30:00" for day in (2, 3, 4, 5, 6, 9)]),
        ("0 30 9 * Jan Mon", ["2027-01-04T09:30:00", "2027-01-11T09:30:00"]),
        ("0 30 9 * January monday", ["2027-01-04T09:30:00"]),
        ("0 0 15 * * *", ["2026-03-01T15:00:00"]),
    ],
)
def test_the_examples_of_the_documentation(schedule: str, ticks: list[str]) -> None:
    """Each row of the table in "Timer trigger for Azure Functions", from the first midnight of March 2026 on."""
    moment, found = at("2026-03-01T00:00:00"), []
    for _ in ticks:
        moment = Schedule.parse(schedule).after(moment)
        found.append(moment)

    assert [at(tick) for tick in ticks] == found


@pytest.mark.parametrize(
    ("schedule", "moment", "expected"),
    [
        ("0 * * * * *", "2026-03-01T10:16:00", "2026-03-01T10:17:00"),
        ("0 * * * * *", "2026-12-31T23:59:59.999", "2027-01-01T00:00:00"),
        ("* * * * * *", "2026-03-01T10:15:30.5", "2026-03-01T10:15:31"),
        ("*/15 * * * * *", "2026-03-01T10:15:44", "2026-03-01T10:15:45"),
        ("0 10-20/5 * * * *", "2026-03-01T10:16:00", "2026-03-01T10:20:00"),
        ("0 50/5 * * * *", "2026-03-01T10:56:00", "2026-03-01T11:50:00"),
        ("0 5/1 * * * *", "2026-03-01T10:05:00", "2026-03-01T10:06:00"),
        ("0 5/1 * * * *", "2026-03-01T10:59:00", "2026-03-01T11:05:00"),
        ("0 0 0/1 * * *", "2026-03-01T10:05:00", "2026-03-01T11:00:00"),
        ("0 0 2,14 * * *", "2026-03-01T03:00:00", "2026-03-01T14:00:00"),
        ("0 0 0 29 2 *", "2026-03-01T00:00:00", "2028-02-29T00:00:00"),
        ("0 0 9 * * 0", "2026-03-06T09:00:00", "2026-03-08T09:00:00"),
        ("0 0 9 * * sun,SAT", "2026-03-06T09:00:00", "2026-03-07T09:00:00"),
        ("0 0 9 * feb-apr *", "2026-04-30T09:00:00", "2027-02-01T09:00:00"),
        ("0 0 9 13 * 5", "2026-03-14T00:00:00", "2026-11-13T09:00:00"),
        ("0 0 9 31 * *", "2026-03-31T09:00:00", "2026-05-31T09:00:00"),
        ("59 59 23 31 12 *", "2026-12-31T23:59:59", "2027-12-31T23:59:59"),
    ],
)
def test_next_tick(schedule: str, moment: str, expected: str) -> None:
    """The next tick is the first later moment at which all six fields agree, day and weekday too."""
    assert at(expected) == Schedule.parse(schedule).after(at(moment))


@pytest.mark.parametrize("number", range(12))
def test_months_by_every_name(number: int) -> None:
    """In full, in three letters, in any casing, or as a number."""
    names = (str(number + 1), MONTHS[number], MONTHS[number][:3], MONTHS[number].upper(), MONTHS[number][:4].lower())

    assert {(number + 1,)} == {FIELDS[4].values(name) for name in names}


@pytest.mark.parametrize("number", range(7))
def test_days_by_every_name(number: int) -> None:
    """Sunday is 0."""
    names = (str(number), DAYS[number], DAYS[number][:3], DAYS[number].upper(), DAYS[number][:4].lower())

    assert {(number,)} == {FIELDS[5].values(name) for name in names}


def test_ticks_are_in_utc_wherever_the_moment_was_taken() -> None:
    """A schedule names hours of UTC."""
    moment = datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    tick = Schedule.parse("0 0 * * * *").after(moment)

    assert (datetime(2026, 3, 1, 0, 0, tzinfo=UTC), timedelta(0)) == (tick, tick.utcoffset())


@pytest.mark.parametrize(
    ("schedule", "says"),
    [
        ("*/5 * * * *", "write '0 */5 * * * *'"),
        ("30 9 * * 1-5", "write '0 30 9 * * 1-5'"),
        ("", "write six fields"),
        ("00:05:00", "write six fields"),
        ("@daily", "write six fields"),
        ("0 0 9 * * * 2027", "write six fields"),
        ("60 * * * * *", "'60' is no second: write 0 to 59."),
        ("0 0 24 * * *", "'24' is no hour: write 0 to 23."),
        ("0 0 0 0 * *", "'0' is no day: write 1 to 31."),
        ("0 0 0 * 13 *", "'13' is no month: write 1 to 12, or a name as in Jan."),
        ("0 0 0 * * 7", "'7' is no day of the week: write 0 to 6, or a name as in Sun."),
        ("0 0 0 * * Su", "'Su' is too short for a day of the week: write Sun."),
        ("0 0 0 * Mo *", "'Mo' is no month"),
        ("0 0 0 * * tu", "'tu' is too short for a day of the week: write Tue."),
        ("0 0 0 * * S", "'S' is too short for a day of the week: write Sun or Sat."),
        ("0 0 0 * Ma *", "'Ma' is too short for a month: write Mar or May."),
        ("0 0 0 * Month *", "'Month' is no month"),
        ("0 0 0 ? * *", "'?' is no day"),
        ("0 0 0 L * *", "'L' is no day"),
        ("0 0 0 * * 5#2", "'5#2' is no day of the week"),
        ("a * * * * *", "'a' is no second"),
        ("0 */0 * * * *", "'0' is no minute: write 1 to 59."),
        ("0 */60 * * * *", "'60' is no minute"),
        ("0 */ * * * *", "'' is no minute"),
        ("0 1, * * * *", "'' is no minute"),
        ("0 1- * * * *", "'' is no minute"),
        ("0 -1 * * * *", "'' is no minute"),
        ("0 +1 * * * *", "'+1' is no minute"),
        ("0 \u0661 * * * *", "is no minute"),
        ("0 1_0 * * * *", "'1_0' is no minute"),
        ("0 99999 * * * *", "is no minute"),
        ("0 0 20-10 * * *", "'20-10' goes backwards"),
        ("0 0 9 * * FRI-MON", "'FRI-MON' goes backwards"),
    ],
)
def test_what_is_no_schedule_says_what_to_write(schedule: str, says: str) -> None:
    """Every mistake is found when it is read, with a remedy; five fields are shown with the sixth."""
    with pytest.raises(ScheduleError) as error:
        Schedule.parse(schedule)

    assert says in str(error.value)


def test_a_day_that_never_comes_is_refused() -> None:
    """Asking for 30 February must not search for ever."""
    with pytest.raises(ScheduleError, match="no such day comes"):
        Schedule.parse("0 0 0 30 2 *").after(at("2026-01-01"))


@pytest.mark.parametrize(
    ("schedule", "minutes"),
    [
        ("0 0 * * * *", 60),
        ("0 */15 * * * *", 15),
        ("0 */25 * * * *", 10),
        ("0 0,14 * * * *", 14),
        ("0 0 9 * * *", 24 * 60),
        ("0 0 0/1 * * *", 60),
        ("0 0/1 * * * *", 1),
        ("0 0,50 0,23 * * *", 10),
        ("0 * * * * *", 1),
        ("0,30 0 0 * * *", 0.5),
        ("* * * * * *", 1 / 60),
        ("*/2 * * * * *", 1 / 60),
    ],
)
def test_the_shortest_gap(schedule: str, minutes: float) -> None:
    """How close two ticks may come, over midnight too."""
    assert timedelta(minutes=minutes) == Schedule.parse(schedule).shortest_gap


@st.composite
def schedules(draw: st.DrawFn) -> str:
    """Draw a schedule that comes: any day up to the 28th, in every form a field may have."""
    parts = []
    for field in FIELDS:
        high = min(field.high, 28)
        one, other = sorted(draw(st.tuples(st.integers(field.low, high), st.integers(field.low, high))))
        step = draw(st.integers(1, field.high))
        forms = [
            "*",
            f"*/{step}",
            f"{one}",
            f"{one}-{other}",
            f"{one},{other}",
            f"{one}/{step}",
            f"{one}-{other}/{step}",
        ]
        parts.append(draw(st.sampled_from(forms)))
    return " ".join([*parts[:5], draw(st.sampled_from(["*", "1-5", "Mon-Sat"]))])


@given(schedules(), MOMENTS)
def test_ticks_increase_and_none_is_missed(schedule: str, moment: datetime) -> None:
    """A tick is later than the moment, whole, in UTC, agrees with all six fields, and nothing lies between."""
    parsed = Schedule.parse(schedule)
    tick = parsed.after(moment)
    fields = (tick.second, tick.minute, tick.hour, tick.day, tick.month, tick.isoweekday() % 7)

    assert tick > moment
    assert (0, timedelta(0)) == (tick.microsecond, tick.utcoffset())
    assert all(value in field.values(part) for value, field, part in zip(fields, FIELDS, schedule.split(), strict=True))
    assert tick == parsed.after(moment + (tick - moment) / 2) == parsed.after(tick - timedelta(microseconds=1))
    assert parsed.after(tick) - tick >= parsed.shortest_gap


@given(st.text(max_size=30) | schedules())
def test_any_text_is_a_schedule_or_says_why_not(text: str) -> None:
    """Nothing but ScheduleError is raised, and it says something."""
    try:
        Schedule.parse(text)
    except ScheduleError as error:
        said = str(error)
    else:
        said = "a schedule"

    assert said


@given(st.integers(15, 10**6), MOMENTS, MOMENTS)
def test_intervals_count_from_their_beginning(minutes: int, since: datetime, moment: datetime) -> None:
    """Ticks are whole intervals after the beginning, the first one interval later, each later than the one before."""
    interval = Interval(minutes, since)
    tick, step = interval.after(moment), timedelta(minutes=minutes)

    assert tick > moment
    assert tick >= since + step
    assert timedelta(0) == (tick - since) % step
    assert tick == since + step or tick - step <= moment
    assert tick + step == interval.after(tick)
