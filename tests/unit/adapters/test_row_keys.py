"""Row keys say where a row is, and in which order a table lists rows."""

from datetime import UTC, datetime

from hypothesis import given, strategies as st

from revoker.adapters.tables.keys import revocations_key, since_key

MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


@given(MOMENTS, MOMENTS)
def test_revocations_since_a_moment_come_before_its_key(at: datetime, since: datetime) -> None:
    """Newer rows come first, and a question since a moment finds each row of it or after it, to the millisecond."""
    at, since = (moment.replace(microsecond=moment.microsecond // 1000 * 1000) for moment in (at, since))

    assert (at >= since) == (revocations_key(at, ["user"]) < since_key(since))
    assert (at > since) == (revocations_key(at, ["user"]) < revocations_key(since, ["user"]))
