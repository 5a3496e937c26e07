import json
from pathlib import Path

import pytest

from local.host.settings import HostSettings, QueueSettings, expand, seconds


def test_the_apps_own_numbers_are_read(tmp_path: Path) -> None:
    """host.json decides, as it does in Azure."""
    queues = {
        "batchSize": 4,
        "newBatchThreshold": 0,
        "maxPollingInterval": "00:00:02.500",
        "visibilityTimeout": "00:01:30",
        "maxDequeueCount": 3,
        "messageEncoding": "none",
    }
    told = {"version": "2.0", "extensions": {"http": {"routePrefix": "/v1/"}, "queues": queues}}
    (tmp_path / "host.json").write_text(json.dumps(told))

    expected = QueueSettings(
        batch_size=4,
        new_batch_threshold=0,
        max_polling_interval=2.5,
        visibility_timeout=90.0,
        max_dequeue_count=3,
        base64=False,
    )
    assert HostSettings("v1", expected) == HostSettings.read(tmp_path)


def test_what_host_json_leaves_out_has_the_real_hosts_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The threshold's default depends on the number of processors."""
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    (tmp_path / "host.json").write_text('{"version": "2.0"}')

    expected = QueueSettings(
        batch_size=16,
        new_batch_threshold=24,
        max_polling_interval=60.0,
        visibility_timeout=0.0,
        max_dequeue_count=5,
        base64=True,
    )
    assert HostSettings("api", expected) == HostSettings.read(tmp_path)


@pytest.mark.parametrize(("span", "expected"), [("00:00:00.100", 0.1), ("00:00:30", 30.0), ("01:01:01", 3661.0)])
def test_time_spans(span: str, expected: float) -> None:
    """host.json writes times as hours, minutes and seconds."""
    assert expected == seconds(span)


def test_settings_stand_in_for_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """A schedule or a queue may be named by an application setting."""
    monkeypatch.setenv("SWEEP_SCHEDULE", "0 0 * * * *")

    assert expand("%SWEEP_SCHEDULE%") == "0 0 * * * *"
