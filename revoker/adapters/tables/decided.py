"""What rows from before 0.3 say of decisions in a sentence among their warnings, as values."""

import re
from dataclasses import replace

from revoker.core.acknowledged import acknowledged_codes
from revoker.core.request import Person
from revoker.core.run import Run

# Names come from the directory and may hold parentheses; the id is what stands in the last ones.
_DECIDED = re.compile(r"(Approved|Cancelled) by (.*) \(([^()]*)\)\.", re.DOTALL)


def with_decisions(run: Run) -> Run:
    """Return a run with its decisions in the columns of today; a row of today is returned as it is."""
    if run.version is not None:
        return run
    warnings: list[str] = []
    cancelled_by = run.cancelled_by
    for sentence in run.warnings:
        said = _DECIDED.fullmatch(sentence)
        if said is None:
            warnings.append(sentence)
        elif said[1] == "Cancelled":
            cancelled_by = Person(id=said[3], name=said[2])
    return replace(
        run,
        warnings=tuple(warnings),
        cancelled_by=cancelled_by,
        acknowledged_codes=run.acknowledged_codes or acknowledged_codes(run.acknowledged),
    )
