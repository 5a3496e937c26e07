"""Moments and lengths of time as people read them."""

from datetime import UTC, datetime


def read(text: str | None) -> datetime | None:
    """Return a moment of the API's, None for None."""
    return datetime.fromisoformat(text) if text else None


def moment(text: str, *, local: bool = False) -> str:
    """Return a moment of the API's to the second: 2026-11-25 15:54:55Z, or ``local``, 2026-11-25 16:54:55+01:00."""
    at = datetime.fromisoformat(text)
    if local:
        return at.astimezone().strftime("%Y-%m-%d %H:%M:%S%:z")
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def both(text: str, now: datetime) -> str:
    """Return a moment in UTC, and on this computer's clock: 2026-11-25 15:54:55Z (16:54 here)."""
    here = datetime.fromisoformat(text).astimezone()
    if here.date() == now.astimezone().date():
        return f"{moment(text)} ({here:%H:%M} here)"
    return f"{moment(text)} ({here:%a %H:%M} here)"


def offset(at: datetime) -> str:
    """Return how far this computer's clock is from UTC: +01:00."""
    return at.astimezone().strftime("%:z")


def clock(at: datetime) -> str:
    """Return the time of day on this computer's clock."""
    return at.astimezone().strftime("%H:%M:%S")


def length(seconds: float) -> str:
    """Return a length of time: 0:42, 12:05, 1:04:42."""
    whole = max(0, round(seconds))
    hours, minutes = whole // 3600, whole // 60 % 60
    if hours:
        return f"{hours}:{minutes:02}:{whole % 60:02}"
    return f"{minutes}:{whole % 60:02}"
