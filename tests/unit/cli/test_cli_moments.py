"""Times as tired people type them."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from revoker.cli.ending import UsageError
from revoker.cli.typed.durations import duration
from revoker.cli.typed.moments import past_moment

NOW = datetime(2026, 11, 25, 15, 54, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("2026-11-25T15:00:00Z", "2026-11-25T15:00:00Z"),
        ("2026-11-25 15:00:00Z", "2026-11-25T15:00:00Z"),
        ("2026-11-25T15:00:00+01:00", "2026-11-25T14:00:00Z"),
        (" 2026-11-25T15:00Z ", "2026-11-25T15:00:00Z"),
        ("2026-11-25T15:00:00.250Z", "2026-11-25T15:00:00.250000Z"),
        ("now", "2026-11-25T15:54:00Z"),
        (None, None),
    ],
)
def test_a_time_goes_out_in_utc(typed: str | None, sent: str | None) -> None:
    """Any offset is read; what is sent says UTC."""
    assert sent == past_moment("--issued-before", typed, NOW)


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let this computer stand in Berlin."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    ("typed", "sent"),
    [("2026-11-25T15:00:00", "2026-11-25T14:00:00Z"), ("2026-07-01T15:00:00", "2026-07-01T13:00:00Z")],
)
def test_a_time_without_a_zone_is_local_where_that_is_asked_for(typed: str, sent: str) -> None:
    """--at-local reads it so, in summer time too; without it the offset to write is that of the day in question."""
    assert sent == past_moment("--issued-before", typed, NOW, local=True)
    with pytest.raises(UsageError, match=f"{typed}[+]0[12]:00 for this computer's time"):
        past_moment("--issued-before", typed, NOW)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2026-11-25T15:00:00", "has no zone: write 2026-11-25T15:00:00Z for UTC"),
        ("2026-11-25", "names no hour: write 2026-11-25T00:00:00Z"),
        ("2026-13-01", "(13 is no month)"),
        ("2026-02-30", "(that month has no day 30)"),
        ("2027-11-25T15:00:00Z", "is in the future: it is 2026-11-25T15:54Z now"),
        ("2026-25-11T15:00:00Z", "(25 is no month)"),
        ("2026-02-30T15:00:00Z", "(that month has no day 30)"),
        ("2026-11-25T25:00:00Z", "(25 is no hour)"),
        ("11/25/2026 3pm", "write 2026-11-25T15:00:00Z"),
        ("25.11.2026 15:30", "write 2026-11-25T15:30:00Z"),
        ("03/04/2026", "write 2026-03-04T00:00:00Z or 2026-04-03T00:00:00Z (year-month-day"),
        ("5/5/2026", "write 2026-05-05T00:00:00Z (year-month-day"),
        ("yesterday", "as in 2026-11-25T09:00:00Z"),
        ("3pm", "as in 2026-11-25T09:00:00Z"),
    ],
)
def test_a_time_that_is_none_is_explained(typed: str, said: str) -> None:
    """The answer names what is wrong with this text, and what to write."""
    with pytest.raises(UsageError) as caught:
        past_moment("--compromised-at", typed, NOW)

    assert said in str(caught.value)
    assert str(caught.value).startswith("--compromised-at")


@pytest.mark.parametrize(
    ("typed", "length"),
    [
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        ("1h", timedelta(hours=1)),
        ("14d", timedelta(days=14)),
        ("2 weeks", timedelta(weeks=2)),
    ],
)
def test_a_length_of_time(typed: str, length: timedelta) -> None:
    """A number and a unit."""
    assert length == duration("--every", typed)


@pytest.mark.parametrize("typed", ["", "15", "h", "0m", "-1h", "1y", "1h30m"])
def test_a_length_that_is_none(typed: str) -> None:
    """No unit is guessed."""
    with pytest.raises(UsageError, match="--every"):
        duration("--every", typed)
