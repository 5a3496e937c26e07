"""Log lines: a constant event name, then JSON."""

import json
import logging
from datetime import UTC, datetime

import pytest

from revoker import log


@pytest.mark.parametrize(
    ("fields", "written"),
    [
        ({}, {}),
        ({"run": "r", "count": 2}, {"run": "r", "count": 2}),
        ({"at": datetime(2026, 3, 2, tzinfo=UTC)}, {"at": "2026-03-02 00:00:00+00:00"}),
        ({"odd": {1}, "text": "a\nb\ud800"}, {"odd": "{1}", "text": "a\nb\ud800"}),
    ],
    ids=repr,
)
def test_an_event_is_one_line(
    fields: dict[str, object], written: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    """The name stands first, whatever the fields hold is JSON on the same line."""
    caplog.set_level(logging.INFO, logger="revoker")
    log.event("run_accepted", **fields)
    (record,) = caplog.records
    name, _, rest = record.getMessage().partition(" ")

    assert ("run_accepted", logging.INFO, None) == (name, record.levelno, record.exc_info)
    assert written == json.loads(rest)
    assert "\n" not in rest


def test_a_failure_carries_its_exception(caplog: pytest.LogCaptureFixture) -> None:
    """Somebody must look: an error, with the exception being handled, or without one."""
    try:
        raise ValueError("why")  # noqa: TRY301 - it must be being handled
    except ValueError:
        log.failure("request_failed", correlation="c")
    log.failure("batch_abandoned")

    assert [logging.ERROR] * 2 == [record.levelno for record in caplog.records]
    assert [True, False] == ["why" in (record.exc_text or "") for record in caplog.records]


@pytest.mark.parametrize("name", ["httpx", "azure.core.pipeline.policies.http_logging_policy", "azure.identity.aio"])
def test_libraries_tell_no_request(name: str) -> None:
    """At INFO they write addresses and headers, and the worker would ship them: names, filters."""
    logging.getLogger().setLevel(logging.INFO)
    log.silence_libraries()

    assert [False, True] == [logging.getLogger(name).isEnabledFor(level) for level in (logging.INFO, logging.WARNING)]
