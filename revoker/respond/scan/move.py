"""Write where a scan stands after a step that planned no user."""

from revoker.core.scan import Scan
from revoker.ports.scans import Scans


async def move(before: Scan, after: Scan, scans: Scans) -> Scan | None:
    """Return the scan as it stands then, or None where another worker took the step.

    A step that is taken, so that ``step`` grows, is committed as every page is: in one transaction that only one worker
    wins. A step that is put off keeps its number. It is written only over the row that was read: where another worker
    moved the scan meanwhile, that worker's row stands and is returned.
    """
    if after.step > before.step:
        return after if await scans.commit_step(after, (), ()) else None
    return await scans.update(before.run, lambda row: after if row == before else row)
