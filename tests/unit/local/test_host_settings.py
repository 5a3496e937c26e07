import json
from pathlib import Path
from typing import Any

import pytest

from local.host.invocation import AppError
from local.host.settings import POLLING, HostSettings, QueueSettings, expand


def read(folder: Path, **told: object) -> HostSettings:
    """Read a host.json that says this."""
    (folder / "host.json").write_text(json.dumps({"version": "2.0", **told}))
    return HostSettings.read(folder)


def test_the_apps_own_numbers_are_read(tmp_path: Path) -> None:
    """host.json decides, as it does in Azure."""
    queues = {
        "batchSize": 4,
        "newBatchThreshold": 0,
        "maxPollingInterval": "00:00:02.500",
        "visibilityTimeout": "01:01:30",
        "maxDequeueCount": 3,
        "messageEncoding": "none",
    }
    expected = QueueSettings(
        batch_size=4,
        new_batch_threshold=0,
        max_polling_interval=2.5,
        visibility_timeout=3690.0,
        max_dequeue_count=3,
        base64=False,
    )

    extensions = {"http": {"routePrefix": "/v1/"}, "queues": queues}
    assert HostSettings("v1", expected, 600.0) == read(tmp_path, functionTimeout="00:10:00", extensions=extensions)


def test_what_host_json_leaves_out_has_the_real_hosts_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The threshold's default depends on the number of processors."""
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    expected = QueueSettings(
        batch_size=16,
        new_batch_threshold=24,
        max_polling_interval=60.0,
        visibility_timeout=0.0,
        max_dequeue_count=5,
        base64=True,
    )

    assert HostSettings("api", expected, 1800.0) == read(tmp_path)


def test_a_setting_stands_above_host_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """How often queues are asked may be set without another host.json; what the host refuses there, it refuses here."""
    monkeypatch.setenv(POLLING, "00:00:00.300")
    assert read(tmp_path, extensions={"queues": {"maxPollingInterval": "00:00:02"}}).queues.max_polling_interval == 0.3

    monkeypatch.setenv(POLLING, "often")
    with pytest.raises(AppError, match="maxPollingInterval is"):
        read(tmp_path)


def test_a_function_may_run_for_ever(tmp_path: Path) -> None:
    """-1 is how host.json says so."""
    assert read(tmp_path, functionTimeout="-1").timeout is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("batchSize", 0),
        ("batchSize", 33),
        ("batchSize", "16"),
        ("newBatchThreshold", -1),
        ("maxPollingInterval", "00:00:00.099"),
        ("maxPollingInterval", 100),
        ("visibilityTimeout", "-00:00:01"),
        ("visibilityTimeout", "30"),
        ("maxDequeueCount", 0),
        ("maxDequeueCount", True),
        ("messageEncoding", "utf-8"),
    ],
)
def test_a_number_that_the_real_host_refuses_is_refused(tmp_path: Path, name: str, value: Any) -> None:  # noqa: ANN401  # as JSON has it
    """The real host throws, and starts again for ever; here one sentence says which number it was."""
    with pytest.raises(AppError, match=rf"host\.json: {name} is "):
        read(tmp_path, extensions={"queues": {name: value}})


@pytest.mark.parametrize("value", ["00:00:00", "10", "00:00:99", 600])
def test_a_time_out_that_is_none_is_refused(tmp_path: Path, value: object) -> None:
    """A function needs a second at least."""
    with pytest.raises(AppError, match=r"host\.json: functionTimeout is "):
        read(tmp_path, functionTimeout=value)


def test_settings_stand_in_for_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """A schedule or a queue may be named by an application setting; one that is not set is named."""
    monkeypatch.setenv("SWEEP_SCHEDULE", "0 0 * * * *")
    monkeypatch.delenv("NOT_SET", raising=False)

    assert expand("%SWEEP_SCHEDULE%") == "0 0 * * * *"
    with pytest.raises(AppError, match="NOT_SET is not set"):
        expand("%NOT_SET%")
