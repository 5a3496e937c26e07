"""The results as they are kept: `bench/results/<date>.json`; parts that were not measured again stay as they were."""

import json
import math
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .calls import ROOT, Call
from .grown import Grown
from .judgement import Row
from .profile_run import Profiled

RESULTS = ROOT / "bench" / "results"


def machine() -> dict[str, Any]:
    """Name the machine: processor, cores, memory, system, Python."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    processor = "unknown"
    for line in lines:
        if line.startswith("model name"):
            processor = line.partition(":")[2].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": processor,
        "cores": len(os.sched_getaffinity(0)),
        "gigabytes": round(memory),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def latest(folder: Path = RESULTS) -> dict[str, Any]:
    """Return the last results, or nothing."""
    found = sorted(folder.glob("*.json"))
    if not found:
        return {}
    return dict(json.loads(found[-1].read_text(encoding="utf-8")))


def with_rows(before: dict[str, Any], rows: Iterable[Row], call: Call) -> dict[str, Any]:
    """Put rows that a call measured in the place of those of the same scenario and contestant."""
    kept: dict[tuple[str, str], dict[str, Any]] = {}
    for old in before.get("rows", []):
        kept[old["scenario"], old["contestant"]] = old
    for row in rows:
        stamped = replace(row, commit=call.commit, call=call.began)
        kept[row.scenario, row.contestant] = _plain(asdict(stamped))
    return {**before, "rows": list(kept.values())}


def with_sizes(before: dict[str, Any], sizes: Iterable[Grown], call: Call) -> dict[str, Any]:
    """Put sizes that a call measured in the place of those with as many users, and all in order."""
    kept: dict[int, dict[str, Any]] = {}
    for old in before.get("growth", []):
        kept[old["users"]] = old
    for size in sizes:
        kept[size.users] = asdict(replace(size, commit=call.commit, call=call.began))
    return {**before, "growth": [kept[users] for users in sorted(kept)]}


def with_profile(before: dict[str, Any], found: Sequence[Profiled] | str, call: Call) -> dict[str, Any]:
    """Put the stages in the place of those of the last profile, or the sentence that says why there are none."""
    stages: object = found
    if not isinstance(found, str):
        stages = list(map(asdict, found))
    return {**before, "profile": stages, "profile_call": call.began}


def save(results: dict[str, Any], folder: Path = RESULTS) -> Path:
    """Write the results under today's date."""
    now = datetime.now(UTC)
    whole = {**results, "date": now.date().isoformat(), "machine": machine()}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{now.date().isoformat()}.json"
    path.write_text(json.dumps(_plain(whole), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def rows_in(results: Mapping[str, Any]) -> list[Row]:
    """Return every row as it was measured."""
    return [_row_of(kept) for kept in results.get("rows", [])]


def rows_by_place(results: Mapping[str, Any]) -> dict[tuple[str, str], Row]:
    """Return every row under its scenario and its contestant."""
    found = {}
    for row in rows_in(results):
        found[row.scenario, row.contestant] = row
    return found


def _row_of(kept: Mapping[str, Any]) -> Row:
    """Return a row without what an older file knows besides; a wait of null had no end."""
    given = dict(kept)
    for name in given.keys() - Row.__dataclass_fields__.keys():
        given.pop(name)
    waits = [math.inf if wait is None else wait for wait in given.pop("waits", ())]
    return Row(**given, waits=tuple(waits))


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Round to four digits behind the point, and write what is infinite as null."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        return round(value, 4) if math.isfinite(value) else None
    return value
