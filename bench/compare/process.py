"""What a running process has used so far, from /proc."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Used:
    """CPU seconds, and the largest memory so far, summed over processes; `app_cpu` is one process's part."""

    cpu: float = 0.0
    app_cpu: float = 0.0
    megabytes: float = 0.0


def used_by_app(app: int, host: int) -> Used:
    """Return what the app has used with its host; where both are one process, it counts once."""
    return replace(used_by([app, host]), app_cpu=used_by([app]).cpu)


def used_by(pids: Iterable[int]) -> Used:
    """Add up what living processes have used; one that is named twice counts once."""
    cpu = megabytes = 0.0
    for pid in set(pids):
        # The second field is the command in brackets, which may hold anything; the rest is numbers.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        cpu += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
        megabytes += next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    return Used(cpu=cpu, megabytes=megabytes)
