"""How long a server asks to wait: the header ``Retry-After`` in every form that was seen. Pure.

Seconds, whole or as a fraction (``throttling``); two numbers, ``30,120`` (msgraph-sdk-python#1159) or ``0,120``
(msgraph-sdk-java-core#732); an HTTP date (RFC 9110, 10.2.3; azure-sdk-for-python#31004).
"""

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_LONGEST_SECONDS = 7 * 24 * 3600.0


def seconds_to_wait(value: object, now: datetime) -> float | None:
    """Return the longest wait that the header names, at most a week; None where it names none.

    At 9:00:00 ``30,120`` is 120 s, ``Mon, 02 Mar 2026 09:00:20 GMT`` 20 s, and a date that is past 0 s.
    """
    if value is None:
        return None
    text = str(value)
    waits = list(_numbers(text)) or list(_date(text, now))
    if not waits:
        return None
    return min(max(waits), _LONGEST_SECONDS)


def number(value: object) -> float | None:
    """Return a header's number, if it is one and neither negative nor endless."""
    try:
        found = float(str(value))
    except ValueError:
        return None
    return found if found >= 0 and math.isfinite(found) else None


def _numbers(text: str) -> Iterator[float]:
    """Yield the numbers of a list; what else is in it is passed over."""
    for part in text.split(","):
        found = number(part)
        if found is not None:
            yield found


def _date(text: str, now: datetime) -> Iterator[float]:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)  # the form of asctime has no zone, and is always GMT (RFC 9110, 5.6.7)
    yield max(0.0, (moment - now).total_seconds())
