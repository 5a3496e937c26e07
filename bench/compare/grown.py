"""One size of a tenant as it was measured, and how each stage grows with the size. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .price import Counted

STAGES = ("plan", "run", "verify", "status", "report")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """One size: seconds of each stage, and what storage was asked; the quota is out of the way.

    `commit` is the revision that was measured, `call` the moment at which the command was called that measured it.
    """

    users: int
    plan: float
    run: float
    verify: float
    status: float
    report: float
    report_bytes: int
    megabytes: float
    cpu: float
    operations: int
    executions: int
    commit: str = ""
    call: str = ""

    def stages(self) -> tuple[float, ...]:
        """Return the seconds of each stage, in the order of STAGES."""
        return self.plan, self.run, self.verify, self.status, self.report

    def counted(self) -> Counted:
        """Return what the price depends on."""
        return Counted(
            users=self.users,
            operations=self.operations,
            executions=self.executions,
            checking_seconds=self.verify,
        )


def grown_in(results: Mapping[str, Any]) -> list[Grown]:
    """Return every size of the results."""
    return [Grown(**kept) for kept in results.get("growth", [])]


def curves(grown: Sequence[Grown]) -> dict[str, Sequence[float]]:
    """Return the seconds of each stage, one for each size."""
    by_stage = zip(*(each.stages() for each in grown), strict=True)
    return dict(zip(STAGES, by_stage, strict=True))
