"""What people decided about a run, and when: approval, cancellation, acknowledgements. Pure."""

from revoker.core.run import Run
from revoker.views.plain import moment, plain


def approval(run: Run) -> dict[str, object]:
    """Return whether a second person must approve the run, until when, and who did."""
    return {
        "needed": run.approval_until is not None,
        "until": moment(run.approval_until),
        "approvedBy": plain(run.approved_by),
        "approvedAt": moment(run.approved_at),
    }


def acknowledged(run: Run) -> list[dict[str, object]]:
    """Return the gate's codes that were acknowledged; only the person that asks for a run can do that."""
    by = plain(run.requested_by)
    return [{"code": code, "by": by} for code in run.acknowledged_codes]
