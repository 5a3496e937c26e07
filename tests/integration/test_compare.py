import json
from pathlib import Path

import pytest

from bench.compare import stage
from bench.compare.command import bench_compare


async def test_two_contestants_play_and_the_page_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty users by batches and by a playbook: all revoked, judged by the journal, and written down."""
    monkeypatch.setattr(stage, "LOG", tmp_path / "compare.log")
    given = ["--only", "batches,playbook", "--scenarios", "twenty", "--users", "20", "--app", "checkout"]

    await bench_compare([*given, "--parts", "scenarios", "--into", str(tmp_path)])

    [kept] = (tmp_path / "bench" / "results").glob("*.json")
    rows = {row["contestant"]: row for row in json.loads(kept.read_text(encoding="utf-8"))["rows"]}
    assert {"batches", "playbook"} == set(rows)
    assert {(0, 0, 0)} == {(row["missed"], row["twice"], row["throttled"]) for row in rows.values()}
    assert (1, 20) == (rows["batches"]["requests"], rows["playbook"]["requests"])
    page = (tmp_path / "docs" / "benchmark.md").read_text(encoding="utf-8")
    assert "## 20 users, 100 ms latency" in page
    assert "Sentinel playbook, For each of 20" in page
    assert (tmp_path / "docs" / "pictures" / "benchmark.svg").read_text(encoding="utf-8").startswith("<svg")
