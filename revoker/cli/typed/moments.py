"""Times as typed: read into RFC 3339 in UTC, or explained."""

import re
from datetime import UTC, datetime, timedelta

from revoker.cli.ending import UsageError

_SLACK = timedelta(minutes=5)  # this computer's clock may be wrong by minutes; the API has the last word
_NUMBERS = re.compile(r"\d+")


def past_moment(option: str, text: str | None, now: datetime, *, local: bool = False) -> str | None:
    """Return a moment that has passed as the API takes it, None for None; raises UsageError, which says what to write.

    ``local`` reads a time without a zone as this computer's; ``now`` knows its zone.
    """
    if text is None:
        return None
    try:
        moment = _moment(option, text.strip(), now, local=local)
        if moment > now + _SLACK:
            shown = _utc(now, "minutes")
            raise UsageError(f"{option} {text} is in the future: it is {shown} now. Write a moment that has passed.")
        return _utc(moment, "auto")
    except (OverflowError, ValueError):  # the first hours of the year 1, in another zone
        raise UsageError(f"{option} {text} is no time of our era: {_example(text, now)}.") from None


def _moment(option: str, text: str, now: datetime, *, local: bool) -> datetime:
    if text.lower() == "now":
        return now
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option} {text!r} is no time{_why(text, error)}: write {_example(text, now)}.") from None
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise UsageError(f"{option} {text} names no hour: write {text}T00:00:00Z.")
    if moment.tzinfo:
        return moment
    here = moment.astimezone()
    if local:
        return here
    offset = here.strftime("%:z")
    written = moment.isoformat()
    raise UsageError(
        f"{option} {text} has no zone: write {written}Z for UTC, or {written}{offset} for this computer's time "
        "(--at-local reads it so)."
    )


def _why(text: str, error: ValueError) -> str:
    """Say which number is out of range, as in 2026-25-11: 25 is no month."""
    numbers = _NUMBERS.findall(text)
    for place, part in enumerate(("year", "month", "day", "hour", "minute", "second")):
        if f"{part} must be in" in str(error) and place < len(numbers):
            return f" ({numbers[place]} is no {part})"
    if "day is out of range" in str(error) and len(numbers) > 2:
        return f" (that month has no day {numbers[2]})"
    return ""


def _example(text: str, now: datetime) -> str:
    """Return what was probably meant: 11/25/2026 3pm is 2026-11-25T15:00:00Z; 3/4/2026 may be of March or of April."""
    found = re.match(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})\D*(?:(\d{1,2})(?::(\d\d))?\s*([ap]m)?)?", text.lower())
    if not found:
        return f"year-month-day, T, the time and the zone, as in {now.astimezone(UTC):%Y-%m-%d}T09:00:00Z"
    first, second = int(found[1]), int(found[2])
    days = [(second, first)] if first > 12 else [(first, second)]
    if first != second and first <= 12 and second <= 12:
        days.append((second, first))
    hour = int(found[4] or 0) % 24
    if found[6]:
        hour = hour % 12 + 12 * (found[6] == "pm")
    written = [f"{found[3]}-{month:02}-{day:02}T{hour:02}:{found[5] or '00'}:00Z" for month, day in days]
    return f"{' or '.join(written)} (year-month-day; Z is UTC, +02:00 another zone)"


def _utc(moment: datetime, precision: str) -> str:
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")
