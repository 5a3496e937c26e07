"""What people decided about a run, and when: approval, cancellation, acknowledgements. Pure."""

from revoker.core.run import Run
from revoker.views.plain import moment, plain


def approval(run: Run) -> dict[str, object]:
    """Return whether a second person must approve the run, for how many users, until when, and which person approved.

    ``covers`` is how many users the run may plan before it asks again; None while it waits, and for any number.
    """
    return {
        "needed": run.approval_until is not None,
        "users": run.approval_size,
        "covers": None if run.awaits_approval else run.covers,
        "until": moment(run.approval_until),
        "approvedBy": plain(run.approved_by),
        "approvedAt": moment(run.approved_at),
    }


def acknowledged(run: Run) -> list[dict[str, object]]:
    """Return the gate's codes that were acknowledged; only the person that asks for a run can do that."""
    by = plain(run.requested_by)
    return [{"code": code, "by": by} for code in run.acknowledged_codes]
