"""Where runs stand in the directory, kept beside the ledger's batches."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from revoker.core.batch import Batch
from revoker.core.outcome import User
from revoker.core.scan import Scan


class Scans(Protocol):
    """One scan a run that lists the directory, the pages it has read, and the accounts it has visited."""

    async def open(self, scan: Scan, batches: Sequence[Batch], excluded: Iterable[bytes]) -> None:
        """Write the scan before its first step, the users named in the request, and the excluded accounts.

        Safe to repeat; what is there stays. The run's own row is written later, by ``Ledger.open_run``.
        """
        ...

    async def scan(self, run: str) -> Scan | None:
        """Return a run's scan, or None for a run that lists nothing."""
        ...

    async def update(self, run: str, change: Callable[[Scan], Scan]) -> Scan:
        """Apply a pure change by compare-and-swap; raises KeyError without such a scan.

        For changes that leave ``step`` as it is: put off, sent again, hurried. A step is taken by ``commit_step``.
        """
        ...

    async def commit_step(self, after: Scan, batches: Sequence[Batch], settled: Sequence[User]) -> bool:
        """Take a step: write the scan after it, the batches and the settled users of its page, in one transaction.

        Return False where another worker took the step. A step that was written exactly so before counts as taken by
        this call: the storage client repeats a request when its answer was lost.
        """
        ...

    async def batches(self, run: str, step: int) -> tuple[str, ...]:
        """Return the ids of the batches that a step planned."""
        ...

    async def visited(self, run: str) -> Mapping[bytes, str | None]:
        """Return the fingerprints of all users visited so far, each with the batch it is in, if any."""
        ...

    async def keep_fingerprints(self, run: str, name: str, fingerprints: Iterable[bytes]) -> None:
        """Keep a set of accounts under a name; a set that is there stays."""
        ...

    async def keep_names(self, run: str, name: str, names: Sequence[str]) -> None:
        """Keep a list of names, of at most 320 characters each, under a name; a list that is there stays."""
        ...

    async def names(self, run: str, name: str) -> tuple[str, ...]:
        """Return a kept list of names; empty where there is none."""
        ...

    async def fingerprints(self, run: str, name: str) -> frozenset[bytes]:
        """Return a kept set of accounts; empty where there is none."""
        ...
