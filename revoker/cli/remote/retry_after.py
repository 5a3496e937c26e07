"""How long an answer asks to wait: the header ``Retry-After`` in every form that a proxy or the API writes. Pure.

Seconds, a fraction or several numbers, of which the longest counts (msgraph-sdk-python#1159), or an HTTP date (RFC
9110, 10.2.3). The command is installed alone, so it has its own reading of what the service reads from Graph.
"""

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_LONGEST_SECONDS = 24 * 3600.0


def seconds_to_wait(text: str, now: datetime) -> float | None:
    """Return the seconds, at most a day, or None where the text names none; ``now`` is by the server's clock."""
    waits = list(_numbers(text))
    if not waits:
        moment = http_date(text)
        if moment is None:
            return None
        waits = [max(0.0, (moment - now).total_seconds())]
    return min(max(waits), _LONGEST_SECONDS)


def http_date(text: str) -> datetime | None:
    """Return the moment of a date as HTTP writes it, in UTC, or None where the text is none."""
    try:
        moment = parsedate_to_datetime(text)
        # The form of asctime has no zone, and is always GMT (RFC 9110, 5.6.7).
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _numbers(text: str) -> Iterator[float]:
    for part in text.split(","):
        try:
            found = float(part)
        except ValueError:
            continue
        if found >= 0 and math.isfinite(found):
            yield found
